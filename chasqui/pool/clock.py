"""Where the pool's time comes from, so that tests can pass their own.

Everything that waits, waits on a `threading.Condition` through `Clock.wait`, in a loop that looks
at its own condition again. So a clock may return early at any time, and a fake one can move time
and wake whoever's deadline has come, without anybody sleeping.
"""

from __future__ import annotations

import threading
import time
from typing import Final, Protocol


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
        if deadline is None:
            condition.wait()
        elif (left := deadline - time.monotonic()) > 0:
            # A lock cannot wait longer than TIMEOUT_MAX; the caller's loop waits again.
            condition.wait(min(left, threading.TIMEOUT_MAX))


SYSTEM_CLOCK: Final = SystemClock()
