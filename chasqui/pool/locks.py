"""Locks: how they are held and waited at, so that no exception leaves one held.

A signal handler raises where CPython looks for signals: when a function begins, when a call returns
and when a loop turns back. RecursionError comes where a call begins, MemoryError where an object is
made. So in `chasqui.pool` and `chasqui.engine` (tests/pool/test_locks.py reads their code):

1. A lock is held by ``with`` on the lock itself. Both its ends are C: nothing comes between taking
   the lock and being sure to give it back, and giving it back needs no more stack than taking it.
   Never ``with`` on a condition or on a function of contextlib, whose ends are Python code, and
   never ``acquire()``; the one exception is `intake.submit`, which says why it may.
2. The body of such a ``with`` has no loop and no comprehension of its own. It calls a function that
   has them. CPython 3.13.0 leaves the jump back of a conditional loop out of what the ``with``
   guards: measured, one interrupt in three of a loop got past it with the lock held.
3. Waiting is `Condition.wait` of this module, which cannot be cut between giving the lock up and
   knowing that it was.
4. Clean-up in ``except`` and ``finally`` makes no call of Python code before what it must not miss:
   it may be running at the recursion limit.
5. What is decided is stored with no call in between; see `chasqui.pool.commits`.
"""

from __future__ import annotations

import threading
from collections import deque
from contextlib import suppress
from itertools import starmap
from typing import Any, Final

new_lock: Final = threading.Lock
_ONCE: Final = ((),)


def is_held(lock: Any) -> bool:
    """Tell whether the calling thread holds a re-entrant lock."""
    return bool(lock._is_owned())


def wait_without(lock: Any, waiter: Any, timeout: float | None) -> bool:
    """Wait for ``waiter`` with a re-entrant lock given up whole, however deep it is held.

    The release and the note of it are one call of C code, after which an exception is sure to find
    the note; so the lock is held again when this returns or raises.
    """
    given_up: list[Any] = []
    try:
        given_up.extend(starmap(lock._release_save, _ONCE))
        return wait_for(waiter, timeout)
    finally:
        if given_up:
            lock._acquire_restore(given_up[0])


def wait_for(waiter: Any, timeout: float | None) -> bool:
    """Wait for a lock that another thread will release; tell whether it was released."""
    if timeout is None:
        return bool(waiter.acquire())
    return bool(waiter.acquire(True, min(max(0.0, timeout), threading.TIMEOUT_MAX)))


def wake(waiter: Any) -> bool:
    """Release the lock that a thread waits for; False when it was released already."""
    try:
        waiter.release()
    except RecursionError:  # which is a RuntimeError too: it has not been released
        raise
    except RuntimeError:
        return False
    return True


class Condition(threading.Condition):
    """A condition of a re-entrant lock; hold the lock, not the condition, by ``with``."""

    def __init__(self, lock: Any) -> None:
        super().__init__(lock)
        self._held_by = lock
        self._sleepers: deque[Any] = deque()

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until notified or for ``timeout`` seconds; tell whether it was notified."""
        if not is_held(self._held_by):
            raise RuntimeError("cannot wait for a condition whose lock is not held")
        waiter = new_lock()
        waiter.acquire()
        try:
            self._line_up(waiter)
            return wait_without(self._held_by, waiter, timeout)
        finally:
            # If it stayed, it would take a notification from a thread that still waits.
            if waiter in self._sleepers:
                self._sleepers.remove(waiter)
            self._forget(waiter)

    def _line_up(self, waiter: Any) -> None:
        self._sleepers.append(waiter)

    def _forget(self, waiter: Any) -> None:
        """Drop what is kept of a thread that sleeps no more: here nothing is."""

    def notify(self, n: int = 1) -> None:
        """Wake at most ``n`` of those that wait, the longest first."""
        if not is_held(self._held_by):
            raise RuntimeError("cannot notify a condition whose lock is not held")
        sleepers = self._sleepers
        while sleepers and n > 0:
            waiter = sleepers[0]
            n -= wake(waiter)  # first: one that is taken off and not woken would sleep on
            with suppress(ValueError):  # a signal handler has come in between
                sleepers.remove(waiter)

    def notify_all(self) -> None:
        """Wake all that wait."""
        self.notify(len(self._sleepers))
