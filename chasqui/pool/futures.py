"""Futures over tasks: what `PoolExecutor.submit` returns, and the work behind it.

A future knows its task until that has ended, and the task knows the future until the call is made:
after that no cycle is left, so an unreferenced future is freed at once, as in the standard library.

On a worker of its own pool, `result` and `exception` wait as `Task.wait` does, so a wait that no
worker is left to end raises WouldDeadlock. `concurrent.futures.wait` and `as_completed` wait for
many futures without asking any of them, so they cannot be refused.

Most futures are dropped, or looked at when they have ended, and never need a condition to wait on;
it is made at the first look (`__getattr__`). The two sides keep an order: a look makes the
condition, then reads the state; the end of the call writes the state, then asks whether there is a
condition. So one of the two sees the other. With the executor's list of pending futures in place of
a callback for each, `PoolExecutor.submit` went from 0.4 to 0.6 of the rate of ThreadPoolExecutor.
What is left is mostly the task's particulars, which the pool needs to tell a future of its end.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures._base import CANCELLED, FINISHED, PENDING, RUNNING
from types import BuiltinFunctionType, FunctionType, MethodType
from typing import Any, Final, TypeVar, cast

from chasqui import foreign, numbers
from chasqui.errors import CallRaised, PoolClosed
from chasqui.pool import deadlock
from chasqui.pool.context import Context
from chasqui.pool.locks import Condition
from chasqui.pool.task import Task

T = TypeVar("T")

BEGUN: Final = object()
FUNCTIONS: Final = (FunctionType, MethodType, BuiltinFunctionType)


class PoolFuture(Future[T]):
    """A future whose cancel takes its task out of the backlog."""

    def __init__(self, pending: dict[Future[Any], None]) -> None:
        # As `Future.__init__`, but for the condition.
        self._state = PENDING
        self._result = None
        self._exception = None
        self._waiters: list[Any] = []
        self._done_callbacks: list[Callable[[Future[Any]], object]] = []
        self._pending = pending  # of its executor, until it has ended; it does not keep that alive
        self._task: Task | None = None
        # Whose entry is the first decides: BEGUN for the call, anything else for a cancel.
        self._claims: list[object] = []
        self._ends = [None]  # it ends once: by the call, or by the pool that has given it up
        self._watched = False

    def __getattr__(self, name: str) -> Any:
        """Make the condition when it is first asked for; nothing else is made late."""
        if name != "_condition":
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        self._watched = True
        return self.__dict__.setdefault(name, Condition(threading.RLock()))  # or another's

    @property
    def _lock(self) -> Any:
        """The lock of the condition, to be held itself; see `chasqui.pool.locks`."""
        return cast("Condition", self._condition)._held_by

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
        _ = task._pool.state  # which is refused in a forked child
        if deadlock.current(task._pool) is None:
            return super().exception(timeout)
        clock = task._pool.clock
        deadline = None if timeout is None else clock.monotonic() + timeout
        task.wait(timeout)
        # Who is told that the task has ended may be told before its future is.
        left = None if deadline is None else max(0.0, deadline - clock.monotonic())
        return super().exception(left)

    def follow(self, task: Task) -> None:
        """Learn which task will bring the result, and of its end without having begun."""
        if self._state == FINISHED:
            return
        self._task = task
        task._pool.particulars(task).on_left = self._left
        task.add_done_callback(self._ended)
        if self._state not in (PENDING, RUNNING, FINISHED):  # cancelled before it had a task
            self._cancel_task(task)

    def cancel(self) -> bool:
        """Cancel the call if it has not begun, and tell whether that was so."""
        claims, mine = self._claims, object()
        claims.append(mine)
        if claims[0] is BEGUN:
            return False
        if claims[0] is mine:
            self._end_cancelled()
            if (task := self._task) is not None:
                self._cancel_task(task)
        return True

    def begin(self) -> bool:
        """Tell whether the call should be made, on the worker that would make it."""
        self._claims.append(BEGUN)
        if self._claims[0] is not BEGUN:
            return False
        self._state = RUNNING
        return True

    def end(self, result: Any, error: BaseException | None) -> None:
        """Take what came of the call, once it has begun."""
        try:
            self._ends.pop()
        except IndexError:
            return
        self._result, self._exception = result, error
        self._state = FINISHED
        if self._watched:
            with self._lock:
                self._locked_tell(failed=error is not None)
        self._pending.pop(self, None)
        if self._done_callbacks:
            self._invoke_callbacks()

    def _locked_tell(self, *, failed: bool) -> None:
        for waiter in self._waiters:
            (waiter.add_exception if failed else waiter.add_result)(self)
        self._condition.notify_all()

    def _end_cancelled(self) -> None:
        """Tell all who wait, which a `ThreadPoolExecutor` does when a worker comes to the call."""
        with self._lock:
            self._state = CANCELLED
            self._condition.notify_all()
            self.set_running_or_notify_cancel()
        self._pending.pop(self, None)
        self._invoke_callbacks()

    def _cancel_task(self, task: Task) -> None:
        if task.state == "queued":
            task.cancel()

    def _ended(self, task: Task) -> None:
        self._forget(task)
        if self._state == FINISHED:
            return
        if task.state == "cancelled" and task.started is None:
            self.cancel()
        elif not self._claims or self._claims[0] is BEGUN:
            # The pool has ended it, and not the call.
            self.begin()
            self.end(None, task.error)

    def _left(self) -> None:
        if (task := self._task) is not None:
            self._forget(task)
            if task._more is not None:
                task._more.callbacks = None  # nothing will call them, and they lead back here
        if self.begin():
            self.end(None, PoolClosed("the pool stopped and left this call in its backlog"))

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
        if type(function) in FUNCTIONS:  # whose names can be had without asking other code
            name = function.__qualname__
            if type(name) is str and 0 < len(name) <= foreign.NAME:
                self.name = name
                return
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
        if cast(Task, ctx.task)._pool.is_forked:  # the call has forked: its future is the parent's
            if error is not None:
                raise error
            return
        if error is None:
            future.end(result, None)
            return
        future.end(None, error)
        text = f"{self.name} raised {foreign.kind_of(error)}; its future holds the error"
        # The error keeps the frames it came through, this one among them: no cycle may close here.
        future = error = None
        raise CallRaised(text)
