"""The schedule: accepted tasks that wait for their time, and what happens when it comes.

A task gets here by being submitted with a delay, or by failing when it is to be tried again. It
holds no worker and no place in the backlog. When its time has come it is put in at the end of its
priority, in a full backlog as well: it was accepted already, and is never refused.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from chasqui import numbers
from chasqui.errors import BacklogFull, PoolClosed
from chasqui.pool import commits
from chasqui.pool.claim import Claim
from chasqui.pool.freezing import locked_rouse_all
from chasqui.pool.lane import NEVER, Lane
from chasqui.pool.state import State
from chasqui.pool.task import Particulars, Task
from chasqui.pool.waking import wake
from chasqui.pool.work import Work


def enter_later(
    pool: State,
    work: Work,
    delay: float,
    more: Particulars,
    lane: Lane | None,
    claim: Claim | None,
) -> Task:
    """Accept one piece of work that starts in ``delay`` seconds at the earliest.

    For a claim it accepts nothing once that is settled; its task then says what has come of it.
    Where the observer wants every acceptance, the task has no alarm yet: see `arm`.

    Raises:
        BacklogFull: as many tasks as may are scheduled already.
        PoolClosed: the pool is stopping or stopped.
    """
    delay = numbers.duration("delay", delay)
    pool.check_fork()
    pool.timer.start()
    seen = pool.copy_variables() or None if claim is None else claim.variables
    task = Task(pool, work, seen, pool.monotonic(), lane or pool.default_lane)
    task.state = "scheduled"
    task._more = more
    more.created, more.due = task._queued_at, task._queued_at + delay
    with pool.lock:
        _locked_schedule(pool, task, more, claim)
    return task


def arm(pool: State, task: Task, more: Particulars) -> None:
    """Give an accepted task that has no alarm yet its alarm, unless it was cancelled."""
    if task.number in pool.scheduled and more.due is not None:
        _set_alarm(pool, task.number, more, more.due)


def _locked_schedule(pool: State, task: Task, more: Particulars, claim: Claim | None) -> None:
    due = more.due or 0.0
    while True:
        turn = commits.take_turn(pool)
        pool.check_fork()
        if claim is not None and (claim.task is not None or claim.closed):
            return
        if not pool.is_open or len(pool.scheduled) >= pool.schedule_size:
            _locked_refuse(pool, claim)
            continue
        number = pool.accepted + 1 if pool.numbers is None else pool.numbers.take()
        come = partial(come_due, pool, number)
        # Before it is accepted: nothing can come between, and too early it does nothing.
        alarm = 0 if pool.watches else pool.timer.at(due, come)
        if commits.schedule(pool, turn, number, task, more, alarm, claim):
            return


def _locked_refuse(pool: State, claim: Claim | None) -> None:
    """Count a refusal and raise it, unless it is of a claim that is settled by now."""
    error: PoolClosed | BacklogFull
    if not pool.is_open:
        error = PoolClosed(f"pool {pool.name!r} is {pool.state} and accepts no more work")
    else:
        error = BacklogFull(full_text(pool))
    if claim is not None and not commits.close_claim(pool, claim, error):
        return
    pool.rejected += 1
    raise error


def full_text(pool: State) -> str:
    """Say that the schedule is full, how much waits in it, and what helps."""
    return (
        f"the schedule is full: pool {pool.name}, {len(pool.scheduled):,} tasks wait for their "
        "time; try again when some have started"
    )


def locked_put_off(pool: State, task: Task, delay: float) -> Callable[[], None] | None:
    """Note when a task that has failed is due again; None when the pool no longer wants it.

    The caller has frozen the counts or is the task's own worker, takes the task off the
    worker, and calls what this returns once the lock is released.
    """
    if not pool.tries_again or task.stop_asked:
        return None
    more = pool.particulars(task)
    if more.created is None:
        more.created = task._queued_at
    due = pool.monotonic() + delay
    more.attempt = task.attempts
    if task.variables is not None:  # an abandoned body may still be in it
        task.variables = task.variables.copy()
    for name in ("_error", "_trace", "_claimed_at", "_ended_at", "_result"):
        if hasattr(task, name):
            delattr(task, name)
    more.deadline = more.progress = None
    commits.put_off(pool, task, more, due)
    locked_review(pool, task)
    return partial(_set_alarm, pool, task.number, more, due)


def _set_alarm(pool: State, number: int, more: Particulars, due: float) -> None:
    more.alarm = pool.timer.at(due, partial(come_due, pool, number))


def come_due(pool: State, number: int) -> None:
    """Put a task into the backlog; on the timer's thread."""
    with pool.lock:
        _locked_come_due(pool, number)
    if pool.idle and not pool.waking:
        wake(pool)


def _locked_come_due(pool: State, number: int) -> None:
    while True:
        turn = commits.take_turn(pool)
        task = pool.scheduled.get(number)
        now = pool.monotonic()
        more = None if task is None else task._more
        if task is None or more is None or (more.due or now) > now:
            return  # cancelled meanwhile, or put off again
        queue = pool.backlog.queue(task._lane, task.priority)
        if commits.come_due(pool, turn, task, more, queue, now):
            break
    locked_review(pool)


def locked_bring_in(pool: State) -> None:
    """Put what is due into the backlog, though the timer has not come to it yet."""
    now = pool.monotonic()
    for task in list(pool.scheduled.values()):  # which there may be a million of
        more = task._more
        # One without an alarm and an attempt is about to be reported to the observer.
        if more is not None and more.due is not None and more.due <= now and _may_start(task, more):
            come_due(pool, task.number)


def _may_start(task: Task, more: Particulars) -> bool:
    return bool(more.alarm or task.attempts)


def locked_review(pool: State, fresh: Task | None = None) -> None:
    """See whether workers that would go, since the pool drains, must wait for the schedule.

    A drain waits for what comes due before its deadline; without a deadline it waits for
    retries, and leaves what its submitter has put off. It keeps the one that comes last, so
    that a long schedule is gone through once and not with every task that comes due.
    """
    if not pool.stopping:
        return
    before = pool.awaited
    if before is None and fresh is None:
        return  # only what is put off now can change that
    if before is not None and before.number in pool.scheduled and _holds_up(pool, before):
        return
    scheduled = [fresh] if before is None and fresh else list(pool.scheduled.values())
    awaited = [task for task in scheduled if _holds_up(pool, task)]
    pool.awaited = max(awaited, key=_due, default=None)
    if before is not None and pool.awaited is None:
        locked_rouse_all(pool)


def _holds_up(pool: State, task: Task) -> bool:
    """Whether a drain waits for a task that is scheduled."""
    if pool.stopping != "drain":
        return False
    return task.attempts > 0 if pool.deadline is None else _due(task) < pool.deadline


def watch_limits(pool: State, moment: float) -> None:
    """Have the limits of running tasks looked at no later than at this moment."""
    if moment < pool.look_at:
        pool.look_at = moment
        pool.timer.at(moment, partial(pool.look, pool))


def call_at(pool: State, moment: float, call: Callable[[], object]) -> None:
    """Have something called at a monotonic moment, on a thread that must not wait long.

    Raises:
        RuntimeError: the machine has no more threads.
    """
    moment = numbers.finite("moment", moment)
    pool.check_fork()
    pool.timer.start()
    pool.timer.at(moment, call)


def scheduled_window(pool: State, offset: int = 0, limit: int = 50) -> list[Task]:
    """List a window of the tasks that wait for their time, the next one first."""
    offset, limit = numbers.count("offset", offset, 0), numbers.count("limit", limit, 0)
    with pool.lock:
        pool.check_fork()
        ordered = sorted(pool.scheduled.values(), key=_due)
    return ordered[offset : offset + limit]


def _due(task: Task) -> float:
    more = task._more
    return NEVER if more is None or more.due is None else more.due
