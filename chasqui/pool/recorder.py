"""Recorder: records every task of a pool that ends.

An observer is rarely called for a task that completes, because a call for each would cost too much.
A recorder gets every end exactly once. For a task that completes, the worker loop does most of the
work: it makes an entry before it counts the end, and appends the entry together with the count.
Appending to a deque is atomic, so it takes no lock. All other ends come through `Recorder.ended`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple, Protocol

from chasqui.pool.lane import Lane
from chasqui.pool.states import TaskState
from chasqui.pool.task import Task


class Recording(NamedTuple):
    """How a worker records the good ends of a lane."""

    entry: Callable[[Task, float], bytes | None] | None = None
    """Returns what is written down of a task that ends at this moment of the monotonic clock; None
    if that is nothing. It never raises."""
    record: Callable[[bytes], object] = print
    """Writes it down and does nothing else; it is not called without ``entry``."""


UNRECORDED: Final = Recording()


class Recorder(Protocol):
    """Records the tasks of a pool that end."""

    def of(self, lane: Lane, worker: str) -> Recording:
        """Return how one worker records tasks of a lane that end well and have no particulars.

        No other thread uses what is returned.
        """
        ...

    def ended(self, tasks: Sequence[Task], state: TaskState) -> object:
        """Record tasks that end in this state, on the thread that ends them, with no lock held."""
        ...

    def fold(self) -> None:
        """See to the bounds; a worker calls this every few dozen tasks, while it is not moving."""
        ...
