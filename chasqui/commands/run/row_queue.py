"""A queue of rows between the workers that make them and the one thread that prints them.

Workers do not write themselves: a write gives up the GIL, and a thread that has given it up beside
busy ones gets it back after 5 ms. So rows that have come meanwhile are printed together, and a
reader that is too slow has the workers wait. A row that comes within 10 ms of those before waits
for the rest of that time: to wake the printing thread for each cost a tenth of the commands a
second.

A small row takes no lock, since `deque` needs none, unless the queue is full or its reader sleeps.
"""

from __future__ import annotations

import math
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Final, Generic, TypeVar

AHEAD_ROWS: Final = 8192  # the slab of a journal names the last 16,384 lines that have ended
AHEAD_BYTES: Final = 4 << 20  # of large rows that wait; then workers wait as for a slow reader
LARGE: Final = 2048  # bytes
TOGETHER_SECONDS: Final = 0.01  # of which all rows are printed together

Item = TypeVar("Item")


class RowQueue(Generic[Item]):
    """Rows in the order in which they came, with what belongs to each. Any thread puts, one takes.

    Args:
        is_served: whether rows are still taken; without that no thread waits for room.
    """

    def __init__(
        self, is_served: Callable[[], bool], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._is_served = is_served
        self._clock = clock
        self._next = -math.inf  # when rows are taken again; the taking thread's own
        self._rows: deque[tuple[bytes, Item]] = deque()
        self._lock = threading.Lock()  # guards the rest
        self._came = threading.Condition(self._lock)
        self._room = threading.Condition(self._lock)
        self._sleeps = False  # the thread that takes; set before it looks for the last time
        self._waiting = 0  # threads that wait for room
        self._large = 0  # bytes of large rows
        self._closing = False

    def put(self, data: bytes, item: Item) -> None:
        """Take a row; wait while too many are ahead of it."""
        if len(data) > LARGE or len(self._rows) >= AHEAD_ROWS:
            with self._lock:
                self._await_room()
                self._large += len(data) if len(data) > LARGE else 0
        self._rows.append((data, item))
        if self._sleeps:
            with self._lock:
                self._sleeps = False
                self._came.notify()

    def take(self, timeout: float | None) -> list[tuple[bytes, Item]] | None:
        """Wait for rows, and return all; none after a time-out, None once it is closed."""
        if (early := self._next - self._clock()) > 0:
            with self._lock:
                if not self._closing and not self._waiting:
                    self._came.wait(early)
        if not self._rows:
            with self._lock:
                self._room.notify_all()  # those who found no room after the last look
                self._sleeps = True
                if not self._rows and not self._closing:
                    self._came.wait(timeout)
                self._sleeps = False
        self._next = self._clock() + TOGETHER_SECONDS
        taken = [self._rows.popleft() for _ in range(len(self._rows))]
        if self._large or self._waiting:
            with self._lock:
                self._large -= sum(len(data) for data, _ in taken if len(data) > LARGE)
                self._room.notify_all()
        return taken if taken or not self._closing else None

    def close(self) -> None:
        """Have no thread wait any more; what was put before is still taken."""
        with self._lock:
            self._closing = True
            self._came.notify()
            self._room.notify_all()

    def _await_room(self) -> None:
        while (
            (len(self._rows) >= AHEAD_ROWS or self._large > AHEAD_BYTES)
            and not self._closing
            and self._is_served()
        ):
            self._waiting += 1
            self._came.notify()
            self._room.wait(1)
            self._waiting -= 1
