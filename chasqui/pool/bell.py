"""A bell: lets one thread wait for something to change in any of several pools.

A thread waits at the lock of one pool, which it gives up whole meanwhile if it holds it, and
a thread that changes another pool rings. Ringing takes no lock: what happens in one pool must not
hang on another, whose lock a signal handler may hold while it waits. The gate remembers a ring, so
one before the wait is not lost.
"""

from __future__ import annotations

from typing import Any

from chasqui.pool.clock import Clock
from chasqui.pool.locks import Condition, is_held, new_lock, wait_for, wait_without, wake


class Bell(Condition):
    """Rings once for a thread that hung it up before it looked."""

    def __init__(self, lock: Any, clock: Clock) -> None:
        super().__init__(lock)
        self._lock_of_pool = lock
        self._clock = clock
        self._gate = new_lock()
        self._gate.acquire()

    def ring(self) -> None:
        """Say that something has changed."""
        wake(self._gate)

    def await_ring(self, until: float | None) -> None:
        """Wait until it rings, or a monotonic moment; at once if it has rung already."""
        self._clock.wait(self, until)

    def wait(self, timeout: float | None = None) -> bool:
        """Wait for a ring; for clocks."""
        if is_held(self._lock_of_pool):
            return wait_without(self._lock_of_pool, self._gate, timeout)
        return wait_for(self._gate, timeout)

    def notify_all(self) -> None:
        """Ring; for clocks."""
        self.ring()
