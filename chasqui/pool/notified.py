"""Notified works: how a work hears of the end of its task without a callback on it.

A callback is kept in a task's particulars, which cost two locks at its submission and one at its
end. The body of a task sees most ends itself, because it runs. A `NotifiedWork` relies on that, and
the pool calls it at the ends that its body does not see. The call of an executor is one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from chasqui import loggers
from chasqui.pool.complaint import complain
from chasqui.pool.state import State
from chasqui.pool.task import Task

log = loggers.named("chasqui.pool")


class NotifiedWork:
    """A work that is called when its task ends in another way than by its body's return."""

    __slots__ = ()

    def task_ended(self, task: Task) -> None:
        """Take note that the task is final; the thread that ended it calls, before its callbacks.

        Ends that the body has seen are skipped where that is quicker, and may be reported too.
        """

    def task_left(self, task: Task) -> None:
        """Take note that the pool has stopped and left the task in its backlog.

        It is called again when a shutdown was interrupted, and on several threads if several
        threads shut the pool down.
        """


def is_notified(task: Task) -> bool:
    """Tell whether the work of a task is a `NotifiedWork`, without calling code of its class."""
    return issubclass(type(task.work), NotifiedWork)


def notify_ended(pool: State, task: Task) -> None:
    """Notify the work of a task that is final, if it is to be notified."""
    if is_notified(task):
        try:
            cast("NotifiedWork", task.work).task_ended(task)
        except BaseException as error:  # whatever it is, it is not the worker's
            complain(log, error, "pool %s: task %s: its work raised", pool.name, task.number)


def notify_left(pool: State, tasks: Sequence[Task]) -> None:
    """Notify the works of tasks that a shutdown has left."""
    for task in filter(is_notified, tasks):
        try:
            cast("NotifiedWork", task.work).task_left(task)
        except BaseException as error:
            complain(log, error, "pool %s: task %s: its work raised", pool.name, task.number)
