"""Reads the metrics of an engine: its pools and types now, and recent rates."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from chasqui.datarecord import arguments_of
from chasqui.engine.journal.view import JournalView
from chasqui.engine.metrics.reading import (
    NOTHING,
    LeftOut,
    PoolReading,
    Reading,
    Shortage,
    SlowTask,
    TypeReading,
    UnstoppedTask,
    is_free,
)
from chasqui.engine.metrics.sampler import ENGINE, OTHERS, Sampler, Series, Windows
from chasqui.engine.metrics.windows import pace
from chasqui.engine.policy.breaker import CircuitView
from chasqui.engine.pools import Pools, missing
from chasqui.pool.clock import Clock
from chasqui.pool.handles import asked_for
from chasqui.pool.histogram import joined
from chasqui.pool.metrics import LaneMetrics, Metrics
from chasqui.pool.pool import Pool
from chasqui.pool.room import full_for
from chasqui.pool.state import state_of
from chasqui.pool.states import STATES, counts_of, summed

SLOW_SECONDS: Final = 60.0  # a task that has run for less is not called slow,
SLOW_TIMES: Final = 10.0  # nor one that has not run for so many times the p95 of its type
WHY: Final = (160, 320)  # characters of what a worker was lost to: its beginning, and its end,
# where the last words of a process are
SUMS: Final = ("accepted", *STATES)


def read(
    pools: Pools,
    sampler: Sampler,
    *,
    breakers: Callable[[], Iterable[CircuitView]],
    left_out: Callable[[], Iterable[LeftOut]],
    journal: JournalView,
    clock: Clock,
) -> Reading:
    """Return a reading: each pool consistent in itself, and what happened lately.

    Args:
        breakers: returns the state of each breaker.
        left_out: returns the turns that schedules have left out recently.
        journal: how the journal is.
    """
    whole = pools.metrics()
    windows = sampler.windows()
    if pools.state == "stopped":  # no more samples are taken: the last rates would stay for ever
        windows = {series: (NOTHING, m, ten) for series, (_, m, ten) in windows.items()}
    now, circuits = clock.time(), {circuit.type: circuit for circuit in breakers()}
    others = Series("type", OTHERS)
    # The sampler never drops a tracked type: once it has others, no type is added.
    no_room = others in windows or bool(sampler.problem)
    types = {
        name: _type(name, lanes, windows, circuits.get(name), now, no_room=no_room)
        for name, lanes in _by_type(whole.pools).items()
    }
    by_pool = {
        name: _pool(pools[name], name, metrics, types, windows, clock)
        for name, metrics in whole.pools.items()
    }
    return Reading(
        **_fields(whole),
        **_lately(ENGINE, windows),
        at=now,
        pools=by_pool,
        types=types,
        schedules={schedule.name: schedule for schedule in left_out()},
        journal=journal,
        others=_others(windows[others]) if others in windows else None,
        process=sampler.process(),
        cores=cores(),
        gil=getattr(sys, "_is_gil_enabled", lambda: True)(),
        switch_interval=sys.getswitchinterval(),
        problem=sampler.problem,
    )


def _pool(
    pool: Pool,
    name: str,
    metrics: Metrics,
    types: Mapping[str, TypeReading],
    windows: Mapping[Series, Windows],
    clock: Clock,
) -> PoolReading:
    lately = _lately(Series("pool", name), windows)
    recent = lately.get("ten_seconds", NOTHING)
    kept = [
        type_reading
        for type_reading in types.values()
        if type_reading.pool == name and not type_reading.free
    ]
    closed = sum([lane.closed for lane in metrics.lanes if is_free(lane)])
    producers = pool.blocked()
    now = clock.time()
    return PoolReading(
        **_fields(metrics),
        **lately,
        name=name,
        state=pool.state,
        queue_size=pool.queue_size,
        shortage=_shortage(pool),
        producers=producers,
        blocked_for=max(0.0, now - producers[0].since) if producers else 0.0,
        full_for=full_for(state_of(pool)),
        unstopped=_unstopped(pool),
        slow=_slow(pool, types),
        waiting=max(0, metrics.queued - sum(one.queued for one in kept) - closed),
        arrivals=pace(recent.stretch, *[one.ten_seconds.stretch for one in kept]),
        departures=max(0.0, recent.ended - sum(one.ten_seconds.ended for one in kept)),
    )


def _shortage(pool: Pool) -> Shortage | None:
    if not (short := missing(pool)):
        return None
    first, last = WHY
    why = " ".join(state_of(pool).crew.lost_because.split()).rstrip(".")
    if len(why) > first + last:
        why = f"{why[:first]} … {why[-last:]}"
    return Shortage(short, pool.workers_wanted, why)


def _unstopped(pool: Pool) -> tuple[UnstoppedTask, ...]:
    found = []
    for worker in pool.workers():
        task = worker.task  # read once: the worker goes on meanwhile
        ago = None if task is None else asked_for(task)
        if task is not None and ago is not None:
            found.append(UnstoppedTask(task.number, task.name, worker.name, ago))
    return tuple(sorted(found, key=lambda one: -one.asked_for))


def _slow(pool: Pool, types: Mapping[str, TypeReading]) -> tuple[SlowTask, ...]:
    found, now = [], state_of(pool).monotonic()
    for worker in pool.workers():
        task = worker.task  # read once: the worker goes on meanwhile
        # A worker takes a task before it says when.
        ran = 0.0 if task is None else now - getattr(task, "_claimed_at", now)
        if task is None or ran <= SLOW_SECONDS or task.stop_asked:
            continue
        known = types.get(task.name)
        if known is None or not known.run.count:
            continue
        # The percentile is only computed if a task has run for long: it takes some 0.05 ms.
        usual = known.run.p95
        if ran > SLOW_TIMES * usual > 0:
            found.append(SlowTask(task.number, task.name, worker.name, ran, usual))
    return tuple(sorted(found, key=lambda one: -one.times))


def cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class _Lane(NamedTuple):
    """A lane, and its pool."""

    pool: str
    workers: int
    lane: LaneMetrics
    behind: int
    """Tasks of other lanes that wait in that pool and could start."""


def _by_type(read: Mapping[str, Metrics]) -> dict[str, list[_Lane]]:
    """Return the lanes of each type, the lane with most waiting and running tasks first."""
    lanes: dict[str, list[_Lane]] = {}
    for name, metrics in read.items():
        able = {lane.name: lane.queued - lane.closed for lane in metrics.lanes if is_free(lane)}
        ready = sum(able.values())
        for lane in metrics.lanes:
            if lane.name:
                behind = ready - able.get(lane.name, 0)
                lanes.setdefault(lane.name, []).append(_Lane(name, metrics.workers, lane, behind))
    return {name: _used(some) for name, some in lanes.items()}


def _used(lanes: Sequence[_Lane]) -> list[_Lane]:
    """Leave out pools to which the type was never submitted, unless that is all of them."""
    some = [lane for lane in lanes if lane.lane.accepted] or list(lanes[:1])
    return sorted(some, key=lambda one: one.lane.queued + one.lane.running, reverse=True)


def _fields(metrics: Metrics) -> dict[str, Any]:
    return {name: one for name, one in arguments_of(metrics).items() if name != "pools"}


def _lately(series: Series, windows: Mapping[Series, Windows]) -> dict[str, Any]:
    names = ("ten_seconds", "minute", "ten_minutes")
    return dict(zip(names, windows.get(series, ()), strict=False))


def _type(
    name: str,
    some: Sequence[_Lane],
    windows: Mapping[Series, Windows],
    circuit: CircuitView | None,
    now: float,
    *,
    no_room: bool,
) -> TypeReading:
    lanes = [one.lane for one in some]
    main, series = lanes[0], Series("type", name)
    return TypeReading(
        **_lately(series, windows),
        name=name,
        tracked=series in windows or not no_room,
        pool=some[0].pool,
        lanes=tuple(lanes),
        **summed(SUMS, lanes),
        workers=sum([one.workers for one in some]),
        held=main.held,
        breaker="closed" if circuit is None else circuit.state,
        breaker_for=0.0 if circuit is None else max(0.0, now - circuit.since),
        full=main.full,
        limited=main.limited,
        allowance=main.allowance,
        concurrency=main.concurrency,
        rate=main.rate,
        by=main.by,
        values=sum([lane.values for lane in lanes]),
        struck=sum([lane.struck for lane in lanes]),
        closed=sum([lane.closed for lane in lanes]),
        oldest=max([lane.oldest for lane in lanes]),
        behind=some[0].behind,
        wait=joined([lane.wait for lane in lanes]),
        run=joined([lane.run for lane in lanes]),
    )


def _others(windows: Windows) -> TypeReading:
    now = windows[0].stretch.after
    return TypeReading(
        *windows,
        name=OTHERS,
        accepted=now.accepted,
        queued=now.queued,
        running=now.running,
        **counts_of(now),
        workers=now.workers,
        oldest=now.oldest,
    )
