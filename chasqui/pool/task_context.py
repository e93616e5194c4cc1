"""The context of a body that runs in the pool's own process, beside the task it belongs to."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import Context as Variables
from typing import Any, Final

from chasqui import foreign, numbers
from chasqui.errors import Cancelled, TimeLimit
from chasqui.pool import log_sinks
from chasqui.pool.context import Context
from chasqui.pool.task import Progress, Task
from chasqui.pool.task_logger import TaskLogger

MESSAGE: Final = 1000  # characters of the message that comes with a progress


class TaskContext(Context):
    """The context of a task, which it looks at directly."""

    __slots__ = ("_attempt", "task")

    task: Task
    _attempt: int
    """Which attempt this is, if the task had particulars when it began; see `_stale`."""

    def __init__(self, task: Task) -> None:
        self.task = task
        if task._more is not None:
            self._attempt = task._more.attempt

    @property
    def attempt(self) -> int:
        """Which attempt this is, from 1 on, also once another has begun."""
        return getattr(self, "_attempt", 1)

    @property
    def redelivered(self) -> bool:
        """Whether this attempt may have run before, in an earlier process."""
        return self.task._more is not None and self.task._more.redelivered

    @property
    def idempotency_key(self) -> str:
        """The same text for each attempt of this task, and for no other task."""
        return f"{self.task._pool.key_prefix()}:{self.task.number}"

    @property
    def cancelled(self) -> bool:
        """Whether the task should stop: it was asked to, or its time limit has passed."""
        more = self.task._more
        return more is not None and (more.stop_asked is not None or self._late() or self._stale())

    @property
    def deadline(self) -> float | None:
        """When the time limit comes, in `time.monotonic` seconds; None without a limit."""
        more = self.task._more
        return None if more is None else more.deadline

    @property
    def log(self) -> TaskLogger:
        """A logger whose lines name this task."""
        return TaskLogger(self.task, getattr(self, "_attempt", None))

    def raise_if_cancelled(self) -> None:
        """Leave the task here if it should stop; see `Context.raise_if_cancelled`."""
        if self.task.stop_asked:
            raise Cancelled(f"task {self.task.number} was asked to stop")
        if self._late() or self._stale():
            raise TimeLimit(self.task.time_limit)

    def sleep(self, seconds: float) -> bool:
        """Sleep, but wake when the task should stop; see `Context.sleep`."""
        pool = self.task._pool
        left = numbers.sleep("seconds", seconds)
        moments = [self.deadline, None if left is None else pool.clock.monotonic() + left]
        limit = min([moment for moment in moments if moment is not None], default=None)
        pool.handles.sleep(pool, self.task, limit, self._stale)
        return not self.cancelled

    def progress(self, done: float, total: float | None = None, message: str = "") -> None:
        """Report how far the task is; see `Context.progress`."""
        done = numbers.amount("done", done)
        total = None if total is None else numbers.amount("total", total)
        more = self.task._more or self.task._pool.particulars(self.task)
        if not self._stale():
            text = message if type(message) is str and len(message) <= MESSAGE else None
            more.progress = Progress(
                done, total, foreign.exact(message, MESSAGE) if text is None else text
            )

    def _stale(self) -> bool:
        """Whether this is an abandoned attempt: the task has ended or begun another."""
        more, attempt = self.task._more, getattr(self, "_attempt", None)
        if more is None or attempt is None:
            return False
        return attempt != more.attempt or self.task.state != "running"

    def _late(self) -> bool:
        deadline = self.deadline
        return deadline is not None and self.task._pool.clock.monotonic() >= deadline


class TaskRun:
    """The run of a task's coroutine; see `chasqui.pool.coroutines.CoroutineRun`."""

    __slots__ = ("_more", "_pool", "_task", "variables")

    variables: Variables
    """The context variables in which the body runs."""

    def __init__(self, task: Task, variables: Variables) -> None:
        self._task = task
        self.variables = variables
        self._pool = task._pool
        self._more = self._pool.particulars(task)

    @property
    def number(self) -> int:
        """The number of the task."""
        return self._task.number

    @property
    def name(self) -> str:
        """The name of the task's work."""
        return self._task.name

    @property
    def stop_asked(self) -> bool:
        """Whether the task was asked to stop."""
        return self._more.stop_asked is not None

    @property
    def time_limit(self) -> float | None:
        """How long the body may run, in seconds; None without a limit."""
        return self._more.time_limit

    def seconds_left(self) -> float | None:
        """Return how long the body may still run; None without a limit."""
        deadline = self._more.deadline
        return None if deadline is None else deadline - self._pool.clock.monotonic()

    def begin(self, stop: Callable[[], Any]) -> None:
        """Have ``stop`` called when the task is asked to stop, and log lines name the task."""
        log_sinks.pass_on(self._task)
        self._more.on_stop = stop

    def end(self, stop: Callable[[], Any]) -> None:
        """Have ``stop`` called no more."""
        if self._more.on_stop is stop:  # not that of a later attempt
            self._more.on_stop = None
