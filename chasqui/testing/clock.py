"""Time that moves only when told.

Real threads wait on it, each until a deadline; the owner of the clock moves it, and wakes those
whose deadline has come. Nothing here sleeps, so a test of an hour takes as long as its code.
"""

from __future__ import annotations

import math
import threading
from typing import NamedTuple

from chasqui import numbers


class FakeClock:
    """A clock for pools and engines in tests: real threads wait on it, `advance` moves it.

    It starts far from any real clock's reading, so that a mix-up of clocks shows at once.

    Example: `chasqui-tui help testing`.

    >>> clock = FakeClock(time=1_000.0)
    >>> clock.advance_to(clock.monotonic() + 60)
    >>> clock.time()
    1060.0
    >>> clock.await_sleepers(0)
    >>> clock.waiting()
    {}
    """

    def __init__(self, monotonic: float = 1_000_000.0, time: float = 1_700_000_000.0) -> None:
        self._changed = threading.Condition()  # guards all below
        self._monotonic = numbers.finite("monotonic", monotonic)
        self._time = numbers.finite("time", time)
        self._waiting: dict[int, _Waiter] = {}
        self._tickets = 0

    def monotonic(self) -> float:
        """Return seconds that never go back."""
        return self._monotonic

    def time(self) -> float:
        """Return seconds since the epoch."""
        return self._time

    def wait(self, condition: threading.Condition, deadline: float | None) -> None:
        """Wait on a held condition until it is notified or `advance` passes the deadline."""
        with self._changed:
            if deadline is not None and self._monotonic >= deadline:
                return
            self._tickets += 1
            ticket = self._tickets
            self._waiting[ticket] = _Waiter(condition, deadline, threading.get_ident())
            self._changed.notify_all()
        try:
            condition.wait()
        finally:
            with self._changed:
                del self._waiting[ticket]
                self._changed.notify_all()

    def advance(self, seconds: float) -> None:
        """Move the time by 0 seconds or more; see `advance_to`."""
        self.advance_to(self._monotonic + numbers.duration("seconds", seconds))

    def advance_to(self, moment: float) -> None:
        """Move the time to a moment of `monotonic`, and wake everybody whose deadline has come.

        Who waits without a deadline may look at the time as well, and wakes too.

        Raises:
            ValueError: it is no finite number.
        """
        moment = numbers.finite("moment", moment)
        with self._changed:
            self._time += moment - self._monotonic
            self._monotonic = moment
            due = [
                waiter.condition
                for waiter in self._waiting.values()
                if waiter.deadline is None or waiter.deadline <= moment
            ]
        for condition in due:
            with condition:
                condition.notify_all()

    def asleep(self) -> dict[int, float]:
        """Return which threads wait for a deadline still to come, by identity, and for which."""
        with self._changed:
            return {
                waiter.thread: waiter.deadline
                for waiter in self._waiting.values()
                if waiter.deadline is not None and waiter.deadline > self._monotonic
            }

    def waiting(self) -> dict[int, float]:
        """Return the threads that wait on this clock, by identity, each with its deadline.

        The deadline of a thread that waits without one is infinity.
        """
        with self._changed:
            return {
                waiter.thread: math.inf if waiter.deadline is None else waiter.deadline
                for waiter in self._waiting.values()
                if waiter.deadline is None or waiter.deadline > self._monotonic
            }

    def await_sleepers(self, count: int, timeout: float | None = 10.0) -> None:
        """Wait, in real time, until this many threads wait for a deadline of this clock.

        Raises:
            TimeoutError: they did not within ``timeout`` real seconds.
        """
        count, timeout = numbers.count("count", count, 0), numbers.wait("timeout", timeout)

        def asleep() -> bool:
            return sum(one.deadline is not None for one in self._waiting.values()) >= count

        with self._changed:
            if not self._changed.wait_for(asleep, timeout):
                raise TimeoutError(f"fewer than {count} threads wait on the fake clock")


class _Waiter(NamedTuple):
    condition: threading.Condition
    deadline: float | None
    thread: int
