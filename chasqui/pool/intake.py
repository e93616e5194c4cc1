"""The intake: how work is accepted.

Accepting is one decision, written twice: once in `submit`, for a single piece of work and room for
it, where each microsecond counts, and once in `chasqui.pool.commits.accept`, for all others. Its
stores are the index, the count and the queue, in this order and with no call in between.
"""

from __future__ import annotations

from collections.abc import Coroutine, Iterable, Sequence
from typing import Any, Final, TypeVar, overload

from chasqui import numbers as rules
from chasqui.pool import commits
from chasqui.pool.announcing import announce
from chasqui.pool.claim import Claim
from chasqui.pool.lane import Lane
from chasqui.pool.refusals import refused_arguments
from chasqui.pool.room import OFFERED, locked_await_room_for, locked_free
from chasqui.pool.scope import without
from chasqui.pool.state import Holder, State
from chasqui.pool.task import Particulars, Task
from chasqui.pool.waking import is_shut, wake
from chasqui.pool.work import Executes, Work, check_work, check_works, known

T = TypeVar("T")

new: Final = object.__new__
NORMAL: Final = 0  # the priority of a task whose submitter gives none; compared by identity


@overload
def submit(
    self: Holder,
    work: Executes[Coroutine[Any, Any, T]],
    *,
    priority: int = ...,
    timeout: float | None = ...,
    time_limit: float | None = ...,
    lane: Lane | None = ...,
) -> Task[T]: ...
@overload
def submit(
    self: Holder,
    work: Executes[T],
    *,
    priority: int = ...,
    timeout: float | None = ...,
    time_limit: float | None = ...,
    lane: Lane | None = ...,
) -> Task[T]: ...
def submit(
    self: Holder,
    work: Executes[Any],
    *more: object,
    priority: int = NORMAL,
    timeout: float | None = None,
    time_limit: float | None = None,
    lane: Lane | None = None,
    **unknown: object,
) -> Task:
    """Accept one piece of work, waiting for room at most ``timeout`` seconds (None: for ever).

    An infinite ``timeout`` waits for ever too, here and wherever there is one; one of less than
    0 does not wait.
    Higher priorities start first. ``time_limit`` bounds how long the body may run, in seconds.
    Within a priority the lanes take turns; `Pool.lane` makes one.

    Raises:
        ValueError: a number makes no sense; the text says which.
        BacklogFull: no room came in time.
        PoolClosed: the pool is stopping or stopped.
        WouldDeadlock: called from a task, and no worker would be left to make room.
        TypeError, ValueError: it is no work, or a value makes no sense; nothing was accepted.
    """
    pool = self._state
    if unknown or more:
        raise refused_arguments("Pool.submit", work, more, unknown)
    if timeout is not None and timeout is not OFFERED:
        timeout = rules.wait("timeout", timeout)
    if id(type(work)) not in known:
        check_work(work)
    if lane is not None:
        check_lane(lane)
    # As `Task(…)` would; without the call it takes a third less.
    task = new(Task)
    task.work = work  # type: ignore[assignment]  # what has no name has that of its class
    task.variables = without(seen) if (seen := pool.copy_variables()) else None
    task.state = "queued"
    task._pool = pool
    task._queued_at = pool.monotonic()
    task._lane = lane = lane or pool.default_lane
    task._more = None
    # CPython has one 0: whatever else is given is checked, of which truth value it may be.
    if priority is not NORMAL or time_limit is not None:
        task._more = _particulars(pool, priority, time_limit)
        priority = task._more.priority
    if pool.watches:
        announce(pool, (task,), timeout)
        return task
    # As `with pool.lock`, which would add a tenth to the time of a submission. The lock is
    # given back if it is held: an exception may be from the wait for it. It cannot be one that
    # a caller further up holds: a re-entrant lock that is held is never waited for, and at the
    # recursion limit the question fails as the taking of it did.
    try:
        pool.lock.acquire()
        before = pool.accepted
        after = before + 1
        queue = None if priority else lane.normal
        if queue is None or len(pool.queued) >= pool.quick_size:
            _locked_accept(pool, (task,), priority, timeout)
        else:
            numbers = pool.numbers
            # A pool that refuses uses none up: they would be missed.
            number = after if numbers is None else pool.is_open and numbers.take()
            # The stores of `commits.accept`; the call would cost 5 %.
            if pool.is_open and pool.accepted == before:
                pool.turn = None
                task.number = number
                pool.queued[number] = task  # what has no memory for it has changed nothing
                pool.accepted = after
                queue.append(number)
            else:
                _locked_accept(pool, (task,), priority, timeout)
    except BaseException:
        if pool.lock._is_owned():
            pool.lock.release()
        raise
    pool.lock.release()
    if pool.idle and not pool.waking and not (lane.limited and is_shut(pool, lane)):
        wake(pool)
    return task


def check_lane(lane: Lane | None) -> None:
    """Raise TypeError for what is no lane."""
    if lane is not None and type(lane) is not Lane:
        raise TypeError(f"lane must be made by Pool.lane, got {rules.shown(lane)}")


def enter(
    pool: State,
    works: Sequence[Work],
    particulars: Sequence[Particulars],
    timeout: float | None,
    lane: Lane | None,
    claim: Claim | None,
    *,
    offered: bool = False,
) -> list[Task]:
    """Accept works of one priority, each with particulars; for a claim, the only one if any.

    Raises:
        BacklogFull, PoolClosed, WouldDeadlock: as `submit_batch`. Not for a claim, which is closed
            then: a closed pool has no room either, and `chasqui.pool.room.await_room` says why.
    """
    timeout = OFFERED if offered else rules.wait("timeout", timeout)
    if any(more.time_limit is not None for more in particulars):
        pool.timer.start()
    now, lane, tasks = pool.monotonic(), lane or pool.default_lane, []
    for work, more in zip(works, particulars, strict=True):
        seen = without(pool.copy_variables()) if claim is None else claim.variables
        task = Task(pool, work, seen, now, lane)
        task._more = more
        tasks.append(task)
    if pool.watches:
        announce(pool, tasks, timeout, claim)
        return tasks
    with pool.lock:
        if claim is None:
            _locked_accept(pool, tasks, particulars[0].priority if tasks else 0, timeout)
        else:
            _locked_settle_claim(pool, tasks[0], claim)
    if pool.idle and not pool.waking:
        wake(pool)
    return tasks


def _locked_settle_claim(pool: State, task: Task, claim: Claim) -> None:
    while claim.task is None and not claim.closed:
        if pool.is_open and locked_free(pool) > 0:
            _locked_enqueue(pool, (task,), 0, task.priority, claim)
        else:
            close_claim(pool, claim)


def close_claim(pool: State, claim: Claim) -> None:
    """Have nothing come of a claim any more, unless it has a task already."""
    with pool.lock:
        commits.close_claim(pool, claim)


def submit_batch(
    pool: State,
    works: Iterable[Executes[Any]],
    priority: int,
    *,
    timeout: float | None,
    time_limit: float | None,
    lane: Lane | None,
    offered: bool = False,
) -> list[Task]:
    """Accept many pieces of work in order; see `Pool.submit_batch`.

    What is ``offered`` does not wait, and what finds no room is not rejected.
    """
    pool.check_fork()  # which nothing else does when there are no works
    works = check_works(works)
    check_lane(lane)
    timeout = OFFERED if offered else rules.wait("timeout", timeout)
    priority = rules.priority(priority)
    if time_limit is not None:
        time_limit = rules.period("time_limit", time_limit)
        pool.timer.start()
    now, variables, lane = pool.monotonic(), pool.copy_variables, lane or pool.default_lane
    tasks: list[Task] = []
    for work in works:
        task = new(Task)  # as in `submit`
        task.work = work  # type: ignore[assignment]
        task.variables = without(seen) if (seen := variables()) else None
        task.state = "queued"
        task._pool = pool
        task._queued_at = now
        task._lane = lane
        task._more = None
        tasks.append(task)
    if priority or time_limit is not None:
        for task in tasks:
            task._more = Particulars(priority, time_limit)
    if pool.watches:
        announce(pool, tasks, timeout)
        return tasks
    with pool.lock:
        _locked_accept(pool, tasks, priority, timeout)
    if pool.idle and not pool.waking:
        wake(pool)
    return tasks


def _locked_accept(
    pool: State, tasks: Sequence[Task], priority: int, timeout: float | None
) -> None:
    """Accept tasks in order, as many at a time as there is room for."""
    deadline = None if timeout is None else pool.monotonic() + timeout
    done = 0
    while done < len(tasks):
        locked_await_room_for(pool, tasks, done, deadline)
        done += _locked_enqueue(pool, tasks, done, priority)


def _locked_enqueue(
    pool: State, tasks: Sequence[Task], done: int, priority: int, claim: Claim | None = None
) -> int:
    """Put in as many as there is room for, of those from ``done`` on, and count them.

    Of a claim there is one task, which is put in unless the claim has been settled.
    """
    turn = commits.take_turn(pool)
    room = locked_free(pool)
    first = pool.accepted + 1
    numbers = list(range(first, first + min(room, len(tasks) - done)))
    if pool.numbers is not None:
        numbers = [pool.numbers.take() for _ in numbers]
    chunk = tasks[done : done + len(numbers)]
    for task, number in zip(chunk, numbers, strict=True):
        task.number = number
    fresh = dict(zip(numbers, chunk, strict=True))
    count = len(numbers)
    accepted = pool.accepted + count
    queue = pool.backlog.queue(tasks[done]._lane, priority)
    settled = claim if count else None
    if commits.accept(pool, turn, fresh, queue, numbers, accepted, settled, tasks[done]):
        return count
    return 0


def _particulars(pool: State, priority: int, time_limit: float | None) -> Particulars:
    """Make the particulars of a task; raises ValueError when a number makes no sense."""
    priority = rules.priority(priority)
    if time_limit is not None:
        time_limit = rules.period("time_limit", time_limit)
        pool.timer.start()  # it will check the limit
    return Particulars(priority, time_limit)
