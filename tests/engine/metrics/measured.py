"""An engine whose seconds are seen by its meter one by one, and types to run in it."""

from __future__ import annotations

import threading

from chasqui import Context, Retry, task
from chasqui.engine.engine import BaseEngine
from chasqui.testing import FakeClock
from tests.waiting import until

WAIT = 10.0


@task
def nothing(x: int = 0) -> int:
    return x


@task(retry=Retry(attempts=3, base=1, backoff=1, jitter=0))
def broken() -> None:
    raise OSError("broken")


class Gated:
    """A type whose bodies wait until they are let go, so that a fake clock says how long."""

    def __init__(self, name="gated"):
        self.begun = threading.Semaphore(0)
        self._gates: dict[int, threading.Event] = {}  # by the number of the task

        def body(ctx: Context) -> None:
            gate = self._gate(ctx.task.number)
            self.begun.release()
            assert gate.wait(WAIT)

        self.type = task(name=name)(body)

    def _gate(self, number):
        return self._gates.setdefault(number, threading.Event())  # one, whichever thread is first

    def await_begun(self, count):
        for _ in range(count):
            assert self.begun.acquire(timeout=WAIT)

    def let_go(self, tasks):
        for one in tasks:
            self.open(one.number)

    def open(self, number):
        self._gate(number).set()


class Measured:
    """A running engine, whose time passes second by second, each seen by the sampler."""

    def __init__(self, *types, workers=2, **options):
        self.clock = FakeClock()
        self.engine = BaseEngine(workers, clock=self.clock, **options)
        for one in types:
            self.engine.register(one)

    def __enter__(self):
        self.engine.start()
        return self

    def __exit__(self, *exc_info):
        self.engine.shutdown(0, drain=False)

    def passes(self, seconds):
        for _ in range(seconds):
            looks = self.engine._parts.monitor.sampler.looks
            self.clock.advance(1)
            until(lambda looks=looks: self.engine._parts.monitor.sampler.looks > looks)

    def run(self, type, **params):
        done = self.engine.submit(type, params)
        assert done.wait(WAIT)
