"""An engine for batches, of types that do well, fail, report and wait."""

from __future__ import annotations

import threading

import pytest

from chasqui import Context, Engine, task
from chasqui.testing import FakeClock

WAIT = 10.0


@task
def double(x: int) -> int:
    return 2 * x


@task
def bad(text: str = "no") -> None:
    raise OSError(text)


@pytest.fixture
def reports():
    return []


@pytest.fixture
def gate():
    """Let the bodies of `app.held` go on; they do so at the end of the test in any case."""
    gate = threading.Event()
    yield gate
    gate.set()


@pytest.fixture
def engine(reports, gate):
    """Return an engine that is not started, of two workers and room for four."""

    @task
    def report(text: str = "all") -> None:
        reports.append(text)

    @task
    def held() -> str:
        assert gate.wait(WAIT)
        return "held"

    engine = Engine(2, 4, clock=FakeClock())
    for one in (double, bad, report, held):
        engine.register(one)
    yield engine
    gate.set()
    engine.shutdown(WAIT, drain=False)  # a drain of a paused engine would never end


class Plain:
    id, name = "7", "plain"

    def execute(self, ctx: Context) -> str:
        return "plain"
