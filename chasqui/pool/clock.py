"""Where the pool's time comes from, so that tests can pass their own.

Everything that waits, waits on a `threading.Condition` through `Clock.wait`, in a loop that looks
at its own condition again. So a clock may return early at any time, and a fake one can move time
and wake the threads whose deadline has come, without a sleep.
"""

from __future__ import annotations

import threading
import time
from typing import Final, Protocol

CLOCK_STEP: Final = 0.01
"""Seconds; less than this is two clocks read one after the other, not a step."""
LOOK_SECONDS: Final = 0.2
"""How long a wait lasts at most before its caller looks again. A signal handler that runs between
the caller's look and its wait may notify too early, and nothing can rule that out; so a wait that
missed it is made up for soon."""


class Clock(Protocol):
    """A source of time that can also be waited on."""

    def monotonic(self) -> float:
        """Return seconds that never go back, for every interval and deadline."""
        ...

    def time(self) -> float:
        """Return seconds since the epoch, for display."""
        ...

    def wait(self, condition: threading.Condition, deadline: float | None) -> None:
        """Wait on a held condition until it is notified or the monotonic deadline comes."""
        ...


class SystemClock:
    """The machine's own clock."""

    monotonic = staticmethod(time.monotonic)
    time = staticmethod(time.time)

    def wait(self, condition: threading.Condition, deadline: float | None) -> None:
        """Wait on a held condition until it is notified or the monotonic deadline comes."""
        left = LOOK_SECONDS if deadline is None else deadline - time.monotonic()
        if left > 0:
            condition.wait(min(left, LOOK_SECONDS))


SYSTEM_CLOCK: Final = SystemClock()


def epoch_of(clock: Clock, known: float) -> float:
    """Return what to add to a monotonic moment to have it in seconds since the epoch.

    That is what was known before, until the clock is set or the machine sleeps. A thread that had
    to wait between its readings has not seen a step: it would date what comes next by as much.
    """
    before = clock.monotonic()
    found = clock.time() - before
    if abs(found - known) <= CLOCK_STEP or clock.monotonic() - before >= CLOCK_STEP:
        return known
    return found
