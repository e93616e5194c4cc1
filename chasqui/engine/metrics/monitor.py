"""What an engine measures of itself, now and over time; `Sampler` keeps the past."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields
from typing import Any, Final, NamedTuple

from chasqui import numbers
from chasqui.arguments import text
from chasqui.engine.metrics.reading import (
    NOTHING,
    LeftOut,
    PoolReading,
    Reading,
    TypeReading,
    Unheeded,
    is_free,
)
from chasqui.engine.metrics.rings import RESOLUTIONS
from chasqui.engine.metrics.sampler import ENGINE, OTHERS, History, Sampler, Series, Windows
from chasqui.engine.metrics.windows import Look, Standing, pace, total
from chasqui.engine.policy.breaker import CircuitView
from chasqui.engine.pools import Pools
from chasqui.pool.clock import Clock
from chasqui.pool.gathering import Gathered
from chasqui.pool.metrics import LaneMetrics, Metrics, summed
from chasqui.pool.pool import Pool
from chasqui.pool.threads import StartThread

SUMS: Final = (
    *("accepted", "queued", "scheduled", "running"),
    *("completed", "failed", "cancelled"),
)


class Monitor:
    """Reads the metrics of an engine, and has a sampler look at them once a second."""

    def __init__(
        self,
        pools: Pools,
        breakers: Callable[[], Iterable[CircuitView]],
        left_out: Callable[[], Iterable[LeftOut]],
        clock: Clock,
        start_thread: StartThread,
    ) -> None:
        self._pools = pools
        self._breakers = breakers
        self._left_out = left_out
        self._clock = clock
        self.sampler = Sampler(self._look, clock, start_thread)

    def metrics(self) -> Reading:
        """Return a reading: each pool consistent in itself, and what happened lately."""
        whole = self._pools.metrics()
        windows = self.sampler.windows()
        if (
            self._pools.state == "stopped"
        ):  # and no more samples are taken, so that these would stand still
            windows = {series: (NOTHING, m, ten) for series, (_, m, ten) in windows.items()}
        now, circuits = self._clock.time(), {one.type: one for one in self._breakers()}
        others = Series("type", OTHERS)
        # Nothing the sampler tracks ever makes room: once there are others, no type is added.
        no_room = others in windows or bool(self.sampler.problem)
        types = {
            name: _type(name, lanes, windows, circuits.get(name), now, no_room=no_room)
            for name, lanes in _by_type(whole.pools).items()
        }
        return Reading(
            **_fields(whole),
            **_lately(ENGINE, windows),
            at=now,
            pools={
                name: self._pool(name, one, types, windows) for name, one in whole.pools.items()
            },
            types=types,
            schedules={one.name: one for one in self._left_out()},
            others=_others(windows[others]) if others in windows else None,
            process=self.sampler.process(),
            cores=cores(),
            gil=getattr(sys, "_is_gil_enabled", lambda: True)(),
            switch_interval=sys.getswitchinterval(),
            problem=self.sampler.problem,
        )

    def history(
        self, *, type: str = "", pool: str = "", seconds: int = 1, rows: int = 600
    ) -> History:
        """Return the newest rows of the past; see `Engine.history`."""
        type, pool = text("type", type), text("pool", pool)
        if type and pool:
            raise ValueError("ask for the history of a type or of a pool, not of both")
        steps = [one.seconds for one in RESOLUTIONS]
        seconds, rows = numbers.count("seconds", seconds), numbers.count("rows", rows, 0)
        if seconds not in steps:
            raise ValueError(f"rows are {steps} seconds apart, not {seconds}")
        series = Series("type", type) if type else Series("pool", pool) if pool else ENGINE
        return self.sampler.history(series, steps.index(seconds), rows)

    def _look(self, at: float) -> Mapping[Series, Look]:
        """Say how everything stands; on the thread of the sampler."""
        for pool in self._pools.values():
            pool.full_for()  # which looks, so that a second with room is not missed
        return looks_at({name: pool.gather() for name, pool in self._pools.items()}, at)

    def _pool(
        self,
        name: str,
        metrics: Metrics,
        types: Mapping[str, TypeReading],
        windows: Mapping[Series, Windows],
    ) -> PoolReading:
        pool = self._pools[name]
        lately = _lately(Series("pool", name), windows)
        recent = lately.get("ten_seconds", NOTHING)
        kept = [one for one in types.values() if one.pool == name and not one.free]
        producers = pool.blocked()
        now = self._clock.time()
        return PoolReading(
            **_fields(metrics),
            **lately,
            name=name,
            state=pool.state,
            queue_size=pool.queue_size,
            producers=producers,
            blocked_for=max(0.0, now - producers[0].since) if producers else 0.0,
            full_for=pool.full_for(),
            unheeded=_unheeded(pool),
            waiting=max(0, metrics.queued - sum(one.queued for one in kept)),
            arrivals=pace(recent, *[one.ten_seconds for one in kept]),
            departures=max(0.0, recent.ended - sum(one.ten_seconds.ended for one in kept)),
        )


def _unheeded(pool: Pool) -> tuple[Unheeded, ...]:
    found = []
    for worker in pool.workers():
        task = worker.task  # read once: the worker goes on meanwhile
        asked_for = None if task is None else pool.asked_for(task)
        if task is not None and asked_for is not None:
            found.append(Unheeded(task.number, task.name, worker.name, asked_for))
    return tuple(sorted(found, key=lambda one: -one.asked_for))


def looks_at(
    gathered: Mapping[str, tuple[int, Sequence[Gathered]]], at: float
) -> dict[Series, Look]:
    """Say how the engine, its pools and their types stand, of what was gathered from the pools."""
    found: dict[Series, Look] = {}
    types: dict[str, list[Look]] = {}
    for name, (workers, lanes) in gathered.items():
        looks = [_look(lane, workers, at) for lane in lanes]
        found[Series("pool", name)] = total(looks, workers, at)
        for lane, look in zip(lanes, looks, strict=True):
            if lane.lane.name and lane.accepted:
                types.setdefault(lane.lane.name, []).append(look)
    everything = sum([workers for workers, _ in gathered.values()])
    found[ENGINE] = total(list(found.values()), everything, at)
    for name, some in types.items():
        found[Series("type", name)] = total(some, sum([one.standing.workers for one in some]), at)
    return found


def _look(lane: Gathered, workers: int, at: float) -> Look:
    standing = Standing(
        at=at,
        accepted=lane.accepted,
        completed=lane.completed,
        failed=lane.failed,
        cancelled=lane.cancelled,
        # Each attempt that ran to its end either ended its task or was put off.
        retried=lane.attempts - (lane.ended - lane.dropped),
        taken=lane.used,
        queued=lane.queued,
        running=lane.running,
        oldest=lane.oldest,
        workers=workers,
    )
    return Look(standing, lane.waits, lane.runs)


def cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class _Lane(NamedTuple):
    """A lane, and the pool that it is of."""

    pool: str
    workers: int
    lane: LaneMetrics
    behind: int
    """Tasks of other lanes that wait in that pool, and could start."""


def _by_type(read: Mapping[str, Metrics]) -> dict[str, list[_Lane]]:
    """Return the lanes of each type, that where most of it waits or runs first."""
    lanes: dict[str, list[_Lane]] = {}
    for name, metrics in read.items():
        ready = sum([lane.queued for lane in metrics.lanes if is_free(lane)])
        for lane in metrics.lanes:
            if lane.name:
                behind = ready - lane.queued if is_free(lane) else ready
                lanes.setdefault(lane.name, []).append(_Lane(name, metrics.workers, lane, behind))
    return {name: _used(some) for name, some in lanes.items()}


def _used(lanes: Sequence[_Lane]) -> list[_Lane]:
    """Leave out the pools where the type was never submitted, unless it was nowhere."""
    some = [one for one in lanes if one.lane.accepted] or list(lanes[:1])
    return sorted(some, key=lambda one: one.lane.queued + one.lane.running, reverse=True)


def _fields(metrics: Metrics) -> dict[str, Any]:
    return {one.name: getattr(metrics, one.name) for one in fields(Metrics) if one.name != "pools"}


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
        oldest=max([lane.oldest for lane in lanes]),
        behind=some[0].behind,
    )


def _others(windows: Windows) -> TypeReading:
    now = windows[0].after
    return TypeReading(
        *windows,
        name=OTHERS,
        accepted=now.accepted,
        queued=now.queued,
        running=now.running,
        completed=now.completed,
        failed=now.failed,
        cancelled=now.cancelled,
        workers=now.workers,
        oldest=now.oldest,
    )
