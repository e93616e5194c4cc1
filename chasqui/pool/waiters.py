"""Waiters: what is called once a task has ended, or was left, for those who wait for it.

A thread that waits for a task sleeps on the condition of its particulars. A coroutine, a future and
a wait for many tasks cannot: each leaves a call with the task, and takes it away when it waits no
longer. These rules keep the two sides together:

1. The thread that ends a task stores its state, then looks for calls. A waiter leaves its call,
   then looks at the state. So one of the two sees the other.
2. A call may come more than once, also when the task has not ended. It only has its waiter look
   again. So the thread that ends a task may repeat all calls after an interrupt.
3. Calls are made on the thread that ended the task, with no lock held.

They differ from done callbacks in this, and in that a task left by a shutdown makes them too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from chasqui import loggers
from chasqui.pool.complaint import complain
from chasqui.pool.particulars import Particulars
from chasqui.pool.state import State
from chasqui.pool.states import FINAL, WAITING
from chasqui.pool.task import Task

log = loggers.named("chasqui.pool")

Call = Callable[[Task[Any]], object]


def is_left(pool: State, task: Task) -> bool:
    """Tell whether a task will never start, since the pool has come to its end without it."""
    return pool.ledger is not None and task.state in WAITING


def is_over(pool: State, task: Task) -> bool:
    """Tell whether a wait for a task is over: it is final, or was left."""
    return task.state in FINAL or is_left(pool, task)


def leave_call(pool: State, task: Task, me: object, call: Call) -> None:
    """Have something called once a task is over; look at its state after this.

    Args:
        me: stands for the waiter; see `take_back`.
    """
    with pool.lock:
        pool.check_fork()
        more = pool.particulars(task)
        if more.waiters is None:
            more.waiters = {}
        more.waiters[me] = call


def take_back(task: Task, me: object) -> None:
    """Make the call of a waiter no more; without effect if there is none."""
    more = task._more
    if more is not None and more.waiters is not None:
        more.waiters.pop(me, None)  # which needs no lock


def call_waiters(pool: State, task: Task, more: Particulars) -> None:
    """Have all who wait for a task look at it; no lock is held."""
    if more.waiters is None:
        return
    for call in more.waiters.copy().values():
        try:
            call(task)
        except BaseException as error:  # it must not cost the others, or the worker
            complain(log, error, "pool %s: task %s: a waiter raised", pool.name, task.number)


def call_waiters_of(pool: State, tasks: Iterable[Task]) -> None:
    """Have all who wait for tasks that a shutdown has left look at them; no lock is held."""
    for task in tasks:
        more = task._more
        if more is not None:
            call_waiters(pool, task, more)
