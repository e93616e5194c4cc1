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
from chasqui.pool import bells, deadlock
from chasqui.pool.ahead import locked_count
from chasqui.pool.gate import Gate, enough
from chasqui.pool.locks import Condition
from chasqui.pool.own_wait import Wait
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
            queued=locked_count(pool),
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


def locked_room(pool: State) -> int:
    """How many more may be queued now, older tasks included; less than 1: none."""
    return locked_size(pool) - locked_count(pool) - len(pool.reserved)


def locked_free(pool: State) -> int:
    """How many more a submitter may put in now; less than 1: none. See `chasqui.pool.gate`."""
    gate = pool.gate
    if gate is not None and gate.waiting > 0 and deadlock.current(pool) is None:
        return 0
    return locked_room(pool)


def locked_await_room(pool: State, deadline: float | None) -> None:
    if pool.is_open and locked_free(pool) > 0:
        return
    me = next(bells.numbers)
    try:
        _locked_stay(pool, me, deadline)
    except BaseException:
        pool.submitters.pop(me, None)
        pool.room_wanted = bool(pool.submitters) or (
            pool.gate is not None and pool.gate.waiting > 0
        )
        if pool.submitters and locked_free(pool) > 0:
            pool.room.notify()  # another may still use the room that this one was woken for
        raise
    # The worker that takes the task that comes in now wakes the next.
    pool.submitters.pop(me, None)
    pool.room_wanted = bool(pool.submitters) or (pool.gate is not None and pool.gate.waiting > 0)


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


def _locked_stay(pool: State, me: int, deadline: float | None) -> None:
    again, wait = None, wait_for_room(pool, deadline)
    while not locked_find_room(pool, me, deadline):
        pool.room.again, again = again, me
        locked_sleep_on(pool, pool.room, wait)


def locked_find_room(pool: State, me: object, deadline: float | None) -> bool:
    """Tell whether there is room; else have a submitter counted among those that wait.

    Raises:
        BacklogFull: the deadline has come.
        PoolClosed: the pool accepts no more.
    """
    pool.check_fork()
    if not pool.is_open:
        raise pool.closed()
    pool.room_wanted = True  # before the look at the room, or a worker may not tell of it
    if locked_free(pool) > 0:
        pool.fullness.left(pool.monotonic())
        return True
    if pool.idle and not pool.waking:
        wake(pool)  # for what this batch has put in already
    pool.fullness.found(pool.monotonic(), others_wait=bool(pool.submitters))
    if deadline is not None and pool.monotonic() >= deadline:
        raise full(pool)
    if me not in pool.submitters:
        pool.submitters[me] = _blocked_here(pool)
    return False


def wait_for_room(pool: State, deadline: float | None) -> Wait:
    """Return the wait for room, as it is if the waiter is a task of this very pool."""

    def is_over() -> bool:
        return not pool.is_open or locked_free(pool) > 0

    return Wait(f"its own full pool {pool.name!r}", deadline, is_over)


def check(pool: State, count: int) -> None:
    """Refuse so many tasks if they would have to wait for room as things are.

    Raises:
        BacklogFull, PoolClosed: counted as rejected submissions.
    """
    count = numbers.count("count", count)
    with pool.lock:
        pool.check_fork()
        free = locked_free(pool)
        if pool.is_open and free >= count:
            return
        pool.rejected += count
        raise full(pool, free, count) if pool.is_open else pool.closed()


def full(pool: State, free: int = 0, count: int = 1) -> BacklogFull:
    """Make the error that says what room is left, how much waits, and what helps.

    Args:
        free: how many could be put in.
        count: how many were to be put in.
    """
    helps = "wait, or raise queue_size or workers"
    if not pool.queue_size:
        helps = "with queue_size=0 it accepts only what an idle worker takes at once"
    waiting = locked_count(pool)
    state = "full" if free < 1 else f"too full for {count:,}, with room for {free:,}"
    text = f"task queue is {state}: pool {pool.name}, {waiting:,} waiting; {helps}"
    if pool.gate is not None and (older := pool.gate.waiting) > 0:
        waiting += older
        text = (
            f"task queue is full: in pool {pool.name} {older:,} older tasks come first, which wait "
            "in the journal for room; wait, or raise queue_size or workers"
        )
    return BacklogFull(text, pool=pool.name, waiting=waiting)


def _blocked_here(pool: State) -> Blocked:
    name = threading.current_thread().name
    return Blocked(name, _call_site(), pool.epoch + pool.monotonic())


def give_room(pool: State) -> None:
    """Wake those who wait for the room that a worker has made, on its thread."""
    with pool.lock:
        gate = locked_give_room(pool)
    if gate is not None:
        gate.wake()


def locked_give_room(pool: State) -> Gate | None:
    """Wake submitters, or return the gate to be woken if the room is that of older tasks.

    It is right at any time: those who are woken in vain wait on.
    """
    gate = pool.gate
    if gate is None or gate.waiting <= 0:
        free = locked_free(pool)
        if free < pool.room.least() > 1:
            return None  # the flag stays up, and the next start comes here again
        pool.room_wanted = False
        pool.room.notify(max(1, free))
        return None
    if pool.submitters:
        pool.room.notify_all()  # those that are tasks of this pool may go in now
    if locked_room(pool) < enough(pool.queue_size):
        return None  # as above
    pool.room_wanted = False
    return gate


def locked_sleep_on(pool: State, condition: Condition, wait: Wait) -> None:
    """Wait once, unless this is a worker and no other would be left to end the wait."""
    here = deadlock.current(pool)
    if here is not None:
        deadlock.refuse_if_last(here, pool.crew.workers, wait, pool.paused, pool.monotonic())
        here.waits.append(wait)
    try:
        pool.turn = None  # others may do anything meanwhile; see `chasqui.pool.commits`
        pool.clock.wait(condition, wait.deadline)
    finally:
        if here is not None:
            here.waits.remove(wait)


def _call_site() -> str:
    frame = sys._getframe(1)
    while frame.f_back is not None and frame.f_globals.get("__name__", "").startswith(OWN):
        frame = frame.f_back
    return f"{frame.f_code.co_filename}:{frame.f_lineno}"
