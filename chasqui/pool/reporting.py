"""Reporting: how the observer and the recorder of a pool are called.

See `TaskObserver` and `Recorder`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import starmap
from typing import Final

from chasqui import loggers
from chasqui.pool.complaint import complain
from chasqui.pool.recorder import Recorder
from chasqui.pool.state import State
from chasqui.pool.states import TaskState
from chasqui.pool.task import Task
from chasqui.pool.task_pool import LoggedLine

log = loggers.named("chasqui.pool")

LOG: Final = "log"  # why a pool is watched: the log book follows its tasks
JOURNAL: Final = "journal"  # or they are written down; see `announcing.locked_publish_own`


def watch_every(pool: State, every: bool, why: str = LOG) -> None:
    """Report the acceptance, each start and each good end of tasks, from now on or no more.

    Each reason stands by itself: they are reported while there is one left.
    """
    with pool.lock:
        _locked_watch(pool, every, why)


def _locked_watch(pool: State, every: bool, why: str) -> None:
    done = False
    while not done:
        before = pool.watched_for
        after = before | {why} if every else before - {why}
        watches = bool(after) and pool.observer is not None
        if pool.watched_for is before:  # else a signal handler has come between
            pool.watched_for = after
            pool.watches = watches
            done = True


def record_by(
    pool: State, recorder: Recorder | None, log_of: Callable[[int], tuple[LoggedLine, ...]]
) -> None:
    """Record the ends of a pool's tasks, and find their logs here; before it is started.

    Args:
        recorder: None: their ends are not recorded.
    """
    pool.recorder, pool.log_of = recorder, log_of


def record_ended(pool: State, tasks: Sequence[Task], state: TaskState) -> None:
    """Record tasks that end, unless the worker loop does it itself."""
    if pool.recorder is None or not tasks:
        return
    try:
        pool.recorder.ended(tasks, state)
    except BaseException as error:
        complain(log, error, "pool %s: task %s: not recorded", pool.name, tasks[0].number)


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
    """Report and record tasks that have ended."""
    record_ended(pool, tasks, state)
    tell_ended(pool, tasks, state)


def tell_ended(pool: State, tasks: Sequence[Task], state: TaskState) -> None:
    """Report tasks that have ended, without recording them."""
    if pool.observer is None or not tasks:
        return
    try:
        pool.observer.ended(tasks, state)
    except BaseException as error:
        _complain(pool, tasks[0], error)


def report_cancelled(pool: State, tasks: Sequence[Task], told: list[object]) -> None:
    """Report and record tasks that were cancelled before they started, if ``told`` is empty.

    That the observer has heard of them is noted there by the same C code that calls it, so that no
    interrupt comes between. One that comes in the middle has it called again.
    """
    if told or not tasks:
        return
    record_ended(pool, tasks, "cancelled")
    try:
        _tell_cancelled(pool, tasks, told)
    except BaseException as error:
        _complain(pool, tasks[0], error)
        if not isinstance(error, Exception):
            _tell_again(pool, tasks, told)


def _tell_cancelled(pool: State, tasks: Sequence[Task], told: list[object]) -> None:
    if pool.observer is not None and not told:
        told.extend(starmap(pool.observer.ended, ((tasks, "cancelled"),)))


def _tell_again(pool: State, tasks: Sequence[Task], told: list[object]) -> None:
    try:
        _tell_cancelled(pool, tasks, told)
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
