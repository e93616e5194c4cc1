"""A bell: lets one thread wait for something to change in any of several pools.

A thread waits at the lock of one pool, and whoever changes another must tell it there. So a bell is
rung with no lock held; but for a signal handler in the middle of something, which is on the main
thread, and no other thread ever holds one lock of a pool while it asks for another's. What happens
in one pool must not hang on another whose lock such a handler holds while it waits: whoever rings
gives up after a moment, and the waiting thread, which could not have gone on either, looks again by
itself by then.
"""

from __future__ import annotations

import threading
from typing import Any

from chasqui.pool import clock as clocks
from chasqui.pool.clock import Clock


class Bell:
    """Rings once for a thread that hung it up before it looked."""

    def __init__(self, lock: Any, clock: Clock) -> None:
        self._clock = clock
        self._lock = lock
        self._changed = threading.Condition(lock)
        self._rung = False

    def ring(self) -> None:
        """Say that something has changed."""
        self._rung = True
        if self._lock.acquire(timeout=clocks.LOOK_SECONDS):
            try:
                self._changed.notify_all()
            finally:
                self._lock.release()

    def wait(self, until: float | None) -> None:
        """Wait until it rings, or a monotonic moment; at once if it has rung already.

        The lock is given up whole meanwhile, however deep it is held.
        """
        with self._changed:
            if not self._rung:
                self._clock.wait(self._changed, until)


def is_held(lock: Any) -> bool:
    """Tell whether the calling thread holds a lock."""
    try:
        threading.Condition(lock).notify(0)  # which only its holder may
    except RuntimeError:
        return False
    return True
