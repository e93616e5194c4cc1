"""Life: starting a pool, pausing and resuming it, and changing how many workers it has."""

from __future__ import annotations

from chasqui import numbers
from chasqui.errors import PoolClosed
from chasqui.pool import forking, loading
from chasqui.pool.freezing import locked_freeze, locked_rouse_all, locked_thaw
from chasqui.pool.room import locked_give_room
from chasqui.pool.staffing import staff
from chasqui.pool.state import State


def start(pool: State) -> None:
    """Start the workers; see `Pool.start`."""
    loading.check()
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


def resize(pool: State, workers: int | None, queue_size: int | None) -> None:
    """Set the number of workers, how many tasks may wait, or both; see `Pool.resize`."""
    if workers is None and queue_size is None:
        raise TypeError("resize takes a number of workers, a queue_size or both")
    if workers is not None:
        workers = numbers.workers("workers", workers)
    if queue_size is not None:
        queue_size = numbers.count("queue_size", queue_size, 0, numbers.MOST_WAITING)
    gate = None
    with pool.lock:
        pool.check_open("resize")
        # Without a backlog an idle worker is the room, and others wake those who wait for it.
        if queue_size is not None and bool(queue_size) is not bool(pool.queue_size):
            raise ValueError(
                f"queue_size of pool {pool.name!r} is {pool.queue_size:,}, and cannot become "
                f"{queue_size:,} while it is in use: with 0 it keeps no backlog at all"
            )
        if workers is not None:
            pool.crew.wanted = workers
            pool.crew.retire_surplus()
            locked_rouse_all(pool)
        if queue_size is not None:
            pool.queue_size = queue_size
            pool.quick_size = queue_size if pool.quick_size else 0
            gate = locked_give_room(pool)
    if gate is not None:
        gate.wake()
    if workers is not None and pool.started:
        staff(pool)
