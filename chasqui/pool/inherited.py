"""Inherited pools: what a forked child makes of its copy of a pool, whose state is given here."""

from __future__ import annotations

import threading
from typing import Any

from chasqui.pool.bells import RoomCondition


def give_up(pool: Any) -> None:
    """Refuse all use from now on; but a pool that had done nothing yet is new here as well."""
    is_new = _locked_is_new(pool)
    pool.is_forked = pool.is_forked or not is_new
    pool.is_open = pool.is_open and is_new
    pool.lock = threading.RLock()  # the old one may be held by a thread that is not here
    pool.room = RoomCondition(pool.lock)
    pool.submitters.clear()
    if is_new:  # a rate that was set before the fork has started a thread, which is not here
        pool.timer = pool.timer.anew()
    for worker in pool.crew.workers:
        worker.held = True  # the one that forked, if one has, asks before it goes on


def _locked_is_new(pool: Any) -> bool:
    """Tell whether nothing has happened to this pool, in a child that has just been forked.

    While a thread holds the lock it may be in the middle of anything.
    """
    if pool.lock._is_owned() or not pool.lock.acquire(blocking=False):
        return False
    used = pool.started or pool.stopping or pool.stopped or pool.accepted
    return not (used or pool.is_forked or pool.reserved or pool.submitters)
