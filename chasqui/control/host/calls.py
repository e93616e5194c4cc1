"""Calls to be made on the server's thread: those that other threads post, and those with a time.

A posted call wakes the thread by a byte in a pipe. Posting takes no lock and never waits, so it may
be done by a worker, with a pool's lock held, and by a signal handler.
"""

from __future__ import annotations

import contextlib
import heapq
import itertools
import os
from collections import deque
from collections.abc import Callable
from time import monotonic

Call = Callable[[], object]


class Calls:
    """A queue of calls for one thread, and the pipe that wakes it."""

    def __init__(self) -> None:
        self._posted: deque[Call] = deque()
        self._timed: list[tuple[float, int, Call]] = []
        self._count = itertools.count()
        self._reads, self._writes = os.pipe()
        os.set_blocking(self._reads, False)
        os.set_blocking(self._writes, False)

    def fileno(self) -> int:
        """Return the descriptor that can be read when a call was posted."""
        return self._reads

    def post(self, call: Call) -> None:
        """Have a call made, soon. Any thread."""
        self._posted.append(call)
        with contextlib.suppress(OSError):  # full: it will wake; closed: it has ended
            os.write(self._writes, b"\0")

    def later(self, seconds: float, call: Call) -> None:
        """Have a call made after some seconds; on the thread itself only."""
        heapq.heappush(self._timed, (monotonic() + seconds, next(self._count), call))

    @property
    def due(self) -> float | None:
        """When the next call is to be made; None: there is none."""
        if self._posted:
            return float("-inf")
        return self._timed[0][0] if self._timed else None

    def drain(self) -> None:
        """Take the bytes out that have woken the thread."""
        with contextlib.suppress(BlockingIOError):
            os.read(self._reads, 4096)

    def make(self) -> bool:
        """Make the calls that are due; tell whether there were any."""
        made = False
        for _ in range(len(self._posted)):
            made = True
            self._posted.popleft()()
        while self._timed and self._timed[0][0] <= monotonic():
            made = True
            heapq.heappop(self._timed)[2]()
        return made

    def close(self) -> None:
        """Close the pipe."""
        os.close(self._reads)
        os.close(self._writes)
