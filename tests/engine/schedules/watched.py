"""An engine with a schedule whose time a test moves, turn by turn."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from chasqui import task
from chasqui.engine.engine import BaseEngine
from chasqui.engine.schedules.scheduler import LOOK_SECONDS
from chasqui.testing import FakeClock
from tests.waiting import until

WAIT = 10.0
NOON = datetime(2026, 1, 5, 12, tzinfo=UTC).timestamp()


class Clock(FakeClock):
    """A fake clock whose time of day can be set, as a person or a time server does."""

    def set(self, seconds: float) -> None:
        self._time += seconds

    def await_look(self) -> None:
        """Wait until the scheduler has seen the present time, and waits for a later one."""
        until(self.asleep)

    def sleep_unnoticed(self, seconds: float) -> None:
        """Pass time as a machine that sleeps: its monotonic clock stands still."""
        self.set(seconds)
        self.advance(LOOK_SECONDS)


@task
def tick(x: int = 0) -> int:
    return x


class Watched:
    """An engine with a schedule, what it told of, and a way to move its time."""

    def __init__(self, clock, **options):
        self.clock = clock
        self.seen: list[Any] = []
        self.engine = BaseEngine(1, clock=clock, **options)
        self.engine.register(tick)

    def __enter__(self):
        self.engine.start()
        self.engine.bus.subscribe(self.seen.append)
        return self

    def __exit__(self, *exc_info):
        if exc_info[0] is None:
            self.engine.shutdown(WAIT)
        else:  # the test fails and does not hang, whatever its tasks wait for
            self.engine.shutdown(0)

    @property
    def state(self):
        return self.engine.schedules[0]

    def pass_(self, seconds, how=None):
        """Move time on, and wait until the scheduler has seen to every turn of it."""
        before = self.state
        (how or self.clock.advance)(seconds)
        self.clock.await_look()
        if before.next.timestamp() <= self.clock.time():
            until(lambda: self.state.next.timestamp() > self.clock.time())
            until(lambda: (self.state.last, self.state.skipped) != (before.last, before.skipped))

    def told(self, kind):
        assert self.engine.bus.flush(WAIT)
        return [one for one in self.seen if isinstance(one, kind)]
