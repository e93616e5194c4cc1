"""Accepting: the methods of an engine that take work, as `SubmissionAPI` has them.

Type checkers take the first overload that fits. A typed work comes first, since its result is that
of its function even if that is a coroutine function; other works whose `execute` returns a
coroutine come before those that return the result itself. A name that is known at run time only
says nothing about the result.
"""

from __future__ import annotations

from collections.abc import Coroutine, Iterable, Mapping
from typing import Any, ParamSpec, Protocol, TypeVar, Unpack, overload

from chasqui.engine.parts import Parts
from chasqui.engine.submission.keywords import (
    BatchKeywords,
    SubmitKeywords,
    TryKeywords,
)
from chasqui.engine.types.task_type import TaskType, TypedWork
from chasqui.pool.task import Task
from chasqui.pool.work import Executes

P = ParamSpec("P")
T = TypeVar("T")


class Accepts(Protocol):
    """An engine, as these methods see it."""

    _parts: Parts

    def _submit_plain(
        self, type: str | TaskType | Executes[Any], params: Mapping[str, Any] | None = None, /
    ) -> Task: ...


def call(self: Accepts, type: TaskType[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Task[T]:
    """Accept a call of a task type, waiting for room as long as it takes.

    All arguments are those of its function, without the context: ``engine.call(add, 1, b=2)``.
    For options beside them submit a work: ``engine.submit(add.work(1, b=2), delay=5)``.

    Raises:
        TypeError: it is not a task type.
        InvalidParameters: with every wrong argument.
        BacklogFull, PoolClosed, WouldDeadlock: as `Pool.submit`.
    """
    return self._parts.submitter.call(type, args, kwargs)


@overload
def submit(self: Accepts, work: TypedWork[T], /, **options: Unpack[SubmitKeywords]) -> Task[T]: ...
@overload
def submit(
    self: Accepts, work: Executes[Coroutine[Any, Any, T]], /, **options: Unpack[SubmitKeywords]
) -> Task[T]: ...
@overload
def submit(self: Accepts, work: Executes[T], /, **options: Unpack[SubmitKeywords]) -> Task[T]: ...
@overload
def submit(
    self: Accepts,
    type: TaskType[..., T],
    params: Mapping[str, Any] | None = None,
    **options: Unpack[SubmitKeywords],
) -> Task[T]: ...
@overload
def submit(
    self: Accepts,
    type: str,
    params: Mapping[str, Any] | None = None,
    **options: Unpack[SubmitKeywords],
) -> Task: ...
def submit(
    self: Accepts,
    type: str | TaskType | Executes[Any],
    params: Mapping[str, Any] | None = None,
    **options: Unpack[SubmitKeywords],
) -> Task:
    """Accept a task, waiting for room at most ``timeout`` seconds (None: for ever).

    Args:
        timeout: how long it may wait for room.
        delay: seconds before it may start.
        at: the moment before which it does not start; without a zone, in local time. The wait
            for it is measured when it is submitted: see `chasqui-tui help retries`.
        key: while a task with this key waits or runs, that task is returned instead, and
            counts the submission in `Task.submissions`.
        debounce: seconds before it may start, counted from the last submission of its ``key``.
            Until then, a later submission replaces the parameters of the waiting task, moves its
            start, and returns it. After that, a submission makes a new task.
        cooldown: for how many seconds after the task has completed a submission of its ``key``
            still returns it. If it fails or is cancelled, the key is free at once.
        durable: False has a journal not keep the task, which is lost if the process dies. A
            work without a task type needs it where the engine has a journal. Without a journal
            it has no effect.
        priority, time_limit, retry, expires, pool: as in `task`; they override those of its
            type and of the config.

    Raises:
        UnknownType: no type has this name.
        InvalidParameters: with every wrong parameter.
        UnknownPool: the pool that should run it does not exist.
        BacklogFull, PoolClosed, WouldDeadlock: as `Pool.submit`.
        JournalUnavailable: the journal cannot be written; the task was not accepted.
    """
    if not options:
        return self._submit_plain(type, params)
    return self._parts.submitter.submit(type, params, **options)


@overload
def try_submit(self: Accepts, work: TypedWork[T], /, **options: Unpack[TryKeywords]) -> Task[T]: ...
@overload
def try_submit(
    self: Accepts, work: Executes[Coroutine[Any, Any, T]], /, **options: Unpack[TryKeywords]
) -> Task[T]: ...
@overload
def try_submit(self: Accepts, work: Executes[T], /, **options: Unpack[TryKeywords]) -> Task[T]: ...
@overload
def try_submit(
    self: Accepts,
    type: TaskType[..., T],
    params: Mapping[str, Any] | None = None,
    **options: Unpack[TryKeywords],
) -> Task[T]: ...
@overload
def try_submit(
    self: Accepts,
    type: str,
    params: Mapping[str, Any] | None = None,
    **options: Unpack[TryKeywords],
) -> Task: ...
def try_submit(
    self: Accepts,
    type: str | TaskType | Executes[Any],
    params: Mapping[str, Any] | None = None,
    **options: Unpack[TryKeywords],
) -> Task:
    """Accept a task now, or raise BacklogFull at once; otherwise as `submit`."""
    return self._parts.submitter.try_submit(type, params, **options)


@overload
def submit_batch(
    self: Accepts,
    type: TaskType[..., T],
    many: Iterable[Mapping[str, Any]],
    **options: Unpack[BatchKeywords],
) -> list[Task[T]]: ...
@overload
def submit_batch(
    self: Accepts, type: str, many: Iterable[Mapping[str, Any]], **options: Unpack[BatchKeywords]
) -> list[Task]: ...
def submit_batch(
    self: Accepts,
    type: str | TaskType,
    many: Iterable[Mapping[str, Any]],
    **options: Unpack[BatchKeywords],
) -> list[Task]:
    """Accept many tasks of one type; all are validated before the first is accepted.

    Raises:
        TypeError, InvalidParameters: some of ``many`` are wrong; each is named.
        JournalUnavailable: it stopped early; ``accepted`` holds the tasks that got in.
    """
    return self._parts.submitter.submit_batch(type, many, **options)
