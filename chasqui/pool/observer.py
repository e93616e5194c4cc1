"""Observer: what follows the tasks of a pool from their acceptance to their end.

A pool has one observer or none; an engine's hands on to its own parts. It is called on whatever
thread the thing happens on, with no lock held, and must be quick. What it raises is logged and
changes nothing, except for `accepted`.

Most observers need to hear of failures and cancellations only, and a task that ends well should
cost nothing more for them. So acceptances, starts and good ends are reported while
`chasqui.pool.reporting.watch_every` says so, and the starts of a lane while that is ``watched``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Protocol

from chasqui import foreign, numbers
from chasqui.pool.states import TaskState
from chasqui.pool.task import Task


class TaskObserver(Protocol):
    """Follows the tasks of a pool."""

    def accepted(self, tasks: Sequence[Task]) -> object:
        """Hear of accepted tasks before a worker can take them, all of a batch in one call.

        It may return an exception: the tasks are in, and then their submitter gets that.

        If it raises, the tasks are taken back as if they had never been accepted, none of them is
        heard of again, and the submitter gets what it raised. A task that is cancelled meanwhile is
        reported as ended after this has returned.
        """
        ...

    def started(self, task: Task) -> object:
        """Hear of an attempt that starts, on its worker and before its body."""
        ...

    def retried(self, task: Task, delay: float) -> object:
        """Hear that a failed attempt will be followed by another in ``delay`` seconds.

        Should the pool stop before that is settled, `ended` follows.
        """
        ...

    def ended(self, tasks: Sequence[Task], state: TaskState) -> object:
        """Hear of tasks that end in a final state, before anything that waits for them wakes.

        Their own ``state`` may not be stored yet.
        """
        ...

    def left(self, tasks: Sequence[Task]) -> object:
        """Hear of accepted tasks that a shutdown has left, which will never start."""
        ...


METHODS: Final = ("accepted", "started", "retried", "ended", "left")


def check_observer(observer: TaskObserver | None) -> TaskObserver | None:
    """Return an observer, None for none; raises TypeError for what lacks one of its methods."""
    for name in METHODS if observer is not None else ():
        if foreign.is_a(observer, type) or not callable(foreign.attribute(observer, name)):
            raise TypeError(
                f"observer must have the methods {', '.join(METHODS)}, "
                f"got {numbers.shown(observer)}"
            )
    return observer
