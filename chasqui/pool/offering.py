"""Offering: how a submitter that must not wait hands in what there is room for, and waits for more.

It offers its works (`offered` of `chasqui.pool.submission` and `intake`), and keeps those that did
not get in. Then it calls `stand_by`: the bell rings when it is worth offering again. Meanwhile it
counts as a submitter that waits, so a full backlog is diagnosed as if it slept here.
"""

from __future__ import annotations

from chasqui.pool.bells import Bell
from chasqui.pool.room import locked_free
from chasqui.pool.state import State
from chasqui.pool.submitters import Blocked
from chasqui.pool.waking import wake


def room_in(pool: State) -> int:
    """How many more works there is room for now; less than 1: for none."""
    with pool.lock:
        return locked_free(pool)


def stand_by(pool: State, me: object, bell: Bell, name: str, *, enough: int = 1) -> bool:
    """Wait for room without sleeping; tell whether an offer is worth it at once.

    It is if there is room, or if the pool takes no more work. Otherwise the bell rings when that
    may have changed; then call this again, or `step_back`.

    Args:
        me: stands for this submitter, until it steps back.
        name: of the submitter, for people.
        enough: how many places must be free before workers ring, unless another submitter waits.
            With many works to come, a wake-up for each costs more than the submissions.
    """
    with pool.lock:
        return _locked_stand_by(pool, me, bell, name, enough)


def step_back(pool: State, me: object) -> None:
    """Wait no longer for room; without effect if it did not wait."""
    with pool.lock:
        _locked_step_back(pool, me)


def _locked_stand_by(pool: State, me: object, bell: Bell, name: str, enough: int) -> bool:
    pool.check_fork()
    if not pool.is_open:
        return True
    pool.room_wanted = True  # before the look at the room, or a worker may not tell of it
    if locked_free(pool) >= enough:
        return True
    if pool.idle and not pool.waking:
        wake(pool)  # for what this submitter has put in already
    now = pool.monotonic()
    pool.fullness.found(now, others_wait=bool(pool.submitters))
    if me not in pool.submitters:
        pool.submitters[me] = Blocked(name, "", pool.epoch + now)
    pool.room.bells[me] = bell
    pool.room.enough[me] = enough
    return False


def _locked_step_back(pool: State, me: object) -> None:
    pool.room.bells.pop(me, None)
    pool.room.enough.pop(me, None)
    if pool.submitters.pop(me, None) is None:
        return
    pool.fullness.left(pool.monotonic())
    pool.room_wanted = bool(pool.submitters) or (pool.gate is not None and pool.gate.waiting > 0)
    if pool.submitters:
        pool.room.notify()  # another may still use the room that this one was told of
