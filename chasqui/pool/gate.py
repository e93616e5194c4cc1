"""The gate of a pool: what holds new submissions back while older tasks wait outside.

An engine with a journal brings in the tasks of earlier lives as room appears. While some wait for
it, the room is theirs: a new submission waits as for a full backlog, so that it does not overtake
them. Only what a task of the pool itself submits goes by the room alone, or its worker would wait
for tasks that need that worker.

Whoever brings them in keeps ``waiting`` up to date (`chasqui.pool.older`), and is woken when enough
room has appeared. A pool that has a gate must be watched: the short way of `intake.submit` does not
look at it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

MOST: Final = 500  # places that must be free before those who bring tasks in are woken


class Gate:
    """Counts the tasks that were accepted before, and wait for room.

    Args:
        wake: called when room has appeared and some wait, with no lock held.
    """

    __slots__ = ("waiting", "wake")

    def __init__(self, wake: Callable[[], object]) -> None:
        self.wake = wake
        self.waiting = 0


def enough(size: int) -> int:
    """Return how many places must be free in a backlog of a size to be worth a wake-up."""
    return max(1, min(MOST, size // 2))
