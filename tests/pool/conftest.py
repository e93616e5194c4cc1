"""Works to submit, and gates that hold them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from chasqui import Context, Pool
from chasqui.pool import clock
from tests.loops import KINDS, Run, runner

WAIT = 10.0  # real seconds that a test waits before it calls something hung


class Call:
    """A work that calls a function with its context."""

    name = "call"

    def __init__(self, function: Callable[[Context], Any] = lambda ctx: None, id: str = "") -> None:
        self.function = function
        self.id = id

    def execute(self, ctx: Context) -> Any:
        return self.function(ctx)


class Gate:
    """A body that says when it has started and waits to be let go, heedless of cancels."""

    def __init__(self) -> None:
        self.entered = threading.Semaphore(0)
        self.release = threading.Event()

    def __call__(self, ctx: Context) -> str:
        self.entered.release()
        assert self.release.wait(WAIT)
        return "through"

    def await_entered(self, count: int = 1) -> None:
        for _ in range(count):
            assert self.entered.acquire(timeout=WAIT)


@pytest.fixture(autouse=True)
def _no_second_look(monkeypatch: pytest.MonkeyPatch) -> None:
    """A wait that is not notified outlasts any test, so that none passes by looking again."""
    monkeypatch.setattr(clock, "LOOK_SECONDS", 3 * WAIT)


@pytest.fixture
def call() -> type[Call]:
    return Call


@pytest.fixture
def gate() -> Iterator[Gate]:
    gate = Gate()
    yield gate
    gate.release.set()


@pytest.fixture
def make_pool() -> Iterator[Callable[..., Pool]]:
    pools: list[Pool] = []

    def make(*args: Any, start: bool = True, **kwargs: Any) -> Pool:
        pool = Pool(*args, **kwargs)
        pools.append(pool)
        if start:
            pool.start()
        return pool

    yield make
    for pool in pools:
        pool.shutdown(WAIT, drain=False)


@pytest.fixture(params=KINDS)
def run(request: pytest.FixtureRequest) -> Run:
    """Run a coroutine function on a new event loop, of each kind in turn."""
    return runner(request.param)
