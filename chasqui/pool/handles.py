"""Handles: what a task's handle asks of its pool, waiting for it, cancelling it, following it.

This module is what a pool has as its ``handles``; see `chasqui.pool.task.Handles`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from chasqui.errors import WouldDeadlock
from chasqui.pool import commits, deadlock, guarded, unstarted
from chasqui.pool.ahead import list_ahead
from chasqui.pool.awaiting import wait_async as wait_async
from chasqui.pool.awaiting import wait_of
from chasqui.pool.ending import call_back, settle
from chasqui.pool.freezing import (
    locked_freeze,
    locked_look,
    locked_rouse_all,
    locked_sweep,
    locked_thaw,
)
from chasqui.pool.locks import Condition
from chasqui.pool.older import wake_gate
from chasqui.pool.reporting import report_cancelled
from chasqui.pool.room import locked_sleep_on
from chasqui.pool.schedule import is_announced, locked_review
from chasqui.pool.state import State
from chasqui.pool.states import FINAL
from chasqui.pool.task import Particulars, Task
from chasqui.pool.waiters import is_left

if TYPE_CHECKING:
    from concurrent.futures import Future


def wait_for(pool: State, task: Task, timeout: float | None) -> bool:
    """Wait at most ``timeout`` seconds for a task's final state; see `Task.wait`."""
    pool.check_fork()
    pool.timer.relieve()  # it may be a retry that is waited for
    watched = unstarted.watch(pool, task, timeout)
    try:
        # The condition is made before the first look at the state: the worker writes the state
        # first and looks for waiters after, so one of the two sees the other.
        with pool.lock:
            return _locked_wait_for(pool, task, timeout)
    finally:
        unstarted.forget(pool, watched)


def _locked_wait_for(pool: State, task: Task, timeout: float | None) -> bool:
    wake = locked_wake(pool, task)
    deadline = None if timeout is None else pool.monotonic() + timeout
    wait = wait_of(pool, task, deadline)
    while task.state not in FINAL:
        if is_left(pool, task):
            return False
        if deadline is not None and pool.monotonic() >= deadline:
            return False
        here = deadlock.current(pool)
        if here is not None and here.task is task:
            raise WouldDeadlock(f"task {task.number} waits for itself")
        locked_sleep_on(pool, wake, wait)
    return True


def sleep(pool: State, task: Task, until: float | None, is_over: Callable[[], bool]) -> None:
    """Sleep, for a task's body, until a monotonic moment or until the task should stop."""
    with pool.lock:
        _locked_sleep(pool, task, until, is_over)


def _locked_sleep(
    pool: State, task: Task, until: float | None, is_over: Callable[[], bool]
) -> None:
    pool.check_fork()
    wake = locked_wake(pool, task)
    while not (task.stop_asked or is_over()):
        if until is not None and pool.monotonic() >= until:
            return
        pool.clock.wait(wake, until)


def cancel(pool: State, task: Task) -> bool:
    """Cancel a waiting task, ask a running one to stop; see `Task.cancel`."""
    return withdraw(pool, task) or (_has_worker(pool, task) and ask_to_stop(pool, task))


def _has_worker(pool: State, task: Task) -> bool:
    """Tell whether a task runs, or is one of those that a worker has ahead."""
    if task.state in FINAL or task.state == "running":
        return task.state == "running"
    with pool.lock:
        return locked_look(pool, lambda: task.state == "running" or task in list_ahead(pool))


def withdraw(pool: State, task: Task) -> bool:
    """Cancel a task that waits, and leave alone one that was started."""
    mine: list[Task] = []
    told: list[object] = []
    try:
        with pool.lock:
            pool.check_fork()
            dropped = _locked_drop(pool, task, mine)
            if dropped:
                _backlog_changed(pool)
        if mine:
            report_cancelled(pool, mine, told)
            settle(pool, task)
    except BaseException:  # from a signal handler: a cancelled task must not be waited for
        if task.state == "cancelled":
            report_cancelled(pool, mine, told)
            settle(pool, task)
        raise
    if dropped and task._more is not None and task._more.alarm:
        pool.timer.forget(task._more.alarm)
    if dropped:
        wake_gate(pool)
    return dropped


def add_done_callback(pool: State, task: Task, callback: Callable[[Task], object]) -> None:
    """Call back once a task is final; see `Task.add_done_callback`."""
    pool.check_fork()
    _leave_callback(pool, task, callback)
    if task.state in FINAL:
        call_back(pool, task)


def add_done_callbacks(pool: State, pairs: Sequence[tuple[Task, Callable[[Task], object]]]) -> None:
    """Call back once each task of a pool is final: as `add_done_callback`, with one lock for all.

    One by one, the locks of many short tasks took a tenth of their time, and more with workers
    that wait for them.
    """
    pool.check_fork()
    with pool.lock:
        _locked_add_all(pool, pairs)
    for task, _ in pairs:
        if task.state in FINAL:
            call_back(pool, task)


def _locked_add_all(pool: State, pairs: Sequence[tuple[Task, Callable[[Task], object]]]) -> None:
    for task, callback in pairs:
        _leave_callback(pool, task, callback)


def _leave_callback(pool: State, task: Task, callback: Callable[[Task], object]) -> None:
    more = pool.particulars(task)
    with pool.callback_lock(task):
        # In one step, so that no signal handler comes between; see `remove_done_callback`.
        more.callbacks = [callback] if more.callbacks is None else [*more.callbacks, callback]


def remove_done_callback(pool: State, task: Task, callback: Callable[[Task], object]) -> int:
    """Call back no more; see `Task.remove_done_callback`."""
    pool.check_fork()
    more = task._more
    callbacks = None if more is None else more.callbacks
    # Whether they are equal is asked without the lock: callbacks are objects of strangers.
    gone = [one for one in callbacks or () if one is callback or one == callback]
    if more is None or not gone:
        return 0
    with pool.callback_lock(task):
        return _locked_remove(more, set(map(id, gone)))


def _locked_remove(more: Particulars, gone: set[int]) -> int:
    while True:
        before = more.callbacks
        left = [one for one in before or () if id(one) not in gone]
        if more.callbacks is before:  # else a signal handler has come between
            more.callbacks = left or None
            return len(before or ()) - len(left)


def future_of(pool: State, task: Task) -> Future[Any]:
    """Return a future that ends as a task does; see `Task.future`."""
    from chasqui.pool import task_future  # futures take 5 ms to import, and few tasks have one

    return task_future.future_of(pool, task)


def _locked_drop(pool: State, task: Task, mine: list[Task]) -> bool:
    """Cancel a task that still waits for a worker that may come; tell whether it did.

    Put it into ``mine`` unless it is being announced: then the thread that does so reports it.
    """
    number = task.number
    while True:
        now = pool.monotonic()
        turn = locked_freeze(pool)
        waits = _where(pool, number)
        mine[:] = () if is_announced(pool, task) else (task,)  # first: an interrupt must find it
        dropped = commits.drop(pool, turn, waits, task, now)
        undisturbed = pool.turn is turn
        locked_thaw(pool)
        if dropped or undisturbed:
            mine[:] = mine if dropped else ()
            return dropped


def _where(pool: State, number: int) -> dict[int, Task]:
    """Return where a task waits; the backlog if it does not."""
    if number in pool.scheduled:
        return pool.scheduled
    return pool.reserved if number in pool.reserved else pool.queued


def _backlog_changed(pool: State) -> None:
    """See to what a smaller backlog means to others."""
    if locked_look(pool, pool.backlog.has_many_tombstones):
        locked_sweep(pool)
    pool.room.notify()
    if pool.stopping:
        locked_review(pool)
        locked_rouse_all(pool)


def asked_for(task: Task) -> float | None:
    """Return how many seconds ago a task was asked to stop that still runs, else None."""
    asked = asked_at(task)
    return None if asked is None else max(0.0, task._pool.clock.monotonic() - asked)


def asked_at(task: Task) -> float | None:
    """Return when a task that still runs was asked to stop, on the monotonic clock, else None."""
    asked = None if task._more is None else task._more.stop_asked
    return asked if task.state == "running" else None


def ask_to_stop(pool: State, task: Task) -> bool:
    """Ask a running task to stop; its own code looks at the request when it will."""
    with pool.lock:
        wake, more = locked_wake(pool, task), pool.particulars(task)
        if more.stop_asked is None:
            more.stop_asked = pool.monotonic()
        wake.notify_all()
        on_stop = more.on_stop
    if on_stop is not None:
        on_stop()
    guarded.stop(pool.backend, task)
    return True


def locked_wake(pool: State, task: Task) -> Condition:
    """Return the condition that is notified when a task ends or is asked to stop."""
    more = pool.particulars(task)
    if more.wake is None:
        more.wake = Condition(pool.lock)
    return more.wake
