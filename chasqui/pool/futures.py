"""Futures over tasks: what `PoolExecutor.submit` returns, and the work behind it.

A future knows its task until it has ended, and the task's work knows the future until then: after
that no cycle is left, so an unreferenced future is freed at once, as in the standard library.

The call ends its future when it is made. It is a `NotifiedWork`, so the pool notifies it when its
task is cancelled, or left by a shutdown, or fails without the call; a task of an executor has no
callback and no particulars.

On a worker of its own pool, `result` and `exception` wait as `Task.wait` does, so a wait that no
worker is left to end raises WouldDeadlock. `concurrent.futures.wait` and `as_completed` wait for
many futures without asking any of them, so they cannot be refused.

Most futures are dropped, or looked at when they have ended. So what a `Future` makes for those who
wait for it, a condition and two lists, is made at the first look (`__getattr__`). The two sides
keep an order: a look makes the condition, then reads the state; the end writes the state, then asks
whether there is a condition. So one of the two sees the other.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures._base import CANCELLED, CANCELLED_AND_NOTIFIED, FINISHED, PENDING, RUNNING
from typing import Any, Final, TypeVar, cast

from chasqui import foreign, numbers
from chasqui.errors import CallRaised, PoolClosed, WaitTimeout
from chasqui.pool import deadlock, unstarted
from chasqui.pool.calls import function_name
from chasqui.pool.context import Context
from chasqui.pool.locks import Condition
from chasqui.pool.notified import NotifiedWork
from chasqui.pool.task import Task

T = TypeVar("T")

BEGUN: Final = object()
OVER: Final = (CANCELLED, CANCELLED_AND_NOTIFIED, FINISHED)
LATE: Final[dict[str, Callable[[], Any]]] = {
    "_condition": lambda: Condition(threading.RLock()),
    "_done_callbacks": list,
    "_waiters": list,
}


class PoolFuture(Future[T]):
    """A future whose cancel takes its task out of the backlog.

    Fields that start out the same in each are stored in the class, so that a future is made by two
    stores. That takes 0.1 to 0.2 us; a `Future` takes 0.8 to 1.2.
    """

    _state = PENDING
    _result: T | None = None
    _exception: BaseException | None = None
    _task: Task | None = None
    _watched = False  # whether there is a condition

    def __init__(self, pending: dict[Future[Any], None]) -> None:
        self._pending = pending  # of its executor, until it has ended; it does not keep that alive
        # Whose entry is the first decides: BEGUN for the call, anything else for a cancel.
        self._claims: list[object] = []

    def __getattr__(self, name: str) -> Any:
        """Make what is first asked for now: the condition, or a list."""
        make = LATE.get(name)
        if make is None:
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        if make is not list:
            self._watched = True
        return self.__dict__.setdefault(name, make())  # or another thread's

    @property
    def _lock(self) -> Any:
        """The lock of the condition, to be held itself; see `chasqui.pool.locks`."""
        return cast("Condition", self._condition)._held_by

    def result(self, timeout: float | None = None) -> T:
        """Return what the call returned, or raise what it raised.

        Raises:
            WaitTimeout: it has not ended within ``timeout`` seconds (None: for ever).
            CancelledError: it was cancelled.
            WouldDeadlock: called from a task, and no worker would be left to make the call.
            PoolForked: this is a forked child, and the call is its parent's.
        """
        if timeout is None and self._state == FINISHED and self._exception is None:
            return cast("T", self._result)
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
        try:
            return self._error_within(timeout)
        except TimeoutError:  # of the wait: what the call raised is returned
            raise WaitTimeout(f"the call has not ended after {timeout:.3g} s", timeout) from None

    def _error_within(self, timeout: float | None) -> BaseException | None:
        task = self._task
        if task is None or self.done():
            return super().exception(timeout)
        pool: Any = task._pool
        _ = pool.state  # which is refused in a forked child
        if deadlock.current(pool) is None:
            watched = unstarted.watch(pool, task, timeout)
            try:
                return super().exception(timeout)
            finally:
                unstarted.forget(pool, watched)
        clock = pool.clock
        deadline = None if timeout is None else clock.monotonic() + timeout
        task.wait(timeout)
        # Who is told that the task has ended may be told before its future is.
        left = None if deadline is None else max(0.0, deadline - clock.monotonic())
        return super().exception(left)

    def done(self) -> bool:
        """Tell whether it has ended: with a result, with an error, or cancelled."""
        return self._state in OVER

    def follow(self, task: Task) -> None:
        """Learn which task will bring the result, unless it has ended by now.

        The end stores the state, then takes the task away. This stores the task, then looks at the
        state. So no future that has ended keeps its task.
        """
        self._task = task
        if self._state in OVER:
            self._task = None
        if self._state in (CANCELLED, CANCELLED_AND_NOTIFIED):  # before it had a task
            self._cancel_task(task)

    def cancel(self) -> bool:
        """Cancel the call if it has not begun, and tell whether that was so."""
        claims, mine = self._claims, object()
        claims.append(mine)
        if claims[0] is BEGUN:
            return False
        if claims[0] is mine:
            task = self._end(CANCELLED_AND_NOTIFIED)
            if task is not None:
                self._cancel_task(task)
        return True

    def begin(self) -> bool:
        """Tell whether the call should be made, on the worker that would make it."""
        claims = self._claims
        claims.append(BEGUN)
        if claims[0] is not BEGUN:
            return False
        self._state = RUNNING
        return True

    def end(self, result: Any, error: BaseException | None) -> None:
        """Take what came of the call, once it has begun; what comes second is dropped."""
        if self._state == FINISHED:
            return
        self._result, self._exception = result, error
        self._end(FINISHED)

    def give_up(self, error: BaseException) -> None:
        """End it with an error unless its call has ended it; only the first of several does."""
        claims, mine = self._claims, object()
        claims.append(BEGUN)
        if claims[0] is BEGUN and self.__dict__.setdefault("_given_up", mine) is mine:
            self.end(None, error)

    def _end(self, state: str) -> Task | None:
        """Store a final state and tell all who wait; return the task, which is forgotten."""
        self._state = state
        task, self._task = self._task, None
        if self._watched:
            with self._lock:
                self._locked_tell()
        self._pending.pop(self, None)
        if self._watched:
            self._invoke_callbacks()
        return task

    def _locked_tell(self) -> None:
        for waiter in self._waiters:
            if self._state == CANCELLED_AND_NOTIFIED:
                waiter.add_cancelled(self)
            elif self._exception is not None:
                waiter.add_exception(self)
            else:
                waiter.add_result(self)
        self._condition.notify_all()

    def _cancel_task(self, task: Task) -> None:
        if task.state == "queued":
            task.cancel()


class Call(NotifiedWork):
    """The work behind a future."""

    __slots__ = ("_call", "_future", "_name")

    id: Final = ""

    def __init__(
        self,
        future: PoolFuture[Any],
        call: tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any]],
    ) -> None:
        self._future: PoolFuture[Any] | None = future
        self._call: tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any]] | None = call

    @property
    def name(self) -> str:
        """The name of the function."""
        call = self._call  # a worker may drop it at any time, after it has stored the name
        return self._name if call is None else function_name(call[0])

    def drop(self) -> None:
        """Let go of the call: only its future keeps its result, and nothing its arguments."""
        if self._call is not None:
            self._name = function_name(self._call[0])
        self._future = self._call = None

    def execute(self, ctx: Context, /) -> None:
        """Make the call, and put what came of it into the future."""
        future, call = self._future, self._call
        if future is None or call is None or not future.begin():
            self.drop()
            return
        function, args, kwargs = call
        self._name = function_name(function)
        self._call = call = None
        error: BaseException | None = None
        try:
            result = function(*args, **kwargs)
        except BaseException as raised:
            error = raised
        task: Any = ctx.task
        if task._pool.is_forked:  # the call has forked: its future is the parent's
            self._future = None
            if error is not None:
                raise error
            return
        if error is None:
            future.end(result, None)
            self._future = None
            return
        future.end(None, error)
        text = f"{self._name} raised {foreign.kind_of(error)}; its future holds the error"
        # The error keeps the frames it came through, this one among them: no cycle may close here.
        future = self._future = error = None
        raise CallRaised(text)

    def task_ended(self, task: Task) -> None:
        """End the future of a task that is final, unless the call has done so."""
        future = self._future
        if future is not None and not future.done():
            if task.state == "cancelled" and task.started is None:
                future.cancel()
            else:
                future.give_up(task.error or RuntimeError("the pool has ended this call"))
        self.drop()

    def task_left(self, task: Task) -> None:
        """End the future of a task that a shutdown has left."""
        future = self._future
        if future is not None:
            future.give_up(PoolClosed("the pool stopped and left this call in its backlog"))
        self.drop()
