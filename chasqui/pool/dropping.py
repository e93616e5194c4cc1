"""Dropping: cancelling all that waits, in the time that a shutdown has for it.

A million tasks must be cancelled and reported within a fraction of a second. So the workers rest
once for all of them. Each task costs one commit, so that a signal handler finds every task either
waiting or cancelled. Groups of tasks and the observer of the pool get all of them in a single call.
"""

from __future__ import annotations

from collections.abc import Sequence

from chasqui import loggers
from chasqui.pool import commits
from chasqui.pool.callbacks import Group, OfGroup
from chasqui.pool.ending import settle
from chasqui.pool.freezing import locked_freeze, locked_sweep, locked_thaw
from chasqui.pool.notified import is_notified
from chasqui.pool.reporting import report_cancelled
from chasqui.pool.schedule import may_start
from chasqui.pool.state import State
from chasqui.pool.task import Task

log = loggers.named("chasqui.pool")


def locked_drop_all(pool: State, dropped: list[Task]) -> None:
    """Cancel all that waits. After an exception the last of ``dropped`` may still wait.

    Those that are being announced are not in it: the threads that announce them see to them.
    """
    scheduled, others = pool.scheduled.copy().values(), list[Task]()
    _locked_drop_from(pool, pool.queued, list(pool.queued.values()), dropped)
    _locked_drop_from(pool, pool.scheduled, [one for one in scheduled if may_start(one)], dropped)
    _locked_drop_from(pool, pool.scheduled, list(pool.scheduled.values()), others)
    _locked_drop_from(pool, pool.reserved, list(pool.reserved.values()), others)
    locked_sweep(pool)


def _locked_drop_from(
    pool: State, waits: dict[int, Task], tasks: Sequence[Task], dropped: list[Task]
) -> None:
    now = pool.monotonic()
    turn = locked_freeze(pool)
    for task in tasks:
        dropped.append(task)  # first: an interrupt must not find it cancelled and in no list
        while not (done := commits.drop(pool, turn, waits, task, now)) and pool.turn is not turn:
            turn = locked_freeze(pool)  # a signal handler has let workers go on
        if not done:
            dropped.pop()
    locked_thaw(pool)


def see_to_dropped(pool: State, tasks: Sequence[Task], told: list[object]) -> None:
    """Tell everybody of tasks that were dropped; the lock is not held."""
    report_cancelled(pool, tasks, told)
    groups: dict[Group, list[Task]] = {}
    try:
        _gather(pool, tasks, groups)
    finally:
        _tell(pool, groups)


def settle_dropped(pool: State, tasks: Sequence[Task], told: list[object]) -> None:
    """Make up for an interrupt of `see_to_dropped`: a cancelled task must not be waited for."""
    dropped = [task for task in tasks if task.state == "cancelled"]
    report_cancelled(pool, dropped, told)
    for task in dropped:
        settle(pool, task)


def _gather(pool: State, tasks: Sequence[Task], groups: dict[Group, list[Task]]) -> None:
    kind, notified = None, False  # most tasks are of the class of the task before
    for task in tasks:
        if type(task.work) is not kind:
            kind, notified = type(task.work), is_notified(task)
        if notified or task._more is not None:
            _settle_or_gather(pool, task, groups)


def _tell(pool: State, groups: dict[Group, list[Task]]) -> None:
    for group, some in groups.items():
        try:
            group.all_ended(some)
        except BaseException:
            log.exception("pool %s: a callback of %d tasks raised", pool.name, len(some))


def _settle_or_gather(pool: State, task: Task, groups: dict[Group, list[Task]]) -> None:
    """Call a task's callbacks, but those that hear of many tasks at once."""
    more = task._more
    callbacks = None if more is None else more.callbacks
    if more is not None and more.wake is None and callbacks is not None and len(callbacks) == 1:
        callback = callbacks[0]
        if isinstance(callback, OfGroup) and not more.waiters:
            with pool.callback_lock(task):  # the thread that takes them calls them
                callbacks, more.callbacks = more.callbacks, None
            if callbacks is not None and len(callbacks) == 1:
                groups.setdefault(callback.group, []).append(task)
                return
            more.callbacks = callbacks  # another was added meanwhile
    settle(pool, task)
