"""Log routing: whose body the calling thread runs, and which sink takes what bodies log.

A task that logs nothing costs nothing here. What a worker runs is known from its own record, and an
asyncio body passes itself on, in a context variable, to the threads of `asyncio.to_thread`. Lines
from other threads of a body are known to be its own only if it logs them with its ``ctx.log``.
"""

from __future__ import annotations

from contextvars import ContextVar
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol
from weakref import WeakKeyDictionary, ref

from chasqui.pool import deadlock, forking

if TYPE_CHECKING:
    from chasqui.pool.backend import Worker
    from chasqui.pool.task import Task
    from chasqui.pool.task_pool import TaskPool


class LogSource(NamedTuple):
    """A task's body, in one of its attempts."""

    task: Task
    attempt: int


class LogSink(Protocol):
    """Takes what the bodies of a pool's tasks log."""

    level: int
    """The lowest level of `logging` that it takes."""

    def write(self, source: LogSource, level: int, logger: str, text: str) -> None:
        """Take a line; called on any thread, and must not raise."""
        ...


_sinks: Final[WeakKeyDictionary[TaskPool, LogSink]] = WeakKeyDictionary()
# Weak, since a task that a body submits inherits its variables, and would keep the body's alive.
_passed_on: Final[ContextVar[tuple[ref[Task], int] | None]] = ContextVar("body", default=None)


# In a forked child no sink takes lines of the parent's bodies.
forking.in_child(_sinks.clear)


def attach(pool: TaskPool, sink: LogSink) -> None:
    """Write what the bodies of a pool log to a sink from now on."""
    _sinks[pool] = sink


def detach(pool: TaskPool) -> None:
    """Stop writing what the bodies of a pool log."""
    _sinks.pop(pool, None)


def sink_of(task: Task) -> LogSink | None:
    """Return the sink of what a task's body logs."""
    return _sinks.get(task._pool)


def source_here() -> LogSource | None:
    """Return the body that the calling thread runs, if it runs one."""
    worker = deadlock.worker_here()
    task = None if worker is None else worker.task
    if worker is not None and task is not None:
        return LogSource(task, _attempt(task, worker))
    passed_on = _passed_on.get()
    if passed_on is None or (task := passed_on[0]()) is None:
        return None
    return LogSource(task, passed_on[1])


def pass_on(task: Task) -> None:
    """Make threads that copy the caller's context variables log for a task."""
    _passed_on.set((ref(task), task.attempts))


def _attempt(task: Task, worker: Worker) -> int:
    """Return which attempt a worker runs: an abandoned worker may be in an earlier attempt."""
    if task.worker == worker.name:
        return task.attempts
    own = [attempt.number for attempt in task.earlier if attempt.worker == worker.name]
    return max(own, default=task.attempts)
