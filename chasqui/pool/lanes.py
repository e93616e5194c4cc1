"""Lanes of a pool: limiting, holding and listing them; see `Lane`.

A limit is changed while no worker moves, so that what starts after the change obeys it. What runs
when a limit is set counts, and is never stopped for it.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Final

from chasqui import arguments, numbers
from chasqui.pool.freezing import locked_freeze, locked_rouse_all
from chasqui.pool.lane import Lane, Running
from chasqui.pool.rate import Rate
from chasqui.pool.state import State
from chasqui.pool.strikes import Key

PAUSED: Final = "paused"
"""Why a lane is held, where no reason is given."""


def lane_of(pool: State, name: str) -> Lane:
    """Return the lane of a name, which is made when it is first asked for."""
    return pool.backlog.lane(arguments.text("name", name))


def limit(
    pool: State,
    name: str,
    concurrency: int | None = None,
    rate: Rate | str | None = None,
    key: Key | None = None,
) -> None:
    """Set how many tasks of a lane run at once and at what rate they start; see `Pool.limit`."""
    if concurrency is not None:
        concurrency = numbers.count("concurrency", concurrency)
    rate = None if rate is None else Rate.of(rate)
    pool.check_fork()
    if rate is not None:
        pool.timer.start()  # it will wake workers when the rate lets tasks start
    lane = lane_of(pool, name)
    _change(
        pool, lane, lambda running: lane.limit(concurrency, rate, running, pool.monotonic(), key)
    )


def strike(pool: State, name: str, key: Key, value: Hashable) -> bool:
    """Start no more tasks of a lane with this value until `unstrike`; tell whether that is new."""
    lane = lane_of(pool, name)
    fresh = not lane.strikes.has(key.name, value)
    _change(
        pool,
        lane,
        lambda running: lane.strike(lane.strikes.plus(key, value), running, pool.monotonic()),
    )
    return fresh


def unstrike(pool: State, name: str, key: str, value: Hashable) -> bool:
    """Lift a strike, and tell whether there was one; its tasks come back in their order."""
    lane = lane_of(pool, name)
    was = lane.strikes.has(key, value)
    _change(
        pool,
        lane,
        lambda running: lane.strike(lane.strikes.minus(key, value), running, pool.monotonic()),
    )
    return was


def hold(pool: State, name: str, why: str = PAUSED) -> bool:
    """Start no more tasks of a lane until `unhold`; tell whether the reason is a new one."""
    lane = lane_of(pool, name)
    why = arguments.text("why", why)
    fresh = why not in lane.holds
    _change(pool, lane, lambda running: lane.hold(why, len(running)))
    return fresh


def unhold(pool: State, name: str, why: str = PAUSED) -> bool:
    """Take a reason of `hold` away, and tell whether it was one.

    Tasks start again once no reason is left.
    """
    lane = lane_of(pool, name)
    why = arguments.text("why", why)
    was = why in lane.holds
    _change(pool, lane, lambda running: lane.unhold(why, len(running)))
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
    _change(pool, lane, lambda running: lane.allow(starts, len(running), watched=watched))


def all_lanes(pool: State) -> tuple[Lane, ...]:
    """List the lanes there are; they stay live."""
    pool.check_fork()
    return pool.backlog.all_lanes()


def _locked_count_in(pool: State, lane: Lane) -> list[Running]:
    """Have every task of a lane that runs let out of it at its end, and list them."""
    running = [
        (worker, task.work)
        for worker in pool.crew.workers
        if (task := worker.task) is not None and task._lane is lane
    ]
    for worker, _ in running:
        worker.admitted = lane
    return running


def _change(pool: State, lane: Lane, change: Callable[[list[Running]], None]) -> None:
    """Change a lane while no worker moves; again, if a signal handler let them meanwhile."""
    with pool.lock:
        pool.check_fork()
        _locked_change(pool, lane, change)


def _locked_change(pool: State, lane: Lane, change: Callable[[list[Running]], None]) -> None:
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
