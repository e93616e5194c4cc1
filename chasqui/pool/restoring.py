"""Restoring: putting back a task that an earlier process accepted and did not end."""

from __future__ import annotations

from functools import partial

from chasqui import numbers as rules
from chasqui.arguments import text
from chasqui.errors import BacklogFull, PoolClosed
from chasqui.pool import commits, room, schedule
from chasqui.pool.freezing import locked_freeze, locked_thaw
from chasqui.pool.intake import check_lane
from chasqui.pool.lane import Lane
from chasqui.pool.numbering import Numbering
from chasqui.pool.state import Holder, State
from chasqui.pool.task import Particulars, Task
from chasqui.pool.waking import wake
from chasqui.pool.work import Work, check_work


def restore(
    self: Holder,
    work: Work,
    number: int,
    *,
    created: float,
    due: float | None = None,
    attempts: int = 0,
    priority: int = 0,
    time_limit: float | None = None,
    key: str | None = None,
    lane: Lane | None = None,
) -> Task:
    """Put a task back that an earlier process accepted, with the number that it had.

    It counts as accepted, and numbers given out later are higher. It waits in the backlog, or until
    ``due``. ``created`` and ``due`` are seconds since the epoch; ``attempts`` is how often it was
    started. There is no wait for room, and a refusal does not count as a rejected submission. The
    observer does not hear that it is accepted, only what follows.

    Raises:
        BacklogFull: there is no room for it now.
        PoolClosed: the pool is stopping or stopped.
        ValueError: a task of this number waits or runs in this pool, or a value makes no sense.
        TypeError: it is not a work, or a value is of another kind.
    """
    pool = self._state
    check_work(work)
    check_lane(lane)
    number = rules.count("number", number)
    more = Particulars(rules.priority(priority))
    more.created = rules.finite("created", created) - pool.epoch
    more.due = None if due is None else rules.finite("due", due) - pool.epoch
    more.attempt = rules.count("attempts", attempts, 0)
    more.time_limit = None if time_limit is None else rules.period("time_limit", time_limit)
    more.key = None if key is None else text("key", key)
    return put_back(pool, work, number, more, lane)


def put_back(pool: State, work: Work, number: int, more: Particulars, lane: Lane | None) -> Task:
    """Put a task back with its particulars, whose moments are monotonic; see `restore`."""
    pool.check_fork()
    if more.due is not None or more.time_limit is not None:
        pool.timer.start()
    # It has no context variables: those of its submitter have ended with their process.
    task = Task(pool, work, None, pool.monotonic(), lane or pool.default_lane)
    task._more = more
    task.number = number
    due = more.due
    if due is not None and due > task._queued_at:
        task.state = "scheduled"
    else:
        more.due = None
    with pool.lock:
        _locked_put_back(pool, task, more)
    if pool.idle and not pool.waking:
        wake(pool)
    return task


def _locked_put_back(pool: State, task: Task, more: Particulars) -> None:
    while not _locked_try_put_back(pool, task, more):
        pass  # a signal handler has come between


def _locked_try_put_back(pool: State, task: Task, more: Particulars) -> bool:
    """Decide as every acceptance does (see `chasqui.pool.commits`); False when it must be repeated.

    Workers rest meanwhile: the number of a task that one is about to start is in no list.
    """
    number, lane = task.number, task._lane
    turn, alarm = locked_freeze(pool), 0
    try:
        _locked_check(pool, task)
        numbering = pool.numbers or Numbering(pool.accepted + 1)
        numbering.jump(number)
        queue = pool.backlog.queue(lane, task.priority)
        if more.due is not None:
            # Before it is accepted: nothing can come between, and too early it does nothing.
            alarm = pool.timer.at(more.due, partial(schedule.come_due, pool, number))
        accepted = pool.accepted + 1
        done = commits.number_by(pool, turn, numbering) and (
            commits.accept(pool, turn, {number: task}, queue, [number], accepted)
            if more.due is None
            else commits.schedule(pool, turn, number, task, more, alarm)
        )
        if alarm and not done:
            pool.timer.forget(alarm)
    finally:
        locked_thaw(pool)
    return done


def _locked_check(pool: State, task: Task) -> None:
    """Refuse a task for which there is no room, or whose number another task has."""
    if not pool.is_open:
        raise PoolClosed(f"pool {pool.name!r} is {pool.state} and accepts no more work")
    number = task.number
    waiting = (place.get(number) for place in (pool.queued, pool.scheduled, pool.reserved))
    running = (other for other in pool.crew.running() if other.number == number)
    other = next(filter(None, waiting), None) or next(running, None)
    if other is not None:
        raise ValueError(
            f"number {number} is in use: pool {pool.name!r} has a task of it that is {other.state}"
        )
    if task.state == "scheduled":
        if len(pool.scheduled) >= pool.schedule_size:
            raise BacklogFull(schedule.full_text(pool))
    elif room.locked_free(pool) < 1:
        raise BacklogFull(room.full_text(pool))
