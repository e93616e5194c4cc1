"""A wake-up: lets one thread wait for something to change in any of several pools.

A thread waits at the lock of one pool, which it gives up whole meanwhile if it holds it, and
a thread that changes another pool fires it. Firing takes no lock: what happens in one pool must not
hang on another, whose lock a signal handler may hold while it waits. The gate remembers that it
was fired, so that nothing before the wait is lost.
"""

from __future__ import annotations

from typing import Any

from chasqui.pool.clock import Clock
from chasqui.pool.locks import Condition, is_held, new_lock, wait_for, wait_without, wake


class Wakeup(Condition):
    """Wakes a thread once, which attached it to its pools before it looked."""

    def __init__(self, lock: Any, clock: Clock) -> None:
        super().__init__(lock)
        self._lock_of_pool = lock
        self._clock = clock
        self._gate = new_lock()
        self._gate.acquire()

    def fire(self) -> None:
        """Say that something has changed."""
        wake(self._gate)

    def wait_until(self, until: float | None) -> None:
        """Wait until it is fired, or a monotonic moment; not at all if it was fired already."""
        self._clock.wait(self, until)

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until it is fired; for clocks."""
        if is_held(self._lock_of_pool):
            return wait_without(self._lock_of_pool, self._gate, timeout)
        return wait_for(self._gate, timeout)

    def notify_all(self) -> None:
        """Fire; for clocks."""
        self.fire()
