"""Endings: how a task ends, or is put off to be tried again, and what is called then.

A task with a time limit is ended by its worker, or, when its body does not stop, by the thread that
abandons the worker (see `limits`). The first of the two under the lock writes ``Worker.ending`` and
wins; the result of an abandoned attempt is counted as late and dropped.
"""

from __future__ import annotations

from contextvars import Context as Variables

from chasqui import foreign, loggers, numbers
from chasqui.errors import Cancelled, TimeLimit
from chasqui.pool import deadlock, trace
from chasqui.pool.backend import Worker
from chasqui.pool.callbacks import OfGroup
from chasqui.pool.complaint import complain
from chasqui.pool.histogram import FOLD
from chasqui.pool.notified import notify_ended
from chasqui.pool.reporting import record_ended, report_ended, report_retried
from chasqui.pool.schedule import locked_put_off
from chasqui.pool.state import State
from chasqui.pool.states import TaskState
from chasqui.pool.task import Task
from chasqui.pool.waiters import call_waiters

log = loggers.named("chasqui.pool")


def claim_end(pool: State, worker: Worker, task: Task) -> bool:
    """Take the end of a task as its worker's; False when the worker was abandoned."""
    error, worker.raised = worker.raised, None
    more = task._more
    if more is not None and more.time_limit is not None:
        with pool.lock:
            if worker.ending:
                return False
            worker.ending = "itself"
        task._result, worker.result = worker.result, None
    if error is not None:
        task._trace = trace.capture(error)
        task._error = error
    return True


def finish(pool: State, worker: Worker, task: Task, *, told: bool = False) -> bool:
    """Decide how a task has ended and count it; False when it is to be tried again.

    Args:
        told: whether the observer knows that it has completed.
    """
    task._ended_at = pool.monotonic()
    state = _judge(pool, task)
    delay = ask_retry(pool, task) if state == "failed" else None
    if delay is not None:
        report_retried(pool, task, delay)
        with pool.lock:  # no reading is under way now
            ran = task._ended_at - task._claimed_at
            if (arrange := locked_put_off(pool, task, delay)) is not None:
                worker.task = None
                worker.ending = ""
                worker.tally.runs.append(ran)
                leave(pool, worker)
        if arrange is not None:
            arrange()
            return False
    if state != "completed" or (pool.watches and not told):
        report_ended(pool, (task,), state)
    else:
        record_ended(pool, (task,), state)
    worker.moving = True
    if worker.held:
        worker.moving = False
        with pool.lock:  # no reading is under way now
            _count(pool, worker, task, state)
    else:
        _count(pool, worker, task, state)
        worker.moving = False
    return True


def ask_retry(pool: State, task: Task) -> float | None:
    """Return in how many seconds a failed task is tried again; None: it is not."""
    if pool.retry is None:
        return None
    try:
        delay = pool.retry(task)
        if delay is not None:
            delay = numbers.duration("the delay that retry returns", delay)
            pool.timer.start()
    except BaseException as error:
        _complain(pool, task, "its retry function raised", error)
        return None
    return delay


def _count(pool: State, worker: Worker, task: Task, state: TaskState) -> None:
    tally = worker.tally
    tally.runs.append(task._ended_at - task._claimed_at)
    if state == "completed":
        tally.completed += 1
    else:
        setattr(tally, state, getattr(tally, state) + 1)
    task.state = state
    worker.task = None
    worker.ending = ""
    leave(pool, worker)
    if len(tally.runs) >= FOLD:
        tally.fold()


def leave(pool: State, worker: Worker) -> None:
    """Let the worker's task out of its lane; the worker moves, or no other does."""
    lane = worker.admitted
    if lane is not None:
        worker.admitted = None
        lane.leave(worker)


def _judge(pool: State, task: Task) -> TaskState:
    """Say which state a body's end makes: what it raised, its limit and a request decide."""
    more, error = task._more, task.error
    late = more is not None and more.deadline is not None and task._ended_at > more.deadline
    if more is not None and more.stop_asked is not None and foreign.is_a(error, Cancelled):
        more.details = foreign.attribute(error, "details")
        del task._error, task._trace
        return "cancelled"
    if more is not None and late and not foreign.is_a(error, TimeLimit):
        limit = TimeLimit(more.time_limit)
        if error is None:
            task._trace = trace.capture(limit)
        else:  # such as a body raises as it stops, because its time is up
            task._trace = trace.followed(task._trace, error, limit)
            limit.__cause__ = error
        task._error = error = limit
    return "completed" if error is None else "failed"


def settle(pool: State, task: Task) -> None:
    """Notify the work of a final task, wake all who wait for it, call its callbacks.

    The thread that has ended the task calls this, once more if the first time was interrupted.
    """
    notify_ended(pool, task)
    call_back(pool, task)


def call_back(pool: State, task: Task) -> None:
    """Wake all who wait for a final task, and call its callbacks."""
    more = task._more
    if more is None:
        return
    with pool.callback_lock(task):
        callbacks, more.callbacks = more.callbacks, None
    # The state is final by now: a thread that waits makes the condition before it looks at that.
    if more.wake is not None:
        with pool.lock:
            more.wake.notify_all()
    call_waiters(pool, task, more)
    for callback in callbacks or ():
        try:
            if type(callback) is OfGroup or not _is_between_bodies():
                callback(task)
            else:
                Variables().run(callback, task)
        except BaseException as error:  # whatever it is, it is not the worker's
            _complain(pool, task, "a callback raised", error)


def _is_between_bodies() -> bool:
    """Whether the context variables here are what earlier bodies of a worker have left."""
    worker = deadlock.worker_here()
    return worker is not None and worker.task is None


def _complain(pool: State, task: Task, what: str, error: BaseException) -> None:
    complain(log, error, f"pool %s: task %s: {what}", pool.name, task.number)
