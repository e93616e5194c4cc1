"""Awaiting: how a coroutine waits for a task, on its own event loop.

On a worker of the task's own pool, an await is refused as `Task.wait` is. While it lasts, the
worker counts as blocked, and the coroutine looks again from time to time, as a thread does: what
was no deadlock may have become one, when a paused pool was resumed or a worker was lost.
"""

from __future__ import annotations

from functools import partial

from chasqui.errors import WouldDeadlock
from chasqui.pool import clock, deadlock, unstarted
from chasqui.pool.backend import Worker
from chasqui.pool.event_loops import LoopBell, bell_here, is_rung
from chasqui.pool.own_wait import Wait
from chasqui.pool.state import State
from chasqui.pool.states import FINAL
from chasqui.pool.task import Task
from chasqui.pool.waiters import is_left, is_over, leave_call, take_back


async def wait_async(pool: State, task: Task, timeout: float | None, cancel: bool) -> bool:
    """Wait at most ``timeout`` seconds for a task's final state; see `Task.wait_async`."""
    pool.check_fork()
    if task.state in FINAL:
        return True
    bell = bell_here()
    deadline = None if timeout is None else pool.monotonic() + timeout
    wait: Wait | None = None
    watched = unstarted.watch(pool, task, timeout)
    try:
        leave_call(pool, task, bell, partial(_ring, bell))
        while task.state not in FINAL:
            if is_left(pool, task):
                return False
            left = None if deadline is None else deadline - pool.monotonic()
            if left is not None and left <= 0:
                return False
            here = deadlock.current(pool)
            if here is None:
                await _wait_or_cancel(bell, left, task if cancel else None)
                continue
            if here.task is task:
                raise WouldDeadlock(f"task {task.number} waits for itself")
            wait = wait or wait_of(pool, task, deadline)
            block(pool, here, wait)
            try:
                look = clock.LOOK_SECONDS if left is None else min(left, clock.LOOK_SECONDS)
                await _wait_or_cancel(bell, look, task if cancel else None)
            finally:
                unblock(pool, here, wait)
    finally:
        take_back(task, bell)
        unstarted.forget(pool, watched)
    return True


def _ring(bell: LoopBell, task: Task) -> None:
    if not is_rung(bell):
        take_back(task, bell)  # or the coroutine of a closed loop would live as long as the task


async def _wait_or_cancel(bell: LoopBell, timeout: float | None, task: Task | None) -> None:
    try:
        await bell.wait(timeout)
    except BaseException:  # the coroutine is cancelled, and so is the task if that was asked
        if task is not None:
            task.cancel()
        raise


def wait_of(pool: State, task: Task, deadline: float | None) -> Wait:
    """Return the wait for a task, as it is if the waiter is another task of its pool."""
    what = f"task {task.number} of its own pool {pool.name!r}"
    return Wait(what, deadline, partial(is_over, pool, task), (task,))


def block(pool: State, here: Worker, wait: Wait) -> None:
    """Note a wait of a coroutine on a worker, until `unblock`; raises WouldDeadlock."""
    with pool.lock:
        deadlock.refuse_if_last(here, pool.crew.workers, wait, pool.paused, pool.monotonic())
        here.waits.append(wait)


def unblock(pool: State, here: Worker, wait: Wait) -> None:
    """Note a wait no longer."""
    with pool.lock:
        here.waits.remove(wait)
