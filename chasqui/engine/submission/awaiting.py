"""Awaiting: the method of an engine that takes work from a coroutine, as `SubmissionAPI` has it.

Its overloads are those of `chasqui.engine.submission.accepting.submit`.
"""

from __future__ import annotations

from collections.abc import Coroutine, Mapping
from typing import Any, TypeVar, Unpack, overload

from chasqui.engine.submission.accepting import Accepts
from chasqui.engine.submission.keywords import SubmitKeywords
from chasqui.engine.types.task_type import TaskType, TypedWork
from chasqui.pool.task import Task
from chasqui.pool.work import Executes

T = TypeVar("T")


@overload
async def submit_async(
    self: Accepts, work: TypedWork[T], /, **options: Unpack[SubmitKeywords]
) -> Task[T]: ...
@overload
async def submit_async(
    self: Accepts, work: Executes[Coroutine[Any, Any, T]], /, **options: Unpack[SubmitKeywords]
) -> Task[T]: ...
@overload
async def submit_async(
    self: Accepts, work: Executes[T], /, **options: Unpack[SubmitKeywords]
) -> Task[T]: ...
@overload
async def submit_async(
    self: Accepts,
    type: TaskType[..., T],
    params: Mapping[str, Any] | None = None,
    **options: Unpack[SubmitKeywords],
) -> Task[T]: ...
@overload
async def submit_async(
    self: Accepts,
    type: str,
    params: Mapping[str, Any] | None = None,
    **options: Unpack[SubmitKeywords],
) -> Task: ...
async def submit_async(
    self: Accepts,
    type: str | TaskType | Executes[Any],
    params: Mapping[str, Any] | None = None,
    **options: Unpack[SubmitKeywords],
) -> Task:
    """Accept a task as `submit` does, without blocking the event loop while it waits for room.

    A coroutine that is cancelled while it waits has submitted nothing.

    Args:
        timeout: how long it may wait for room; the other options are as for `submit`.

    Raises:
        RuntimeError: there is no room, and no event loop of asyncio or trio runs here.
        UnknownType, InvalidParameters, UnknownPool: as `submit`.
        BacklogFull, PoolClosed, WouldDeadlock: as `Pool.submit`.
    """
    return await self._parts.submitter.submit_async(type, params, **options)
