"""Completion: waiting for the first, the next or all of many tasks, in a thread or a coroutine.

The tasks may belong to several pools and engines. A task that its pool left in the backlog when it
stopped is over too: `as_completed` yields it, and its `result` raises PoolClosed.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator
from typing import Any, Final, Generic, Literal, NamedTuple, TypeVar

from chasqui import foreign, numbers
from chasqui.pool.ends import Ends
from chasqui.pool.task import Task
from chasqui.pool.work import checked, first_few, iterable

T = TypeVar("T")

Until = Literal["ALL_COMPLETED", "FIRST_COMPLETED", "FIRST_EXCEPTION"]
UNTIL: Final = ("ALL_COMPLETED", "FIRST_COMPLETED", "FIRST_EXCEPTION")


class Waited(NamedTuple, Generic[T]):
    """What a wait for many tasks has found; both lists are in the order of the tasks.

    Examples: `chasqui-tui help async`.
    """

    done: list[Task[T]]
    """The tasks that are final."""
    not_done: list[Task[T]]
    """The others."""


class AsCompleted(Generic[T]):
    """The iterator of `as_completed`. Only one loop may use it at a time.

    Examples: `chasqui-tui help async`.
    """

    def __init__(self, ends: Ends[T]) -> None:
        self._ends = ends

    def __iter__(self) -> Iterator[Task[T]]:
        return self

    def __next__(self) -> Task[T]:
        """Wait for the next task; a coroutine uses ``async for``, so that its loop goes on.

        Raises:
            WaitTimeout: not all ended in time.
            WouldDeadlock: called from a task, and no worker would be left to run any of these.
        """
        while self._ends.left:
            if (task := self._ends.take()) is not None:
                return task
            if self._ends.is_late():
                raise self._ends.too_late()
            self._ends.sleep()
        raise StopIteration

    def __aiter__(self) -> AsyncIterator[Task[T]]:
        return self

    async def __anext__(self) -> Task[T]:
        """Wait for the next task; raises as `__next__`."""
        while self._ends.left:
            if (task := self._ends.take()) is not None:
                return task
            if self._ends.is_late():
                raise self._ends.too_late()
            await self._ends.sleep_async()
        raise StopAsyncIteration

    def __del__(self) -> None:
        # A loop that was left early must leave nothing with the tasks that still run.
        self._ends.close()


def as_completed(tasks: Iterable[Task[T]], *, timeout: float | None = None) -> AsCompleted[T]:
    """Yield each task as soon as it is final, in a ``for`` or an ``async for`` loop.

    Tasks that are final already come first, and a task that is given twice comes once. A dict with
    tasks as keys may be given too. Cancelling the coroutine that iterates cancels no task.

    Examples: `chasqui-tui help async`.

    Args:
        timeout: how many seconds all of it may take, from this call on (None: for ever).

    Raises:
        TypeError: some are no tasks; each is named.
        WaitTimeout: not all ended in time; raised by the wait for the next task.
        WouldDeadlock: called from a task, and no worker would be left to run any of these.
    """
    return AsCompleted(Ends(_tasks(tasks), numbers.wait("timeout", timeout)))


def wait(
    tasks: Iterable[Task[T]],
    *,
    timeout: float | None = None,
    return_when: Until = "ALL_COMPLETED",
) -> Waited[T]:
    """Wait for tasks at most ``timeout`` seconds, and return which are done and which are not.

    Examples: `chasqui-tui help async`.

    Args:
        return_when: as for `concurrent.futures.wait`, whose constants may be given: when all are
            final, at the first that is, or at the first that has failed.

    Raises:
        TypeError: some are no tasks; each is named.
        WouldDeadlock: called from a task, and no worker would be left to run any of these.
    """
    many, until = _tasks(tasks), _until(return_when)
    ends = Ends(many, numbers.wait("timeout", timeout))
    try:
        while not _has_come(ends, until) and not ends.is_late():
            ends.sleep()
    finally:
        ends.close()
    return _found(many)


async def wait_async(
    tasks: Iterable[Task[T]],
    *,
    timeout: float | None = None,
    return_when: Until = "ALL_COMPLETED",
) -> Waited[T]:
    """Wait as `wait` does, in a coroutine; when that is cancelled, the tasks go on.

    For example ``done, not_done = await chasqui.wait_async(tasks, timeout=10)``.
    Examples: `chasqui-tui help async`.
    """
    many, until = _tasks(tasks), _until(return_when)
    ends = Ends(many, numbers.wait("timeout", timeout))
    try:
        while not _has_come(ends, until) and not ends.is_late():
            await ends.sleep_async()
    finally:
        ends.close()
    return _found(many)


def _has_come(ends: Ends[Any], until: Until) -> bool:
    """Take what has ended, and tell whether that is enough."""
    while (task := ends.take()) is not None:
        if until == "FIRST_COMPLETED" or (until == "FIRST_EXCEPTION" and task.state == "failed"):
            return True
    return not ends.left


def _found(tasks: Iterable[Task[T]]) -> Waited[T]:
    found: Waited[T] = Waited([], [])
    for task in tasks:
        (found.done if task.done else found.not_done).append(task)
    return found


def _until(return_when: Until) -> Until:
    if return_when not in UNTIL:
        raise ValueError(
            f"return_when must be {', '.join(UNTIL[:-1])} or {UNTIL[-1]}, "
            f"got {numbers.shown(return_when)}"
        )
    return return_when


def _tasks(tasks: Iterable[Task[T]]) -> list[Task[T]]:
    """Return tasks without those that are given twice."""
    if foreign.is_mapping(tasks):  # such as of each task to what it was made of
        tasks = list(tasks)
    many = checked("tasks", iterable("tasks", tasks, "a list of tasks"), _task, _no_tasks)
    return list(dict.fromkeys(many))


def _no_tasks(refused: list[str]) -> TypeError:
    return TypeError(first_few(refused))


def _task(task: Task[T]) -> Task[T]:
    if not foreign.is_a(task, Task):
        raise TypeError(f"a Task is needed, got {numbers.shown(task)}")
    return task
