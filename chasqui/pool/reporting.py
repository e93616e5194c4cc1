"""Reporting: how the observer of a pool is called; see `TaskObserver`."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from chasqui.pool.complaint import complain
from chasqui.pool.state import State
from chasqui.pool.states import TaskState
from chasqui.pool.task import Task

log = logging.getLogger("chasqui.pool")


def watch_every(pool: State, every: bool) -> None:
    """Report the acceptance, each start and each good end of tasks, from now on or no more."""
    pool.watches = every and pool.observer is not None


def report_started(pool: State, task: Task) -> None:
    """Report that an attempt starts."""
    if pool.observer is None:
        return
    try:
        pool.observer.started(task)
    except BaseException as error:
        _complain(pool, task, error)


def report_retried(pool: State, task: Task, delay: float) -> None:
    """Report that an attempt has failed and will be followed by another."""
    if pool.observer is None:
        return
    try:
        pool.observer.retried(task, delay)
    except BaseException as error:
        _complain(pool, task, error)


def report_ended(pool: State, tasks: Sequence[Task], state: TaskState) -> None:
    """Report tasks that have ended."""
    if pool.observer is None or not tasks:
        return
    try:
        pool.observer.ended(tasks, state)
    except BaseException as error:
        _complain(pool, tasks[0], error)


def report_left(pool: State, tasks: Sequence[Task]) -> None:
    """Report tasks that a shutdown has left."""
    if pool.observer is None or not tasks:
        return
    try:
        pool.observer.left(tasks)
    except BaseException as error:
        _complain(pool, tasks[0], error)


def _complain(pool: State, task: Task, error: BaseException) -> None:
    complain(log, error, "pool %s: task %s: its observer raised", pool.name, task.number)
