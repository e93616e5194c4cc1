"""Life: starting a pool, pausing and resuming it, and changing how many workers it has."""

from __future__ import annotations

from chasqui import numbers
from chasqui.errors import PoolClosed
from chasqui.pool import forking
from chasqui.pool.freezing import locked_freeze, locked_rouse_all, locked_thaw
from chasqui.pool.staffing import staff
from chasqui.pool.state import State


def start(pool: State) -> None:
    """Start the workers; see `Pool.start`."""
    with pool.lock:
        pool.check_fork()
        if pool.started or pool.stopping:
            raise PoolClosed(f"pool {pool.name!r} cannot start: it is {pool.state}", pool=pool.name)
        pool.started = True
    forking.arm()  # in a child that was forked since the pool was made it is not in place
    fresh = staff(pool)
    if not pool.crew.workers:
        raise RuntimeError(f"pool {pool.name!r} could not start any of {len(fresh)} workers")


def pause(pool: State) -> None:
    """Start no more tasks."""
    with pool.lock:
        pool.check_open("pause")
        pool.paused = True
        # When this returns nothing starts any more: what was about to has done so.
        locked_freeze(pool)
        locked_thaw(pool)


def resume(pool: State) -> None:
    """Start tasks again."""
    with pool.lock:
        pool.check_open("resume")
        pool.paused = False
        locked_rouse_all(pool)


def resize(pool: State, workers: int) -> None:
    """Set the number of workers; surplus ones stop once their task has ended."""
    workers = numbers.workers("workers", workers)
    with pool.lock:
        pool.check_open("resize")
        pool.crew.wanted = workers
        pool.crew.retire_surplus()
        locked_rouse_all(pool)
    if pool.started:
        staff(pool)
