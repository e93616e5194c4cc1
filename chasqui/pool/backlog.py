"""The backlog: accepted tasks that wait for a worker, higher priorities first, then in order.

``queued`` is at once the index by number, the exact size, and the claim: whoever takes a number
out of it owns the task, so a start and a cancel cannot both win. The levels, one queue of numbers
for each priority in use, only say whose turn it is. A number whose task is no longer queued is a
husk, and is passed over: so nothing here keeps a cancelled task alive.

Appending and listing need the pool's lock. Taking does not: `deque.popleft` and `dict.pop` are
atomic, and ``order`` is replaced, never changed. A worker that holds an old ``order`` sees at most
a level that has run empty, since a level is dropped only when it is empty, and it looks once more
before it sleeps.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from itertools import islice
from typing import Final

from chasqui.pool.task import Task

DEEP: Final = 4096  # a window that begins further in than this is worth sweeping the husks out for
HUSKS: Final = 1024  # as many husks more than tasks are let lie


class Backlog:
    """A queue with priorities, an index by number, and windows."""

    __slots__ = ("levels", "normal", "order", "plain", "queued")

    def __init__(self) -> None:
        self.queued: dict[int, Task] = {}
        self.normal: deque[int] = deque()
        """The level of priority 0, which is never dropped."""
        self.levels: dict[int, deque[int]] = {0: self.normal}
        self.order: tuple[deque[int], ...] = (self.normal,)
        """The levels, highest priority first."""
        self.plain = True
        """Whether the normal level is the only one."""

    def __len__(self) -> int:
        return len(self.queued)

    def level(self, priority: int) -> deque[int]:
        """Return the level of a priority, to be appended to before the lock is given up."""
        found = self.levels.get(priority)
        if found is None:
            used = {one: level for one, level in self.levels.items() if level or not one}
            found = used[priority] = deque()
            self.plain = False
            self.levels = used
            self.order = tuple(used[one] for one in sorted(used, reverse=True))
        return found

    def take(self) -> Task | None:
        """Take the first task out, or return None; needs no lock."""
        queued = self.queued
        for level in self.order:
            while level:
                try:
                    number = level.popleft()
                except IndexError:  # another worker was quicker
                    break
                task = queued.pop(number, None)
                if task is not None:
                    return task
        return None

    def window(self, offset: int, limit: int) -> list[Task]:
        """List at most ``limit`` tasks, in order, from the ``offset``-th on; workers must rest."""
        husks = self.husks()
        if husks and offset > DEEP:
            self.sweep()
            husks = 0
        if husks:
            return list(islice(self, offset, offset + limit))
        shown: list[Task] = []
        for level in self.order:
            if offset < len(level):
                last = min(len(level), offset + limit - len(shown))
                # Indexing a deque costs its distance from the nearer end in blocks of 64, which is
                # far less than walking there when the window is deep in a long backlog.
                shown += [self.queued[level[at]] for at in range(offset, last)]
                if len(shown) >= limit:
                    break
            offset = max(0, offset - len(level))
        return shown

    def husks(self) -> int:
        """Count the numbers that wait for nothing; workers must rest."""
        return sum(map(len, self.order)) - len(self.queued)

    def sweep(self) -> None:
        """Drop the husks; workers must rest."""
        for level in self.order:
            live = [number for number in level if number in self.queued]
            level.clear()
            level.extend(live)

    def sweep_if_many(self) -> None:
        """Drop the husks once they outnumber the tasks by far; workers must rest."""
        if self.husks() > len(self.queued) + HUSKS:
            self.sweep()

    def __iter__(self) -> Iterator[Task]:
        for level in self.order:
            for number in level:
                task = self.queued.get(number)
                if task is not None:
                    yield task
