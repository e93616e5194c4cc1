"""Handles: what a task's handle asks of its pool, waiting for it, cancelling it, following it.

This module is what a pool has as its ``handles``; see `chasqui.pool.task.Handles`.
"""

from __future__ import annotations

from collections.abc import Callable

from chasqui.errors import WouldDeadlock
from chasqui.pool import commits, deadlock
from chasqui.pool.ending import call_back, settle
from chasqui.pool.freezing import (
    locked_freeze,
    locked_look,
    locked_rouse_all,
    locked_sweep,
    locked_thaw,
)
from chasqui.pool.locks import Condition
from chasqui.pool.reporting import report_ended
from chasqui.pool.room import locked_sleep_on
from chasqui.pool.schedule import locked_review
from chasqui.pool.state import State
from chasqui.pool.states import FINAL, WAITING
from chasqui.pool.task import Task


def wait_for(pool: State, task: Task, timeout: float | None) -> bool:
    """Wait at most ``timeout`` seconds for a task's final state; see `Task.wait`."""
    pool.check_fork()
    pool.timer.relieve()  # it may be a retry that is waited for
    # The condition is made before the first look at the state: the worker writes the state
    # first and looks for waiters after, so one of the two sees the other.
    with pool.lock:
        return _locked_wait_for(pool, task, timeout)


def _locked_wait_for(pool: State, task: Task, timeout: float | None) -> bool:
    wake = _locked_wake(pool, task)
    deadline = None if timeout is None else pool.monotonic() + timeout
    while task.state not in FINAL:
        if is_left(pool, task):
            return False
        if deadline is not None and pool.monotonic() >= deadline:
            return False
        here = deadlock.current(pool)
        if here is not None and here.task is task:
            raise WouldDeadlock(f"task {task.number} waits for itself")
        what = f"task {task.number} of its own pool {pool.name!r}"
        locked_sleep_on(pool, wake, deadline, what, task)
    return True


def sleep(pool: State, task: Task, until: float | None, is_over: Callable[[], bool]) -> None:
    """Sleep, for a task's body, until a monotonic moment or until the task should stop."""
    with pool.lock:
        _locked_sleep(pool, task, until, is_over)


def _locked_sleep(
    pool: State, task: Task, until: float | None, is_over: Callable[[], bool]
) -> None:
    pool.check_fork()
    wake = _locked_wake(pool, task)
    while not (task.stop_asked or is_over()):
        if until is not None and pool.monotonic() >= until:
            return
        pool.clock.wait(wake, until)


def cancel(pool: State, task: Task) -> bool:
    """Cancel a waiting task, ask a running one to stop; see `Task.cancel`."""
    return withdraw(pool, task) or (task.state == "running" and ask_to_stop(pool, task))


def withdraw(pool: State, task: Task) -> bool:
    """Cancel a task that waits, and leave alone one that was started."""
    try:
        with pool.lock:
            pool.check_fork()
            dropped = _locked_drop(pool, task)
            if dropped:
                _backlog_changed(pool)
        if dropped:
            report_ended(pool, (task,), "cancelled")
    except BaseException:  # from a signal handler: a cancelled task must not be waited for
        if task.state == "cancelled":
            settle(pool, task)
        raise
    if dropped:
        settle(pool, task)
        if task._more is not None and task._more.alarm:
            pool.timer.forget(task._more.alarm)
    return dropped


def add_done_callback(pool: State, task: Task, callback: Callable[[Task], object]) -> None:
    """Call back once a task is final; see `Task.add_done_callback`."""
    with pool.lock:
        pool.check_fork()
        more = pool.particulars(task)
        if more.callbacks is None:
            more.callbacks = []
        more.callbacks.append(callback)
    if task.state in FINAL:
        call_back(pool, task)


def is_left(pool: State, task: Task) -> bool:
    """Tell whether a task will never start, since the pool has come to its end without it."""
    return pool.ledger is not None and task.state in WAITING


def _locked_drop(pool: State, task: Task) -> bool:
    """Cancel a task that still waits for a worker that may come; False when it does not."""
    number = task.number
    while True:
        now = pool.monotonic()
        turn = locked_freeze(pool)
        waits = _where(pool, number)
        dropped = commits.drop(pool, turn, waits, task, now)
        undisturbed = pool.turn is turn
        locked_thaw(pool)
        if dropped or undisturbed:
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
        wake, more = _locked_wake(pool, task), pool.particulars(task)
        if more.stop_asked is None:
            more.stop_asked = pool.monotonic()
        wake.notify_all()
        on_stop = more.on_stop
    if on_stop is not None:
        on_stop()
    return True


def _locked_wake(pool: State, task: Task) -> Condition:
    """Return the condition that is notified when a task ends or is asked to stop."""
    more = pool.particulars(task)
    if more.wake is None:
        more.wake = Condition(pool.lock)
    return more.wake
