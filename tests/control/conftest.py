"""An engine whose types fail, wait and are limited, and its port."""

from __future__ import annotations

import threading

import pytest

from chasqui import Breaker, Context, task
from chasqui.control.local import LocalPort
from chasqui.control.port import ViewQuery, Window
from chasqui.engine.engine import BaseEngine
from chasqui.testing import FakeClock

WAIT = 10.0
ALL = ViewQuery(workers=Window(), backlog=Window(), failures=Window(), metrics=True)


@task
def rest(ctx: Context, seconds: float) -> str:
    """Rest for a while, and say so in ways that no terminal should see."""
    ctx.progress(1, 2, "half\x1b[2J")
    ctx.sleep(seconds)
    ctx.raise_if_cancelled()
    return "[red]rested[/]"


@task(concurrency=1)
def single(ctx: Context, seconds: float = 60) -> None:
    """Rest, one at a time."""
    ctx.sleep(seconds)


@task(rate="1/m")
def paced() -> None:
    """Start once a minute."""


@task(breaker=Breaker(failures=3, seconds=60, cooldown=30))
def flaky(row: int, good: bool = False) -> None:
    """Fail, unless told not to."""
    if not good:
        raise ValueError(f"row {row} is bad")


@task
def explode(message: str) -> None:
    """Fail."""
    raise OSError(message)


@pytest.fixture
def clock():
    """Return a clock that stands still until it is told."""
    return FakeClock()


@pytest.fixture
def board(clock):
    """Return an engine with two workers, its port and its clock."""
    engine = BaseEngine(2, 100, grace=1, clock=clock, shutdown_timeout=30)
    for one in (rest, single, paced, flaky, explode):
        engine.register(one)
    engine.start()
    yield engine, LocalPort(engine), clock
    stop = threading.Thread(target=engine.shutdown, args=(0,), kwargs={"drain": False})
    stop.start()
    stop.join(WAIT)
