"""Futures that follow a task: `Task.future`, for what takes a future of `concurrent.futures`."""

from __future__ import annotations

from concurrent.futures import Future
from concurrent.futures._base import CANCELLED_AND_NOTIFIED, FINISHED
from typing import Any, TypeVar

from chasqui import foreign
from chasqui.errors import PoolClosed
from chasqui.pool.futures import PoolFuture
from chasqui.pool.state import State
from chasqui.pool.states import FINAL
from chasqui.pool.task import Task
from chasqui.pool.waiters import is_over, leave_call

T = TypeVar("T")


def future_of(pool: State, task: Task[T]) -> Future[T]:
    """Return a future that ends as a task does; see `Task.future`."""
    future: TaskFuture[T] = TaskFuture({})
    future._task = task
    leave_call(pool, task, future, future.look)
    future.look(task)
    return future


class TaskFuture(PoolFuture[T]):
    """A future of a task that was submitted by itself."""

    def running(self) -> bool:
        """Tell whether the body of the task runs."""
        task = self._task
        return task is not None and task.state == "running"

    def cancel(self) -> bool:
        """Cancel the task if it waits, and tell whether it is cancelled."""
        task = self._task
        if task is not None and not self.done():
            task._pool.handles.withdraw(task._pool, task)
            self.look(task)  # another thread may be about to, which has cancelled it
        return self._state == CANCELLED_AND_NOTIFIED

    def look(self, task: Task[T]) -> None:
        """End if the task has ended, or was left; any thread, any number of times."""
        pool: Any = task._pool
        if not is_over(pool, task):
            return
        claims, mine = self._claims, object()
        claims.append(mine)
        if claims[0] is not mine:
            return
        if task.state == "cancelled":
            self._end(CANCELLED_AND_NOTIFIED)
            return
        self._result, self._exception = getattr(task, "_result", None), _error_of(task)
        self._end(FINISHED)


def _error_of(task: Task[Any]) -> BaseException | None:
    if task.state not in FINAL:
        return PoolClosed(f"task {task.number} was left in the backlog of a stopped pool")
    error = task.error
    if error is not None and foreign.is_a(error, StopIteration):
        # asyncio cannot pass it on, and a future of its own would never end.
        text = f"task {task.number} ({task.name}) raised StopIteration"
        told = RuntimeError(text)
        told.__cause__ = error
        return told
    return error
