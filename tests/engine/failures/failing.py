"""What fails in the tests of the failure log, and how a test has it fail."""

from __future__ import annotations

import threading
from typing import Any

from chasqui import Context, task

WAIT = 10.0
DAY = 86_400.0


@task
def explode(number: int = 0, text: str = "") -> None:
    """Fail."""
    raise ValueError(f"number {number} {text}")


@task
def other(number: int = 0) -> None:
    """Fail otherwise."""
    raise OSError(f"other {number}")


class Switch:
    """What decides whether the bodies below fail, and keeps what they got."""

    def __init__(self) -> None:
        self.mended = False
        self.got: list[Any] = []
        self.numbers: list[int] = []
        self.gate = threading.Event()


def fail(engine, type="explode", count=1, **params):
    """Have tasks fail, and return their numbers."""
    tasks = [engine.submit(f"app.{type}", params) for _ in range(count)]
    for one in tasks:
        assert one.wait(WAIT)
    return [one.number for one in tasks]


def numbers(failures):
    return [failure.number for failure in failures]


class Plain:
    """A work of no type."""

    id, name = "7", "plain"

    def execute(self, ctx: Context) -> None:
        raise ValueError("plain")
