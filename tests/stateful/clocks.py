"""A fake clock that knows who waits on it, and for how long."""

from __future__ import annotations

import threading

from chasqui.testing import FakeClock


class Clock(FakeClock):
    """A fake clock that knows which threads wait on it, and until when."""

    def __init__(self, monotonic: float = 1_000_000.0, time: float = 1_700_000_000.0) -> None:
        super().__init__(monotonic, time)
        self.sleepers: dict[int, float | None] = {}

    def wait(self, condition: threading.Condition, deadline: float | None) -> None:
        """Wait as on any fake clock."""
        me = threading.get_ident()
        self.sleepers[me] = deadline
        try:
            super().wait(condition, deadline)
        finally:
            del self.sleepers[me]

    def sleeps_until(self, thread: threading.Thread | int | None, moment: float) -> bool:
        """Tell whether a thread waits until a moment, infinity for good."""
        ident = thread.ident if isinstance(thread, threading.Thread) else thread
        until = self.sleepers.get(ident or 0, -1.0)
        return (float("inf") if until is None else until) == moment
