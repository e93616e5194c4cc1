"""The context of a body that runs in a child process."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from contextvars import Context as Variables
from contextvars import copy_context
from queue import Empty, SimpleQueue
from typing import Any, NamedTuple

from chasqui import foreign, numbers
from chasqui.errors import Cancelled, TimeLimit
from chasqui.pool.attempts import Attempt
from chasqui.pool.context import Context
from chasqui.pool.task_context import MESSAGE
from chasqui.processes.messages import BodyRun
from chasqui.processes.page import SharedPage
from chasqui.processes.reporting import ChildLogger, Reports


class ChildTask(NamedTuple):
    """What a body in a child can see of its task; see `chasqui.pool.context.RunningTask`."""

    number: int
    name: str
    priority: int
    time_limit: float | None
    attempts: int
    key: str | None
    submissions: int
    created: float
    started: float | None
    worker: str | None
    earlier: tuple[Attempt, ...]
    page: SharedPage

    @property
    def type(self) -> str:
        """The full name of its task type."""
        return self.name

    @property
    def stop_asked(self) -> bool:
        """Whether its body was asked to stop."""
        return self.page.to_stop == self.number


class ChildContext(Context):
    """The context of a body in a child; for a coroutine it is the `CoroutineRun` as well."""

    __slots__ = ("_deadline", "_message", "_reports", "_stop", "_woken", "task")

    task: ChildTask

    def __init__(self, message: BodyRun, page: SharedPage, reports: Reports) -> None:
        self._message = message
        self._reports = reports
        self._deadline = None if message.left is None else time.monotonic() + message.left
        self._stop: Callable[[], Any] | None = None
        # An event will not do: its `set` takes a lock, and a handler that runs in the middle of its
        # `wait` on the same thread waits for that lock for ever. `put` may run within `get`.
        self._woken: SimpleQueue[None] = SimpleQueue()
        self.task = ChildTask(
            message.number,
            message.name,
            message.priority,
            message.limit,
            message.attempt,
            message.key,
            message.submissions,
            message.created,
            message.started,
            message.worker,
            tuple(Attempt(*one, "") for one in message.earlier),
            page,
        )

    @property
    def attempt(self) -> int:
        """Which attempt this is, from 1 on."""
        return self._message.attempt

    @property
    def redelivered(self) -> bool:
        """Whether this attempt may have run before, in an earlier process."""
        return self._message.redelivered

    @property
    def idempotency_key(self) -> str:
        """The same text for each attempt of this task, and for no other task."""
        return self._message.idempotency_key

    @property
    def cancelled(self) -> bool:
        """Whether the task should stop: it was asked to, or its time limit has passed."""
        return self.task.stop_asked or self._late()

    @property
    def deadline(self) -> float | None:
        """When the time limit comes, in `time.monotonic` seconds; None without a limit."""
        return self._deadline

    @property
    def log(self) -> ChildLogger:
        """A logger whose lines name this task."""
        return ChildLogger(self._reports, self.number, self.name)

    def raise_if_cancelled(self) -> None:
        """Leave the task here if it should stop; see `Context.raise_if_cancelled`."""
        if self.task.stop_asked:
            raise Cancelled(f"task {self.number} was asked to stop")
        if self._late():
            raise TimeLimit(self.time_limit)

    def sleep(self, seconds: float) -> bool:
        """Sleep, but wake when the task should stop; see `Context.sleep`."""
        until = numbers.sleep("seconds", seconds)
        end = None if until is None else time.monotonic() + until
        while not self.cancelled:
            left = self.seconds_left()  # never below 0, which `get` would refuse
            if end is not None:
                rest = end - time.monotonic()
                if rest <= 0:
                    break
                left = rest if left is None else min(left, rest)
            with contextlib.suppress(Empty):
                self._woken.get(timeout=left)
                if self.task.stop_asked:
                    self._woken.put(None)  # for the next thread of the body that sleeps
        return not self.cancelled

    def progress(self, done: float, total: float | None = None, message: str = "") -> None:
        """Report how far the task is; see `Context.progress`."""
        done = numbers.amount("done", done)
        total = None if total is None else numbers.amount("total", total)
        self._reports.progress(done, total, foreign.exact(message, MESSAGE))

    def ask_to_stop(self) -> None:
        """Wake the body: it should stop. Called by a signal's handler, on the body's own thread."""
        self._woken.put(None)
        stop = self._stop
        if stop is not None:
            stop()

    def _late(self) -> bool:
        return self._deadline is not None and time.monotonic() >= self._deadline

    # As the run of a coroutine

    @property
    def number(self) -> int:
        """The number of the task."""
        return self._message.number

    @property
    def name(self) -> str:
        """The name of the task's work."""
        return self._message.name

    @property
    def variables(self) -> Variables:
        """The context variables in which the body runs: what its beginning has made of them."""
        return copy_context()

    @property
    def stop_asked(self) -> bool:
        """Whether the task was asked to stop."""
        return self.task.stop_asked

    @property
    def time_limit(self) -> float | None:
        """How long the body may run, in seconds; None without a limit."""
        return self._message.limit

    def seconds_left(self) -> float | None:
        """Return how long the body may still run; None without a limit."""
        return None if self._deadline is None else max(0.0, self._deadline - time.monotonic())

    def begin(self, stop: Callable[[], Any]) -> None:
        """Have ``stop`` called when the task is asked to stop."""
        self._stop = stop

    def end(self, stop: Callable[[], Any]) -> None:
        """Have ``stop`` called no more."""
        self._stop = None
