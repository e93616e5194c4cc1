"""What tests of programs that use Chasqui need: time that moves only when told."""

from __future__ import annotations

import threading


class FakeClock:
    """A clock for pools and engines in tests: real threads wait on it, `advance` moves it.

    It starts far from any real clock's reading, so that a mix-up of clocks shows at once.
    """

    def __init__(self, monotonic: float = 1_000_000.0, time: float = 1_700_000_000.0) -> None:
        self._changed = threading.Condition()  # guards all below
        self._monotonic = monotonic
        self._time = time
        self._waiting: dict[int, tuple[threading.Condition, float | None]] = {}
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
            self._waiting[ticket] = (condition, deadline)
            self._changed.notify_all()
        try:
            condition.wait()
        finally:
            with self._changed:
                del self._waiting[ticket]
                self._changed.notify_all()

    def advance(self, seconds: float) -> None:
        """Move the time, and wake everybody whose deadline has come."""
        with self._changed:
            self._monotonic += seconds
            self._time += seconds
            due = [
                condition
                for condition, deadline in self._waiting.values()
                if deadline is not None and deadline <= self._monotonic
            ]
        for condition in due:
            with condition:
                condition.notify_all()

    def await_sleepers(self, count: int, timeout: float = 10.0) -> None:
        """Wait, in real time, until this many threads wait for a deadline of this clock.

        Raises:
            TimeoutError: they did not within ``timeout`` real seconds.
        """

        def asleep() -> bool:
            return sum(deadline is not None for _, deadline in self._waiting.values()) >= count

        with self._changed:
            if not self._changed.wait_for(asleep, timeout):
                raise TimeoutError(f"fewer than {count} threads wait on the fake clock")
