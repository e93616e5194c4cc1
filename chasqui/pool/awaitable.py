"""Awaitable: the methods of a task for coroutines, and for code that needs a future of it.

The loop may be one of asyncio (or uvloop) or of trio, and so of anyio. Several loops may wait for
the same task, each on its own thread.
"""

from __future__ import annotations

from collections.abc import Generator
from types import BuiltinMethodType, FunctionType, GenericAlias, MethodType
from typing import TYPE_CHECKING, Any, TypeVar

from chasqui import arguments, foreign, numbers
from chasqui.generic import Generic, T_co
from chasqui.pool.states import FINAL, TaskState

if TYPE_CHECKING:
    from concurrent.futures import Future

    from chasqui.pool.task_pool import TaskPool


T = TypeVar("T")


class AwaitableTask(Generic[T_co]):
    """The part of `Task` that is for coroutines."""

    __slots__ = ()
    __class_getitem__ = classmethod(GenericAlias)  # type: ignore[var-annotated]

    if TYPE_CHECKING:
        state: TaskState
        _pool: TaskPool
        _result: Any

    def __await__(self) -> Generator[Any, None, T_co]:
        """Wait for the end, and return what the work returned or raise what it raised.

        It raises as `result` does, except for two kinds of errors, which become the cause of a
        RuntimeError. One that is not an ``Exception`` would end the event loop, or look like a
        cancellation of the coroutine that waits. StopIteration cannot leave a coroutine.

        When the coroutine is cancelled, the task goes on; see `wait_async`.
        """
        if self.state not in FINAL:
            pool = self._pool
            yield from pool.handles.wait_async(pool, self, None, False).__await__()
        if self.state == "completed":
            result: T_co = getattr(self, "_result", None)  # type: ignore[assignment]
            return result
        return _outcome(self)  # type: ignore[no-any-return]

    async def wait_async(self, timeout: float | None = None, *, cancel: bool = False) -> bool:
        """Wait for a final state at most ``timeout`` seconds, and tell whether it came.

        Args:
            cancel: whether the task is cancelled, as by `Task.cancel`, when the coroutine that
                waits is cancelled. It does not wait for the body of the task to stop.

        Raises:
            RuntimeError: no event loop of asyncio or trio runs here.
            WouldDeadlock: called from a task, and no worker would be left to run this one.
        """
        timeout, cancel = numbers.wait("timeout", timeout), arguments.flag("cancel", cancel)
        return await self._pool.handles.wait_async(self._pool, self, timeout, cancel)

    def future(self) -> Future[T_co]:
        """Return a future that ends as the task does, for libraries that need a future.

        Its ``cancel`` cancels a waiting task, and leaves a running task alone; the future of a
        cancelled task is cancelled. ``asyncio.wrap_future`` makes a future of asyncio of it, and
        cancelling that cancels this.
        """
        return self._pool.handles.future_of(self._pool, self)


def refuse_asyncio(callback: T) -> T:
    """Return a callback; TypeError if it is a function or a method of asyncio."""
    given: Any = callback
    kind = type(callback)
    if kind is MethodType:
        module = foreign.attribute(given.__func__, "__module__")
    elif kind is FunctionType:
        module = given.__module__
    elif issubclass(kind, BuiltinMethodType):  # those of its futures are, from 3.12 a class below
        module = type(given.__self__).__module__
    else:  # asyncio gives no other kind, and a batch gives the same to each of its tasks
        return callback
    if foreign.is_a(module, str) and module.startswith(("asyncio.", "_asyncio")):
        raise TypeError(
            "a callback of a task runs on the thread that ends it, where asyncio's own code must "
            "not run; await the task, as in asyncio.gather(task) or asyncio.wait_for(task, 5), and "
            "give asyncio.wait({…}) what asyncio.ensure_future(task) returns"
        )
    return callback


def _outcome(task: Any) -> Any:
    error = task.error
    if error is None or (
        foreign.is_a(error, Exception)
        and not foreign.is_a(error, StopIteration, StopAsyncIteration)
    ):
        return task.result(0)
    raise RuntimeError(
        f"task {task.number} ({task.name}) raised {foreign.kind_of(error)}, "
        "which would mean something else in a coroutine"
    ) from error
