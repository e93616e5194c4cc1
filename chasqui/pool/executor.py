"""PoolExecutor: a pool behind the interface of `concurrent.futures`.

For asyncio's ``run_in_executor``, `as_completed`, `wait`, and every library that takes an executor.
The pool stays its owner's: several executors may share one, and the shutdown of an executor ends
what was submitted through it, never the pool. A future's error keeps its traceback, as users of
futures expect; the pool counts the failure as a `CallRaised`.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Executor, Future, wait
from typing import Any, ParamSpec, TypeVar

from chasqui.errors import CallRaised, PoolClosed
from chasqui.pool.context import Context
from chasqui.pool.pool import Pool
from chasqui.pool.task import Task

P = ParamSpec("P")
T = TypeVar("T")


class PoolExecutor(Executor):
    """An executor over a pool that is running, or will be.

    `submit` waits while the pool's backlog is full: an event loop should leave room in it.
    """

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        # The lock guards the two below: no future comes in once the executor is shut down.
        self._lock = threading.Lock()
        self._closed = False
        self._pending: dict[Future[Any], None] = {}  # in order of their coming

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Have ``fn(*args, **kwargs)`` called by the pool, and return the future of its result.

        Raises:
            RuntimeError: the executor or its pool is shut down.
        """
        future: PoolFuture[T] = PoolFuture()
        with self._lock:
            if self._closed:
                raise RuntimeError("cannot schedule new futures after shutdown")
            self._pending[future] = None
        future.add_done_callback(lambda done: self._pending.pop(done, None))
        try:
            task = self._pool.submit(Call(future, fn, args, kwargs))
        except BaseException as error:
            self._pending.pop(future, None)
            if isinstance(error, PoolClosed):
                text = f"cannot schedule new futures after shutdown: {error}"
                raise RuntimeError(text) from error
            raise
        future.follow(task, self._pool)
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Accept no more, and with ``wait`` return when all that was submitted here has ended.

        With ``cancel_futures`` what has not begun is cancelled. The pool goes on.
        """
        with self._lock:
            self._closed = True
            pending = list(self._pending)
        if cancel_futures:
            # Newest first and giving way each time: a worker that was woken for the oldest has
            # them by then, so that what was about to begin does begin.
            for future in reversed(pending):
                future.cancel()
                time.sleep(0)
        if wait:
            _await(pending)


_await = wait


class PoolFuture(Future[T]):
    """A future whose cancel takes its task out of the backlog."""

    def __init__(self) -> None:
        super().__init__()
        self._task: Task | None = None
        self._noticed = threading.Lock()  # whoever gets it says that the call begins, or never will

    def follow(self, task: Task, pool: Pool) -> None:
        """Learn which task will bring the result, and of its end without having begun."""
        self._task = task
        pool.particulars(task).on_left = self._left
        task.add_done_callback(self._ended)
        if self.cancelled():  # before there was a task to cancel
            self._cancel_task()

    def cancel(self) -> bool:
        """Cancel the call if it has not begun, and tell whether that was so."""
        if not super().cancel():
            return False
        self._cancel_task()
        return True

    def begin(self) -> bool:
        """Tell whether the call should be made, on the worker that would make it."""
        return self._noticed.acquire(blocking=False) and self.set_running_or_notify_cancel()

    def _cancel_task(self) -> None:
        if self._task is not None and self._task.state == "queued":
            self._task.cancel()

    def _ended(self, task: Task) -> None:
        if task.state == "cancelled" and task.started is None:
            super().cancel()
            self._notice()

    def _left(self) -> None:
        if self.begin():
            text = "the pool stopped and left this call in its backlog"
            self.set_exception(PoolClosed(text))

    def _notice(self) -> None:
        if self._noticed.acquire(blocking=False):
            self.set_running_or_notify_cancel()


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
        self.name = getattr(function, "__qualname__", None) or type(function).__name__

    def execute(self, ctx: Context, /) -> None:
        """Make the call, and put what came of it into the future."""
        future, function = self._future, self.function
        args, kwargs = self._args, self._kwargs
        # Nothing of the call may outlive it here: its future is all that keeps its result.
        self._future = self.function = None
        self._args, self._kwargs = (), {}
        assert future is not None and function is not None
        if not future.begin():
            return
        error: BaseException | None = None
        try:
            result = function(*args, **kwargs)
        except BaseException as raised:
            error = raised
        if error is None:
            future.set_result(result)
            return
        future.set_exception(error)
        text = f"{self.name} raised {type(error).__name__}; its future holds the error"
        # The error keeps the frames it came through, this one among them: no cycle may close here.
        future = error = None
        raise CallRaised(text)
