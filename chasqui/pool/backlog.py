"""The backlog: accepted tasks that wait for a worker, higher priorities first, then in order.

``queued`` is at once the index by number, the exact size, and the claim: whoever takes a number
out of it owns the task, so a start and a cancel cannot both win. A task cancelled out of turn stays
in its level as a husk until it comes up or somebody lists the level. The pool's lock guards all.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

from chasqui.pool.task import Task


class Backlog:
    """A queue with priorities, an index by number, and windows."""

    def __init__(self) -> None:
        self.queued: dict[int, Task] = {}
        self._levels: dict[int, deque[Task]] = {}
        self._order: list[int] = []  # the priorities in use, highest first
        self._husks: dict[int, int] = {}  # how many of a level's tasks are no longer queued

    def __len__(self) -> int:
        return len(self.queued)

    def append(self, task: Task) -> None:
        """Add a task behind those of its priority."""
        level = self._levels.get(task.priority)
        if level is None:
            level = self._levels[task.priority] = deque()
            self._order = sorted(self._levels, reverse=True)
        self.queued[task.number] = task
        level.append(task)

    def pop(self) -> Task | None:
        """Take the first task out, or return None."""
        for priority in self._order:
            level = self._levels[priority]
            while level:
                task = level.popleft()
                if self.queued.pop(task.number, None) is not None:
                    return task
                self._husks[priority] -= 1
        if self._levels:
            self._levels.clear()
            self._husks.clear()
            self._order = []
        return None

    def remove(self, task: Task) -> bool:
        """Take this task out; False when it is no longer here."""
        if self.queued.pop(task.number, None) is None:
            return False
        self._husks[task.priority] = self._husks.get(task.priority, 0) + 1
        return True

    def clear(self) -> list[Task]:
        """Take all tasks out, in order."""
        taken = list(self)
        self.queued.clear()
        self._levels.clear()
        self._husks.clear()
        self._order = []
        return taken

    def window(self, offset: int, limit: int) -> list[Task]:
        """List at most ``limit`` tasks, in order, from the ``offset``-th on."""
        shown: list[Task] = []
        for priority in self._order:
            level = self._without_husks(priority)
            if offset < len(level):
                last = min(len(level), offset + limit - len(shown))
                # Indexing a deque costs its distance from the nearer end in blocks of 64, which is
                # far less than walking there when the window is deep in a long backlog.
                shown += [level[at] for at in range(offset, last)]
                if len(shown) >= limit:
                    break
            offset = max(0, offset - len(level))
        return shown

    def __iter__(self) -> Iterator[Task]:
        for priority in self._order:
            yield from self._without_husks(priority)

    def _without_husks(self, priority: int) -> deque[Task]:
        if self._husks.get(priority):
            kept = deque(task for task in self._levels[priority] if task.number in self.queued)
            self._levels[priority] = kept
            self._husks[priority] = 0
        return self._levels[priority]
