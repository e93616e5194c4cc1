"""Awaiting room: how a coroutine submits to a full backlog without blocking its event loop.

It stands in the same line as the threads that wait for room, and is called when its turn comes; see
`chasqui.pool.room`. Then it offers its work again, on its own loop. No await comes between the
acceptance and the return. So a coroutine that is cancelled while it waits has submitted nothing.

Its loop may be busy, or may never run again, while its turn is used up. So each coroutine in the
line looks for room from time to time as well, as threads do.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any, Final, TypeVar, overload

from chasqui import numbers
from chasqui.errors import BacklogFull, PoolClosed, WouldDeadlock
from chasqui.pool import clock, deadlock
from chasqui.pool.awaiting import block, unblock
from chasqui.pool.bells import Place
from chasqui.pool.event_loops import LoopBell, bell_here
from chasqui.pool.intake import NORMAL, submit
from chasqui.pool.lane import Lane
from chasqui.pool.own_wait import Wait
from chasqui.pool.refusals import refused_arguments
from chasqui.pool.room import OFFERED, locked_find_room, locked_free, wait_for_room
from chasqui.pool.state import Holder, State
from chasqui.pool.task import Task
from chasqui.pool.work import Executes

T = TypeVar("T")

LOOKS_PER_SECOND: Final = 1000
"""How often all that stand in a line look together, at most; each look takes some 20 us."""


@overload
async def submit_async(
    self: Holder,
    work: Executes[Coroutine[Any, Any, T]],
    *,
    priority: int = ...,
    timeout: float | None = ...,
    time_limit: float | None = ...,
    lane: Lane | None = ...,
) -> Task[T]: ...
@overload
async def submit_async(
    self: Holder,
    work: Executes[T],
    *,
    priority: int = ...,
    timeout: float | None = ...,
    time_limit: float | None = ...,
    lane: Lane | None = ...,
) -> Task[T]: ...
async def submit_async(
    self: Holder,
    work: Executes[Any],
    *more: object,
    priority: int = NORMAL,
    timeout: float | None = None,
    time_limit: float | None = None,
    lane: Lane | None = None,
    **unknown: object,
) -> Task:
    """Accept one piece of work as `submit` does, without blocking the event loop.

    While the backlog is full, the coroutine waits for room, at most ``timeout`` seconds (None: for
    ever). Threads and coroutines that wait are called in the order in which they came. A coroutine
    that is cancelled while it waits has submitted nothing.

    Examples: `chasqui-tui help async`.

    Raises:
        RuntimeError: there is no room, and no event loop of asyncio or trio runs here.
        BacklogFull, PoolClosed, WouldDeadlock, TypeError, ValueError: as `submit`.
    """
    pool = self._state
    if unknown or more:
        raise refused_arguments("Pool.submit_async", work, more, unknown)
    timeout = numbers.wait("timeout", timeout)

    def offer() -> Task | None:
        try:
            return submit(
                self, work, priority=priority, timeout=OFFERED, time_limit=time_limit, lane=lane
            )
        except BacklogFull:
            return None

    return await accepted(pool, offer, timeout)


async def accepted(
    pool: State, offer: Callable[[], Task[T] | None], timeout: float | None
) -> Task[T]:
    """Return the task that an offer has accepted, offering again whenever there may be room.

    Args:
        offer: accepts the task without waiting; returns None if there is no room.
        timeout: how many seconds to wait for room; None: as long as it takes.

    Raises:
        BacklogFull, PoolClosed, WouldDeadlock: as `Pool.submit`.
    """
    try:
        task = offer()
        if task is None:
            task = await _wait_and_submit(pool, offer, timeout)
        return task
    except (BacklogFull, PoolClosed, WouldDeadlock):
        with pool.lock:
            pool.rejected += 1
        raise


async def _wait_and_submit(
    pool: State, offer: Callable[[], Task[T] | None], timeout: float | None
) -> Task[T]:
    bell = bell_here()
    place = Place(bell.ring)
    deadline = None if timeout is None else pool.monotonic() + timeout
    wait = wait_for_room(pool, deadline)
    try:
        while True:
            while not _finds_room(pool, place, deadline):
                await _stand(pool, bell, wait)
            task = offer()
            if task is not None:  # else another submitter was quicker
                return task
    finally:
        place.stands = False  # first, and no call; see `chasqui.pool.locks`
        with pool.lock:
            pool.submitters.pop(place, None)
            pool.room_wanted = bool(pool.submitters) or (
                pool.gate is not None and pool.gate.waiting > 0
            )
            pool.room.tidy()
            if pool.submitters and (free := locked_free(pool)) > 0:
                pool.room.notify(min(2, free))  # which call others in turn, for what is left


async def _stand(pool: State, bell: LoopBell, wait: Wait) -> None:
    """Wait until this coroutine is called, or should look by itself."""
    look = clock.LOOK_SECONDS + len(pool.submitters) / LOOKS_PER_SECOND
    if wait.deadline is not None:
        look = min(look, max(0.0, wait.deadline - pool.monotonic()))
    here = deadlock.current(pool)
    if here is None:
        await bell.wait(look)
        return
    block(pool, here, wait)
    try:
        await bell.wait(look)
    finally:
        unblock(pool, here, wait)


def _finds_room(pool: State, place: Place, deadline: float | None) -> bool:
    with pool.lock:
        room = locked_find_room(pool, place, deadline)
        if not room:
            pool.room.line_up(place)
        return room
