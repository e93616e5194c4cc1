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
from chasqui.pool import announcing_commits, commits
from chasqui.pool.claim import Claim
from chasqui.pool.freezing import locked_rouse_all
from chasqui.pool.lane import NEVER, Lane
from chasqui.pool.notice import Notice
from chasqui.pool.scope import without
from chasqui.pool.state import State
from chasqui.pool.task import Particulars, Task
from chasqui.pool.waking import wake
from chasqui.pool.work import Work


def enter_later(
    pool: State, work: Work, delay: float, more: Particulars, lane: Lane | None, notice: Notice
) -> Task:
    """Accept one piece of work that starts in ``delay`` seconds at the earliest.

    For the claim of a notice it accepts nothing once that is settled. Where the observer wants
    every acceptance, the task is in the notice, and has no alarm yet: see `locked_arm`.

    Raises:
        BacklogFull: as many tasks as may are scheduled already.
        PoolClosed: the pool is stopping or stopped.
    """
    delay = numbers.duration("delay", delay)
    claim = notice.claim
    pool.check_fork()
    pool.timer.start()
    seen = without(pool.copy_variables()) if claim is None else claim.variables
    task = Task(pool, work, seen, pool.monotonic(), lane or pool.default_lane)
    task.state = "scheduled"
    task._more = more
    more.created, more.due = task._queued_at, task._queued_at + delay
    with pool.lock:
        _locked_schedule(pool, task, more, notice)
    return task


def move(pool: State, task: Task, work: Work, delay: float, claim: Claim) -> bool:
    """Have a task that waits for its time do another work, ``delay`` seconds from now.

    It does so with the claim's context variables. False: it does not wait for its time any more, or
    it was started before.

    Raises:
        PoolClosed: the pool is stopping or stopped.
    """
    due = pool.monotonic() + delay
    fresh = Task(pool, work, claim.variables, due, task._lane)
    with pool.lock:
        return _locked_move(pool, task, fresh, due)


def _locked_move(pool: State, task: Task, fresh: Task, due: float) -> bool:
    while True:
        turn = commits.take_turn(pool)
        pool.check_fork()
        more = task._more
        if more is None or more.due is None or task.number not in pool.scheduled or task.attempts:
            return False
        if not pool.is_open:
            pool.rejected += 1
            raise pool.closed()
        alarm = more.alarm  # if it comes too early, it is set anew
        if due < more.due and alarm:
            alarm = pool.timer.at(due, partial(come_due, pool, task.number))
        if commits.move(pool, turn, task, more, fresh, due, alarm):
            return True


def is_announced(pool: State, task: Task) -> bool:
    """Whether the observer is being told of a task, which may not start before that."""
    number = task.number
    return number in pool.reserved or (number in pool.scheduled and not may_start(task))


def may_start(task: Task) -> bool:
    """Whether a scheduled task was announced: if not, it has no alarm and was never started."""
    return task._more is not None and bool(task._more.alarm or task.attempts)


def locked_arm(pool: State, notice: Notice) -> None:
    """Give the scheduled task of a notice its alarm, once, unless it was cancelled."""
    (task,) = notice.tasks
    more, number = task._more, task.number
    while notice.is_open and more is not None:
        turn, alarm = commits.take_turn(pool), 0
        dropped = (task,) if task.state == "cancelled" else ()
        if not dropped and more.due is not None:
            alarm = pool.timer.at(more.due, partial(come_due, pool, number))
        if not announcing_commits.arm(pool, turn, more, alarm, notice, dropped) and alarm:
            pool.timer.forget(alarm)


def _locked_schedule(pool: State, task: Task, more: Particulars, notice: Notice) -> None:
    due, claim = more.due or 0.0, notice.claim
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
        if commits.schedule(pool, turn, number, task, more, alarm, claim, notice):
            return


def _locked_refuse(pool: State, claim: Claim | None) -> None:
    """Count a refusal and raise it, unless it is of a claim that is settled by now."""
    error: PoolClosed | BacklogFull = full(pool) if pool.is_open else pool.closed()
    if claim is not None and not commits.close_claim(pool, claim, error):
        return
    pool.rejected += 1
    raise error


def full(pool: State) -> BacklogFull:
    """Make the error that says that the schedule is full, how much waits in it, and what helps."""
    waiting = len(pool.scheduled)
    text = (
        f"the schedule is full: pool {pool.name}, {waiting:,} tasks wait for their time; "
        "try again when some have started"
    )
    return BacklogFull(text, pool=pool.name, waiting=waiting)


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
    more.redelivered = False
    for name in ("_error", "_trace", "_claimed_at", "_ended_at", "_result", "_usage"):
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
        if task is None or more is None:
            return  # cancelled meanwhile
        if more.due is not None and more.due > now:  # it was moved, or put off again
            _set_alarm(pool, number, more, more.due)
            return
        queue = pool.backlog.queue(task._lane, task.priority)
        if commits.come_due(pool, turn, task, more, queue, now):
            break
    locked_review(pool)


def locked_bring_in(pool: State) -> None:
    """Put what is due into the backlog, though the timer has not come to it yet."""
    now = pool.monotonic()
    for task in list(pool.scheduled.values()):  # which there may be a million of
        more = task._more
        if more is not None and more.due is not None and more.due <= now and may_start(task):
            come_due(pool, task.number)


def locked_review(pool: State, fresh: Task | None = None) -> None:
    """See whether workers that would go, since the pool drains, must wait for the schedule.

    A drain waits for what comes due before its deadline; without a deadline it waits for
    retries, and leaves what its submitter has put off. It keeps the one that comes last, of those
    due at the same moment the last accepted, as the timer does: so a long schedule is gone through
    once and not with every task that comes due.
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
    pool.awaited = max(awaited, key=_due_and_number, default=None)
    if before is not None and pool.awaited is None:
        locked_rouse_all(pool)


def _holds_up(pool: State, task: Task) -> bool:
    """Whether a drain waits for a task that is scheduled."""
    if pool.stopping != "drain" or task.number in pool.unawaited:
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


def _due_and_number(task: Task) -> tuple[float, int]:
    return _due(task), task.number
