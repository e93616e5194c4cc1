"""Reordering: giving a task that waits another priority, or having some run next.

A priority is the level in which a task waits (see `chasqui.pool.backlog`), so a task gets another
by moving from queue to queue while workers rest. To run next is to have a higher priority than all
that waits. So nothing else has to know of it: not a worker, a list, nor what keeps tasks on disk.

What holds a lane holds such a task as well: it is the first of its lane, and starts when that lets
it. A scheduled task keeps its time with another priority, and is due at once if it runs next.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Final

from chasqui import arguments
from chasqui import numbers as rules
from chasqui.pool import commits
from chasqui.pool.backlog import Backlog
from chasqui.pool.freezing import locked_freeze, locked_look, locked_thaw
from chasqui.pool.lane import Queue
from chasqui.pool.schedule import locked_review, may_start
from chasqui.pool.state import State
from chasqui.pool.task import Task
from chasqui.pool.values import Line
from chasqui.pool.waking import wake

MOST_NEXT: Final = 1000
"""Tasks that run next in one order: each may take a level of its own."""


def reprioritize(pool: State, number: int, priority: int) -> bool:
    """Give a waiting task another priority; see `Pool.reprioritize`."""
    number, priority = arguments.number("number", number), rules.priority(priority)
    with pool.lock:
        pool.check_fork()
        return _locked_give(pool, number, priority)


def run_next(pool: State, numbers: Iterable[int]) -> tuple[int, ...]:
    """Have waiting tasks start before all others; see `Pool.run_next`."""
    wanted = dict.fromkeys([arguments.number("number", number) for number in numbers])
    if len(wanted) > MOST_NEXT:
        raise ValueError(f"at most {MOST_NEXT:,} tasks run next at a time, got {len(wanted):,}")
    alarms: list[int] = []
    with pool.lock:
        pool.check_fork()
        raised = _locked_run_next(pool, list(wanted), alarms)
    for alarm in alarms:
        pool.timer.forget(alarm)
    if pool.idle and not pool.waking:
        wake(pool)
    return raised


def _locked_run_next(pool: State, numbers: Sequence[int], alarms: list[int]) -> tuple[int, ...]:
    found = [_waiting(pool, number) for number in numbers]
    tasks = [task for task in found if task is not None]
    if not tasks:
        return ()
    own = [task.priority for task in tasks]
    top = locked_look(pool, lambda: _top_without(pool.backlog, set(numbers)))
    top = min(own) - 1 if top is None else top
    if len(tasks) > 1:
        top = max(top, *own)
        _locked_gather(pool, tasks)
    steps = _steps(tasks)
    first = max(top + 1 + steps[-1], own[0])
    if first > rules.MOST_URGENT:
        raise ValueError(
            f"nothing can run before a task of priority {top:,}: {rules.MOST_URGENT:,} is the most"
        )
    raised = [
        task.number
        for task, step in zip(tasks, steps, strict=True)
        if _locked_give(pool, task.number, first - step, alarms)
    ]
    locked_review(pool)
    return tuple(raised)


def _steps(tasks: Sequence[Task]) -> list[int]:
    """Return how many levels below the first of them each is, so that they start in this order.

    Within a level lanes take turns, and so do the values of a lane: only tasks of one queue stay in
    order there. A pool that takes them up from a journal has them by number.
    """
    steps = [0]
    for before, task in pairwise(tasks):
        together = task._lane is before._lane and task._lane.keys is None
        together = together and before.number < task.number
        steps.append(steps[-1] + (not together))
    return steps


def _locked_give(pool: State, number: int, priority: int, alarms: list[int] | None = None) -> bool:
    """Give a task a priority, and tell whether it waits.

    Args:
        alarms: a scheduled task comes in at once, and the alarm that it had is put here; None: it
            keeps its time.
    """
    while pool.ledger is None:
        turn = locked_freeze(pool)
        try:
            given = _locked_given(pool, turn, number, priority, alarms)
            undisturbed = pool.turn is turn
        finally:
            locked_thaw(pool)
        if given or undisturbed:
            return given
    return False


def _locked_given(
    pool: State, turn: object, number: int, priority: int, alarms: list[int] | None
) -> bool:
    task = _waiting(pool, number)
    if task is None:
        return False
    more = pool.particulars(task)
    if number in pool.scheduled:
        more.priority = priority
        if alarms is None:
            return True
        if more.alarm:
            alarms.append(more.alarm)
        queue = pool.backlog.queue(task._lane, priority)
        return commits.come_due(pool, turn, task, more, queue, pool.monotonic())
    if more.priority == priority:
        return True
    source = _place_of(pool.backlog, task)
    if source is None:
        return False
    queue = pool.backlog.queue(task._lane, priority)
    return commits.reprioritize(pool, turn, task, more, queue, priority, source)


def _waiting(pool: State, number: int) -> Task | None:
    """Return a task that waits; None for one that the observer is still being told of."""
    if (task := pool.queued.get(number)) is not None:
        return task
    task = pool.scheduled.get(number)
    return task if task is not None and may_start(task) else None


def _place_of(backlog: Backlog, task: Task) -> Queue | Line | None:
    """Return the queue in which a task of the backlog waits; workers must rest."""
    lane, priority, number = task._lane, task.priority, task.number
    for queue in backlog.queues():
        if queue.lane is lane and queue.priority == priority and number in queue:
            return queue
    return None


def _top_without(backlog: Backlog, numbers: set[int]) -> int | None:
    """Return the highest priority of what waits beside these; workers must rest."""
    for queue in sorted(backlog.queues(), key=lambda one: -one.priority):
        for number in queue:
            if number in backlog.queued and number not in numbers:
                return queue.priority
    return None


def _locked_gather(pool: State, tasks: Sequence[Task]) -> None:
    """Put tasks first in their queues, so that each of many is found there at once."""
    lanes, numbers = {task._lane for task in tasks}, {task.number for task in tasks}
    for queue in pool.backlog.queues():
        gathered = queue.lane not in lanes
        while not gathered:
            turn = locked_freeze(pool)
            try:
                waiting = list(queue.copy())
                first = [number for number in waiting if number in numbers]
                others = [number for number in waiting if number not in numbers] if first else []
                gathered = not first or commits.sweep(pool, turn, queue, [*first, *others], 0)
            finally:
                locked_thaw(pool)
