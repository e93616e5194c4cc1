"""A notice: tasks that are being announced to the observer, and what has come of that.

It belongs to the thread that announces them, which finds those that it is in the middle of, for a
shutdown from a signal handler there.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from itertools import chain
from typing import Final

from chasqui.pool.claim import Claim
from chasqui.pool.task import Task

_here: Final = threading.local()  # on a submitter's thread: what it announces now


class Notice:
    """Tasks of one lane and priority that are reported to the observer in one call."""

    __slots__ = ("back", "claim", "dropped", "heard", "is_open", "later", "tasks")

    def __init__(self, claim: Claim | None, *, later: bool = False) -> None:
        self.claim = claim
        self.later = later
        """Whether it is about a single task that waits for its time."""
        self.tasks: Sequence[Task] = ()
        """What it is about, from the moment at which they have their numbers."""
        self.heard: list[object] = []
        """Not empty once the observer has returned."""
        self.is_open = True
        """Whether they are neither where a worker finds them nor taken back."""
        self.dropped: Sequence[Task] = ()
        """Those that were cancelled while it was open."""
        self.back: Sequence[Task] = ()
        """Those that were taken back."""

    @property
    def is_settled(self) -> bool:
        """Whether nothing is left to do for any of its tasks."""
        return not (self.tasks and (self.is_open or self.dropped or self.back))


def notices_here() -> list[Notice]:
    """Return what the calling thread is in the middle of announcing."""
    found: list[Notice] | None = getattr(_here, "notices", None)
    if found is None:
        found = _here.notices = []
    return found


def is_told_here(task: Task) -> bool:
    """Whether the calling thread is the one that announces a task."""
    return task in chain.from_iterable([notice.tasks for notice in notices_here()])
