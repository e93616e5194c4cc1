"""Futures over tasks: what `PoolExecutor.submit` returns, and the work behind it.

A future knows its task until that has ended, and the task knows the future until the call is made:
after that no cycle is left, so an unreferenced future is freed at once, as in the standard library.

On a worker of its own pool, `result` and `exception` wait as `Task.wait` does, so a wait that no
worker is left to end raises WouldDeadlock. `concurrent.futures.wait` and `as_completed` wait for
many futures without asking any of them, so they cannot be refused.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar, cast

from chasqui import foreign, numbers
from chasqui.errors import CallRaised, PoolClosed
from chasqui.pool import deadlock
from chasqui.pool.context import Context
from chasqui.pool.pool import Pool
from chasqui.pool.task import Task

T = TypeVar("T")


class PoolFuture(Future[T]):
    """A future whose cancel takes its task out of the backlog."""

    def __init__(self) -> None:
        super().__init__()
        self._task: Task | None = None
        self._noticed = threading.Lock()  # who gets it says that the call begins, or never will

    def result(self, timeout: float | None = None) -> T:
        """Return what the call returned, or raise what it raised.

        Raises:
            TimeoutError: it has not ended within ``timeout`` seconds (None: for ever).
            CancelledError: it was cancelled.
            WouldDeadlock: called from a task, and no worker would be left to make the call.
            PoolForked: this is a forked child, and the call is its parent's.
        """
        error = self.exception(timeout)
        if error is None:
            return cast("T", self._result)
        try:
            raise error
        finally:
            # The frame is in the traceback of the error, and must not lead back to it.
            del error, self

    def exception(self, timeout: float | None = None) -> BaseException | None:
        """Return what the call raised, None if it returned; raises as `result` does."""
        timeout = numbers.wait("timeout", timeout)
        task = self._task
        if task is None or self.done():
            return super().exception(timeout)
        task._pool._check_fork()
        if deadlock.current(task._pool) is None:
            return super().exception(timeout)
        clock = task._pool.clock
        deadline = None if timeout is None else clock.monotonic() + timeout
        task.wait(timeout)
        # Who is told that the task has ended may be told before its future is.
        left = None if deadline is None else max(0.0, deadline - clock.monotonic())
        return super().exception(left)

    def follow(self, task: Task, pool: Pool) -> None:
        """Learn which task will bring the result, and of its end without having begun."""
        self._task = task
        pool.particulars(task).on_left = self._left
        task.add_done_callback(self._ended)
        if self.cancelled():  # before there was a task to cancel
            self._cancel_task(task)

    def cancel(self) -> bool:
        """Cancel the call if it has not begun, and tell whether that was so."""
        if not super().cancel():
            return False
        if (task := self._task) is not None:
            self._cancel_task(task)
        return True

    def begin(self) -> bool:
        """Tell whether the call should be made, on the worker that would make it."""
        return self._noticed.acquire(blocking=False) and self.set_running_or_notify_cancel()

    def _cancel_task(self, task: Task) -> None:
        if task.state == "queued":
            task.cancel()

    def _ended(self, task: Task) -> None:
        self._forget(task)
        if task.state == "cancelled" and task.started is None:
            super().cancel()
            if self._noticed.acquire(blocking=False):
                self.set_running_or_notify_cancel()
        elif not self.done():  # the pool has ended it, and not the call
            self.set_exception(task.error)

    def _left(self) -> None:
        if (task := self._task) is not None:
            self._forget(task)
            if task._more is not None:
                task._more.callbacks = None  # nothing will call them, and they lead back here
        if self.begin():
            self.set_exception(PoolClosed("the pool stopped and left this call in its backlog"))

    def _forget(self, task: Task) -> None:
        """Leave no way from a task that is over to this future: somebody may keep the task."""
        self._task = None
        if isinstance(task.work, Call):
            task.work.drop()
        if task._more is not None:
            task._more.on_left = None


class Call:
    """The work behind a future."""

    __slots__ = ("_args", "_future", "_kwargs", "function", "id", "name")

    def __init__(
        self,
        future: PoolFuture[Any],
        function: Callable[..., Any],
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
    ) -> None:
        self._future: PoolFuture[Any] | None = future
        self._args, self._kwargs = args, kwargs
        self.function: Callable[..., Any] | None = function
        self.id = ""
        name = foreign.attribute(function, "__qualname__")
        is_text = foreign.is_a(name, str) and name
        self.name = foreign.exact(name, foreign.NAME) if is_text else foreign.kind_of(function)

    def drop(self) -> None:
        """Let go of the call: only its future keeps its result, and nothing its arguments."""
        self._future = self.function = None
        self._args, self._kwargs = (), {}

    def execute(self, ctx: Context, /) -> None:
        """Make the call, and put what came of it into the future."""
        future, function = self._future, self.function
        args, kwargs = self._args, self._kwargs
        self.drop()
        if future is None or function is None or not future.begin():
            return
        error: BaseException | None = None
        try:
            result = function(*args, **kwargs)
        except BaseException as raised:
            error = raised
        if ctx.task._pool._forked:  # the call has forked: its future is the parent's
            if error is not None:
                raise error
            return
        if error is None:
            future.set_result(result)
            return
        future.set_exception(error)
        text = f"{self.name} raised {foreign.kind_of(error)}; its future holds the error"
        # The error keeps the frames it came through, this one among them: no cycle may close here.
        future = error = None
        raise CallRaised(text)
