"""Announcing: how the observer hears of accepted tasks before a worker can take them.

Where the observer wants every acceptance, a task is accepted in two steps. First it is reserved: it
has its number and its place, it counts as accepted and queued, and it can be cancelled, but no
worker finds it. Then the observer is called, with no lock held, and the task goes into the backlog.
A pool that drains waits for what is reserved, unless the thread that is to announce it is the very
one that shuts the pool down, in a signal handler: then it goes into the backlog at once.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Final

from chasqui.pool import commits
from chasqui.pool.claim import Claim
from chasqui.pool.handles import withdraw
from chasqui.pool.lane import Lane
from chasqui.pool.room import locked_await_room_for, locked_free
from chasqui.pool.schedule import arm, enter_later
from chasqui.pool.state import State
from chasqui.pool.task import Particulars, Task
from chasqui.pool.waking import wake
from chasqui.pool.work import Work

_here: Final = threading.local()  # on a submitter's thread: what it announces now


def announce(
    pool: State, tasks: Sequence[Task], timeout: float | None, claim: Claim | None = None
) -> None:
    """Accept tasks of one priority in order, each reported before it can start.

    What enters at once is reported in one call. For a claim there is one task, which is accepted
    unless the claim is settled; without room the claim is closed.

    Raises:
        BacklogFull, PoolClosed, WouldDeadlock: it stopped early; the error's ``accepted`` holds the
            tasks that got in.
    """
    deadline = None if timeout is None else pool.monotonic() + timeout
    done = 0
    here = _announced_here()
    while done < len(tasks):
        chunk: Sequence[Task] = ()
        try:
            with pool.lock:
                count = _locked_reserve(pool, tasks, done, deadline, claim)
            if not count:
                return  # the claim is settled
            chunk = tasks[done : done + count]
            here.append(chunk)
            report_accepted(pool, chunk)
            publish(pool, chunk)
            done += count
        except BaseException:
            _withdraw(pool, tasks[done:])
            raise
        finally:
            if here and here[-1] is chunk:
                here.pop()


def schedule(
    pool: State,
    work: Work,
    delay: float,
    more: Particulars,
    lane: Lane | None,
    claim: Claim | None,
) -> Task:
    """Accept a piece of work that starts in ``delay`` seconds, reported before it can.

    Raises:
        BacklogFull, PoolClosed: as `enter_later`.
    """
    try:
        task = enter_later(pool, work, delay, more, lane, claim)
        if not more.alarm and hasattr(task, "number"):  # else its claim was settled before
            report_accepted(pool, (task,))
            arm(pool, task, more)
    except BaseException:
        if not more.alarm:
            mine = [one for one in list(pool.scheduled.values()) if one._more is more]
            for task in mine:
                withdraw(pool, task)
        raise
    return task


def _withdraw(pool: State, tasks: Sequence[Task]) -> None:
    """Cancel those that are reserved still, when an exception keeps them from the backlog."""
    for task in tasks if pool.reserved else ():
        if pool.reserved.get(getattr(task, "number", 0)) is task:
            withdraw(pool, task)


def report_accepted(pool: State, tasks: Sequence[Task]) -> None:
    """Have the observer hear of tasks; raises what it raises."""
    if pool.observer is not None:
        pool.observer.accepted(tasks)


def publish(pool: State, tasks: Sequence[Task]) -> None:
    """Put reserved tasks into the backlog, those that were not cancelled meanwhile."""
    with pool.lock:
        locked_publish(pool, tasks)
    if pool.idle and not pool.waking:
        wake(pool)


def locked_publish(pool: State, tasks: Sequence[Task]) -> None:
    """Put reserved tasks of one lane and priority into the backlog."""
    while True:
        turn = commits.take_turn(pool)
        fresh = {task.number: task for task in tasks if task.number in pool.reserved}
        rest = {number: task for number, task in pool.reserved.items() if number not in fresh}
        numbers = list(fresh)
        queue = pool.backlog.queue(tasks[0]._lane, tasks[0].priority)
        if commits.publish(pool, turn, fresh, rest, queue, numbers):
            return


def locked_publish_own(pool: State) -> None:
    """Put into the backlog what the calling thread is in the middle of announcing."""
    for tasks in _announced_here():
        if tasks[0]._pool is pool:
            locked_publish(pool, tasks)


def _announced_here() -> list[Sequence[Task]]:
    found: list[Sequence[Task]] | None = getattr(_here, "announced", None)
    if found is None:
        found = _here.announced = []
    return found


def _locked_reserve(
    pool: State,
    tasks: Sequence[Task],
    done: int,
    deadline: float | None,
    claim: Claim | None,
) -> int:
    """Reserve as many tasks as there is room for, from ``done`` on, and count them."""
    while True:
        if claim is None:
            locked_await_room_for(pool, tasks, done, deadline)
        elif claim.task is not None or claim.closed:
            return 0
        turn = commits.take_turn(pool)
        first = pool.accepted + 1
        count = min(locked_free(pool), len(tasks) - done) if pool.is_open else 0
        numbers = list(range(first, first + count))
        if pool.numbers is not None:
            numbers = [pool.numbers.take() for _ in numbers]
        chunk = tasks[done : done + count]
        for task, number in zip(chunk, numbers, strict=True):
            task.number = number
        reserved = {**pool.reserved, **dict(zip(numbers, chunk, strict=True))}
        accepted = pool.accepted + count
        if claim is not None and not count:
            commits.close_claim(pool, claim)
        elif count and commits.reserve(pool, turn, reserved, accepted, claim, tasks[done]):
            return count
