"""Room: how submitters wait for it, and what wakes them.

A submitter that waits for room is notified by a worker that took a task, and by no more than a
single worker: the flag ``room_wanted`` comes down with the notification, and goes up again when
that submitter has put a task in and others still wait. So a single submitter is on its way at a
time, and it fills all the room that workers have made meanwhile before the next submitter wakes.
"""

from __future__ import annotations

import math
import sys
import threading
from collections.abc import Sequence
from typing import Final

from chasqui import numbers
from chasqui.errors import BacklogFull, PoolClosed, WouldDeadlock
from chasqui.pool import deadlock
from chasqui.pool.locks import Condition
from chasqui.pool.state import State
from chasqui.pool.submitters import Blocked
from chasqui.pool.task import Task
from chasqui.pool.waking import wake

OWN: Final = "chasqui."  # modules whose frames are not the submitter's own
OFFERED: Final = -math.inf
"""The deadline of an offer: it does not wait, and what finds no room is not counted as rejected."""


def blocked(pool: State) -> tuple[Blocked, ...]:
    """List the submitters that wait for room, longest first."""
    with pool.lock:
        pool.check_fork()
        return tuple(pool.submitters.values())


def full_for(pool: State) -> float:
    """Return for how many seconds submissions have found no room, one or the other."""
    with pool.lock:
        return pool.fullness.seconds(
            pool.monotonic(),
            queued=len(pool.queued),
            size=pool.queue_size,
            waits=bool(pool.submitters),
        )


def await_room(pool: State, timeout: float | None = None) -> None:
    """Wait until the backlog has room, which another submitter may fill at once.

    Raises:
        BacklogFull, PoolClosed, WouldDeadlock: as `submit`; a submission is counted as refused.
    """
    timeout = numbers.wait("timeout", timeout)
    with pool.lock:
        deadline = None if timeout is None else pool.monotonic() + timeout
        try:
            locked_await_room(pool, deadline)
        except (BacklogFull, PoolClosed, WouldDeadlock):
            pool.rejected += 1
            raise


def locked_size(pool: State) -> int:
    """How many may be queued; without a backlog, as many as there are workers to take them."""
    return pool.queue_size or len(pool.idle)


def locked_free(pool: State) -> int:
    """How many more may be queued now; less than 1: none."""
    return locked_size(pool) - len(pool.queued) - len(pool.reserved)


def locked_await_room(pool: State, deadline: float | None) -> None:
    if pool.is_open and locked_free(pool) > 0:
        return
    me = object()
    try:
        _locked_stay(pool, me, deadline)
    except BaseException:
        pool.submitters.pop(me, None)
        pool.room_wanted = bool(pool.submitters)
        if pool.submitters:
            pool.room.notify()  # another may still use the room that this one was woken for
        raise
    # The worker that takes the task that comes in now wakes the next.
    pool.submitters.pop(me, None)
    pool.room_wanted = bool(pool.submitters)


def locked_await_room_for(
    pool: State, tasks: Sequence[Task], done: int, deadline: float | None
) -> None:
    """Wait for room for the tasks from ``done`` on, and count them as rejected if none comes.

    Those of an offer are not counted: their submitter keeps them, and asks again.
    """
    try:
        locked_await_room(pool, deadline)
    except (BacklogFull, PoolClosed, WouldDeadlock) as error:
        if deadline != OFFERED:
            pool.rejected += len(tasks) - done
        error.accepted = tuple(tasks[:done])
        raise


def _locked_stay(pool: State, me: object, deadline: float | None) -> None:
    while True:
        pool.check_fork()
        if not pool.is_open:
            raise PoolClosed(f"pool {pool.name!r} is {pool.state} and accepts no more work")
        pool.room_wanted = True  # before the look at the room, or a worker may not tell of it
        if locked_free(pool) > 0:
            pool.fullness.left(pool.monotonic())
            return
        if pool.idle and not pool.waking:
            wake(pool)  # for what this batch has put in already
        pool.fullness.found(pool.monotonic(), others_wait=bool(pool.submitters))
        if deadline is not None and pool.monotonic() >= deadline:
            raise BacklogFull(full_text(pool))
        if me not in pool.submitters:
            pool.submitters[me] = _blocked_here(pool)
        locked_sleep_on(pool, pool.room, deadline, f"its own full pool {pool.name!r}")


def full_text(pool: State) -> str:
    """Say that no room is left, how much waits, and what helps."""
    helps = "wait, or raise queue_size or workers"
    if not pool.queue_size:
        helps = "with queue_size=0 it accepts only what an idle worker takes at once"
    return f"task queue is full: pool {pool.name}, {len(pool.queued):,} waiting; {helps}"


def _blocked_here(pool: State) -> Blocked:
    name = threading.current_thread().name
    return Blocked(name, _call_site(), pool.epoch + pool.monotonic())


def give_room(pool: State) -> None:
    """Wake submitters for the room that a worker has made, on its thread."""
    with pool.lock:
        pool.room_wanted = False
        pool.room.notify(max(1, locked_free(pool)))


def locked_sleep_on(
    pool: State,
    condition: Condition,
    deadline: float | None,
    what: str,
    awaited: Task | None = None,
) -> None:
    """Wait once, unless this is a worker and no other would be left to end the wait."""
    here = deadlock.current(pool)
    if here is not None:
        deadlock.refuse_if_last(here, pool.crew.workers, what, pool.paused, awaited)
        here.blocked = True
    try:
        pool.turn = None  # others may do anything meanwhile; see `chasqui.pool.commits`
        pool.clock.wait(condition, deadline)
    finally:
        if here is not None:
            here.blocked = False


def _call_site() -> str:
    frame = sys._getframe(1)
    while frame.f_back is not None and frame.f_globals.get("__name__", "").startswith(OWN):
        frame = frame.f_back
    return f"{frame.f_code.co_filename}:{frame.f_lineno}"
