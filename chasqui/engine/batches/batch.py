"""Batch: the handle of tasks that are watched, waited for and cancelled together.

It holds its tasks; its `Members` count their ends, and hold only those that have not ended. So a
batch whose handle was dropped is still followed up, while what has ended is not kept alive.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable
from types import GenericAlias
from typing import Any, TypeVar

from chasqui import numbers
from chasqui.engine.batches.members import BatchCounts, Members
from chasqui.errors import Cancelled, PoolClosed, WaitTimeout
from chasqui.generic import Generic, T_co
from chasqui.keywords import hinting
from chasqui.pool.task import Task

T = TypeVar("T")


@hinting
class Batch(Generic[T_co]):
    """The handle of tasks that were submitted together; made by `Engine.batch`.

    ``Batch[str]`` has tasks with a text as their result.

    Examples: `chasqui-tui help batches`, `engine` and `async`.
    """

    __slots__ = ("_members", "tasks")

    __class_getitem__ = classmethod(GenericAlias)  # type: ignore[var-annotated]

    def __init__(self, members: Members, tasks: Iterable[Task[T_co]]) -> None:
        self._members = members
        self.tasks = tuple(tasks)
        """In the order in which they were given."""

    @property
    def number(self) -> int:
        """Which batch of its engine it is, from 1."""
        return self._members.number

    @property
    def name(self) -> str:
        """The name that it was given."""
        return self._members.name

    @property
    def size(self) -> int:
        """How many tasks were submitted; fewer were accepted if the submission stopped early."""
        return self._members.size

    @property
    def counts(self) -> BatchCounts:
        """How many of its tasks are in which state, in one reading."""
        return self._members.counts()

    @property
    def progress(self) -> float:
        """The share of its tasks that are final, from 0 to 1."""
        counts = self._members.counts()
        return counts.ended / counts.total if counts.total else 1.0

    @property
    def done(self) -> bool:
        """Whether all its tasks are final, and the task that follows has been submitted."""
        return self._members.done

    @property
    def then(self) -> Task | None:
        """The task that follows, once it has been accepted."""
        return self._members.then

    @property
    def refused(self) -> str:
        """Why no task follows, although ``then`` was given."""
        return self._members.refused

    @property
    def failures(self) -> list[Task[T_co]]:
        """List the tasks that failed, in order."""
        return [task for task in self.tasks if task.state == "failed"]

    def results(self, timeout: float | None = None) -> list[T_co | BaseException]:
        """Wait for all, and return the results in order; for a failed task, its error.

        Raises:
            WaitTimeout: not all ended within ``timeout`` seconds.
            PoolClosed: a pool stopped and left some tasks in its backlog.
            WouldDeadlock: as `wait`.
        """
        if not self.wait(timeout):
            counts = self.counts
            if never := self._members.left():
                what = f"{never:,} of {counts.total:,} tasks of {self!r}"
                raise PoolClosed(f"{what} were left in the backlog of a stopped pool")
            left = counts.total - counts.ended
            text = f"{left:,} of {counts.total:,} tasks of {self!r} have not ended"
            raise WaitTimeout(text, timeout, left)
        return [_result(task) for task in self.tasks]

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until it is done, at most ``timeout`` seconds, and tell whether it is.

        Raises:
            WouldDeadlock: called from a task, and no worker would be left to run these tasks.
        """
        clock = self._members._clock
        timeout = numbers.wait("timeout", timeout)
        deadline = None if timeout is None else clock.monotonic() + timeout
        for task in self.tasks:
            if not task.wait(None if deadline is None else max(0.0, deadline - clock.monotonic())):
                return False
            self._members.ended(task)  # the worker that ended it may not have counted it yet
        return self._members.await_settled(deadline)

    async def wait_async(self, timeout: float | None = None) -> bool:
        """Wait as `wait` does, in a coroutine; when that is cancelled, the tasks go on."""
        clock = self._members._clock
        timeout = numbers.wait("timeout", timeout)
        deadline = None if timeout is None else clock.monotonic() + timeout
        for task in self.tasks:
            left = None if deadline is None else max(0.0, deadline - clock.monotonic())
            if not await task.wait_async(left):
                return False
            self._members.ended(task)  # as in `wait`
        return await self._members.settled(deadline)

    def __await__(self) -> Generator[Any, None, list[T_co | BaseException]]:
        """Wait for all, and return the results as `results` does."""
        yield from self.wait_async().__await__()
        return self.results(0)

    def cancel(self) -> int:
        """Cancel waiting tasks and ask running ones to stop; return how many tasks that were.

        Example: `chasqui-tui help engine`.
        """
        return self._members.cancel()

    def __repr__(self) -> str:
        name = f" {self.name}" if self.name else ""
        counts = self.counts
        return f"<Batch {self.number}{name}, {counts.ended:,} of {counts.total:,} tasks ended>"


def _result(task: Task[T]) -> T | BaseException:
    if task.state == "completed":
        return task.result()
    if (error := task.error) is not None:
        return error
    return Cancelled(f"task {task.number} ({task.name}) was cancelled")
