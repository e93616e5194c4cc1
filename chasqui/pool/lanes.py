"""Lanes of a pool: limiting, holding and listing them; see `Lane`.

A limit is changed while no worker moves, so that what starts after the change obeys it. What runs
when a limit is set counts, and is never stopped for it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from chasqui import arguments, numbers
from chasqui.pool.freezing import locked_freeze, locked_rouse_all
from chasqui.pool.lane import Lane
from chasqui.pool.rate import Rate
from chasqui.pool.state import State

PAUSED: Final = "paused"
"""Why a lane is held, where no reason is given."""


def lane_of(pool: State, name: str) -> Lane:
    """Return the lane of a name, which is made when it is first asked for."""
    return pool.backlog.lane(arguments.text("name", name))


def limit(
    pool: State, name: str, concurrency: int | None = None, rate: Rate | str | None = None
) -> None:
    """Set how many tasks of a lane run at once and at what rate they start; see `Pool.limit`."""
    if concurrency is not None:
        concurrency = numbers.count("concurrency", concurrency)
    rate = None if rate is None else Rate.of(rate)
    pool.check_fork()
    if rate is not None:
        pool.timer.start()  # it will wake workers when the rate lets tasks start
    lane = lane_of(pool, name)
    _change(pool, lane, lambda running: lane.limit(concurrency, rate, running, pool.monotonic()))


def hold(pool: State, name: str, why: str = PAUSED) -> bool:
    """Start no more tasks of a lane until `unhold`; tell whether the reason is a new one."""
    lane = lane_of(pool, name)
    fresh = why not in lane.holds
    _change(pool, lane, lambda running: lane.hold(why, running))
    return fresh


def unhold(pool: State, name: str, why: str = PAUSED) -> bool:
    """Take a reason of `hold` away, and tell whether it was one.

    Tasks start again once no reason is left.
    """
    lane = lane_of(pool, name)
    was = why in lane.holds
    _change(pool, lane, lambda running: lane.unhold(why, running))
    return was


def allow(
    pool: State,
    name: str,
    starts: int | None,
    *,
    watched: bool = False,
) -> None:
    """Let only so many more tasks of a lane start, None: any number.

    If it is ``watched``, the observer of the pool hears of each task that starts from now on.
    """
    if starts is not None:
        starts = numbers.count("starts", starts, 0)
    lane = lane_of(pool, name)
    _change(pool, lane, lambda running: lane.allow(starts, running, watched=watched))


def all_lanes(pool: State) -> tuple[Lane, ...]:
    """List the lanes there are; they stay live."""
    pool.check_fork()
    return pool.backlog.all_lanes()


def _locked_count_in(pool: State, lane: Lane) -> int:
    """Have every task of a lane that runs let out of it at its end, and count them."""
    running = [one for one in pool.crew.workers if one.task is not None and one.task._lane is lane]
    for worker in running:
        worker.admitted = lane
    return len(running)


def _change(pool: State, lane: Lane, change: Callable[[int], None]) -> None:
    """Change a lane while no worker moves; again, if a signal handler let them meanwhile."""
    with pool.lock:
        pool.check_fork()
        _locked_change(pool, lane, change)


def _locked_change(pool: State, lane: Lane, change: Callable[[int], None]) -> None:
    while True:
        turn = locked_freeze(pool)
        try:
            change(_locked_count_in(pool, lane))
            pool.backlog.judge()
        except BaseException:  # from a signal handler: workers must ask a lane that is limited now
            pool.backlog.judge()
            raise
        undisturbed = pool.turn is turn
        locked_rouse_all(pool)
        if undisturbed:
            return
