"""Diagnosis: what keeps an engine from doing better, in sentences with the numbers they rest on.

`diagnose` is a function of one reading. A sentence is a template over records of the reading, so
there is no number in it that is not in the reading, and `Finding.numbers` has each by its name
there.

One cause makes one sentence: what explains another finding of the same pool takes its place. The
causes, each before those that it explains:

1. a breaker is open: explains why its type is slow or takes all time, and, when half of what waits
   in the pool waits behind it, why producers are blocked;
2. the GIL: explains all below, for threads that compute side by side slow each other down;
3. a type became slower: explains that it takes most of the time, a backlog, and blocked producers;
4. one type takes most of the time: explains a backlog and blocked producers;
5. producers are blocked: explains why what comes in is no more than what is done, so that nobody
   can tell how many workers would do; the busy workers are part of its sentence;
6. more workers are needed.

Producers that 1 to 4 explain are counted at the end of that sentence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from string import Formatter
from typing import Any, Final, Literal

from chasqui.durations import duration
from chasqui.engine.reading import PoolReading, Reading, TypeReading

Kind = Literal["unmetered", "breaker", "gil", "slower", "hog", "producers", "workers"]

BUSY: Final = 0.9  # of their time: less leaves room for what comes in
GROWS: Final = 1.05  # times as many in as out; less is chance, with a few hundred tasks
HOG: Final = 0.9  # of all workers' time: less leaves the others a worker of every ten
SLOWER: Final = 4.0  # times: what halves of workers, caches and neighbours do stays below that
GIL_CORES: Final = (0.1, 1.3)  # used: more means that code runs beside the GIL, and less that the
# machine is somebody else's; where four others computed on two cores, who had the GIL got 0.44
GIL_WAIT: Final = 0.5  # of the switch interval: with idle or waiting threads it is a hundredth
BLOCKED_SECONDS: Final = 5.0  # a producer that waits less for room is being paced, not stopped
EVIDENCE_SECONDS: Final = 5.0  # a burst that is shorter says nothing of a pool


@dataclass(frozen=True)
class Finding:
    """A sentence, and every number in it by its name in the reading.

    A name begins with ``pool`` or ``type``, which are those of the finding, with ``reading``, or
    with ``process``: ``pool.ten_seconds.utilisation`` is
    ``reading.pools[finding.pool].ten_seconds.utilisation``.
    """

    kind: Kind
    text: str
    numbers: Mapping[str, float] = field(default_factory=dict)
    pool: str = ""
    type: str = ""

    @property
    def about(self) -> str:
        """The type that it is about, else the pool; empty when it is the engine."""
        return self.type or self.pool

    def __str__(self) -> str:
        return self.text


def diagnose(reading: Reading) -> tuple[Finding, ...]:
    """Say what is wrong, the causes before their effects; nothing of a healthy engine.

    Nor of a pool that has stopped: what it was short of helps nobody any more.
    """
    reading = _of_those_that_go_on(reading)
    found: list[Finding] = []
    if reading.problem:
        found.append(Finding("unmetered", f"nothing can be said of rates: {reading.problem}"))
    found += _breakers(reading)
    explained = {one.pool for one in found if _blocks(reading, one)}
    ill = {one.type for one in found}
    busy = [pool for pool in reading.pools.values() if _is_busy(pool)]
    in_turns = {pool.name for pool in busy} if (gil := _gil(reading, busy)) else set()
    if gil is not None:
        found.append(gil)
        explained |= in_turns
    for one in reading.types.values():
        if one.slower >= SLOWER and one.name not in ill and one.pool not in in_turns:
            found.append(_slower(reading, one))
            explained.add(one.pool)
    for pool in reading.pools.values():
        if pool.name in explained:
            continue
        of_pool = _hog(reading, pool) or _producers(reading, pool) or _workers(reading, pool)
        if of_pool is not None:
            found.append(of_pool)
    return tuple(found)


def _of_those_that_go_on(reading: Reading) -> Reading:
    pools = {name: one for name, one in reading.pools.items() if one.state != "stopped"}
    if len(pools) == len(reading.pools):
        return reading
    types = {name: one for name, one in reading.types.items() if one.pool in pools}
    return replace(reading, pools=pools, types=types)


def figure(value: float, unit: str) -> str:
    """Write a number as a sentence has it: a count, or in one of the units below."""
    return _UNITS[unit](value)


def _breakers(reading: Reading) -> Iterator[Finding]:
    for one in reading.types.values():
        if one.breaker != "closed":
            text = "{type}: breaker {state} for {type.breaker_for:s}; {type.queued:tasks} behind it"
            yield _finding(
                "breaker", text, reading, pool=one.pool, type=one.name, state=one.breaker
            )


def _blocks(reading: Reading, breaker: Finding) -> bool:
    """Whether most of what waits in the pool waits behind an open breaker."""
    behind, pool = reading.types.get(breaker.type), reading.pools.get(breaker.pool)
    return bool(behind and pool and pool.queued and behind.queued >= pool.queued / 2)


def _is_busy(pool: PoolReading) -> bool:
    recent = pool.ten_seconds
    return recent.seconds >= EVIDENCE_SECONDS and recent.utilisation >= BUSY


def _gil(reading: Reading, busy: list[PoolReading]) -> Finding | None:
    least, most = GIL_CORES
    process = reading.process
    if not (
        busy
        and reading.gil
        and reading.cores > 1
        and process.seconds >= EVIDENCE_SECONDS
        and least <= process.cores_used <= most
        and process.gil_wait >= GIL_WAIT * reading.switch_interval
    ):
        return None
    pool = max(busy, key=lambda one: one.workers)
    if pool.workers * pool.ten_seconds.utilisation < 2:
        return None
    text = (
        "pool {pool}: {pool.workers} workers are {pool.ten_seconds.utilisation:%} busy, but with "
        "{process.cores_used:.1} of {reading.cores} cores: they take turns for the GIL, "
        "{process.gil_wait:s} each; more workers will not help, processes will"
    )
    return _finding("gil", text, reading, pool=pool.name)


def _slower(reading: Reading, one: TypeReading) -> Finding:
    what, of = ("95th percentile", "p95") if one.tail_grew else ("median", "p50")
    text = (
        f"{{type}}: it became {{type.slower:x}} slower: its {what} run took "
        f"{{type.recent.run.{of}:s}} in the last {{type.recent.seconds:s}}, and "
        f"{{type.earlier.run.{of}:s}} before"
    )
    return _finding("slower", text, reading, pool=one.pool, type=one.name)


def _hog(reading: Reading, pool: PoolReading) -> Finding | None:
    if not _is_busy(pool):
        return None
    for one in reading.types.values():
        takes = one.ten_seconds.utilisation
        if one.pool == pool.name and takes >= HOG and one.behind >= pool.workers:
            text = (
                "{type}: it takes {type.ten_seconds.utilisation:%} of the time of the "
                "{type.workers} workers of pool {pool}, while {type.behind} tasks of other types "
                "wait: limit its concurrency, or give it a pool of its own"
            )
            return _finding("hog", text, reading, pool=pool.name, type=one.name)
    return None


def _producers(reading: Reading, pool: PoolReading) -> Finding | None:
    if not _stopped_producers(pool):
        return None
    first = pool.producers[0]
    where = f"{first.thread} at {first.site}"
    text = (
        "pool {pool}: {pool.blocked:producers} for room, {where} for {pool.blocked_for:s}: "
        "{pool.queued} of {pool.queue_size} wait, "
    )
    if pool.state != "running":
        text += "and the pool is {state}"
    elif pool.waiting < pool.queued / 2:
        text += (
            "most of them held back or at the limit of their type: {pool.running} of "
            "{pool.workers} workers run one"
        )
    else:
        text += "and {pool.workers} workers are {pool.ten_seconds.utilisation:%} busy"
    return _finding("producers", text, reading, pool=pool.name, where=where, state=pool.state)


def _workers(reading: Reading, pool: PoolReading) -> Finding | None:
    if not (
        _is_busy(pool)
        and pool.waiting >= pool.workers
        and pool.departures
        and pool.arrivals >= GROWS * pool.departures
        and pool.workers_needed > pool.workers
    ):
        return None
    text = (
        "pool {pool}: {pool.workers} workers are {pool.ten_seconds.utilisation:%} busy, "
        "{pool.arrivals:tasks/s} come in and {pool.departures:/s} are done, {pool.waiting} wait, "
        "{pool.backlog_seconds:s} each; {pool.workers_needed} workers would keep up"
    )
    return _finding("workers", text, reading, pool=pool.name)


def _stopped_producers(pool: PoolReading) -> bool:
    return bool(pool.blocked and pool.producers and pool.blocked_for >= BLOCKED_SECONDS)


def _finding(
    kind: Kind, template: str, reading: Reading, *, pool: str, type: str = "", **words: str
) -> Finding:
    """Write a sentence over the records of a reading; every number of it is looked up there."""
    records: dict[str, Any] = {"reading": reading, "process": reading.process}
    if pool in reading.pools:
        records["pool"] = reading.pools[pool]
    if type in reading.types:
        records["type"] = reading.types[type]
    if kind in ("breaker", "gil", "slower", "hog") and _stopped_producers(records["pool"]):
        template += "; {pool.blocked:producers} for room"
    names = {"pool": pool, "type": type, **words}
    text, numbers = "", {}
    for literal, name, unit, _ in Formatter().parse(template):
        text += literal
        if name is None:
            continue
        if name in names:
            text += names[name]
        else:
            value, _ = Formatter().get_field(name, (), records)
            numbers[name] = value
            text += figure(value, unit or "")
    return Finding(kind, text, numbers, pool, type)


def _wait(noun: str, count: float) -> str:
    return f"1 {noun} waits" if count == 1 else f"{count:,} {noun}s wait"


_UNITS: Final[Mapping[str, Callable[[float], str]]] = {
    "": lambda value: f"{value:,}",
    "%": lambda value: f"{value:.0%}".replace("%", " %"),
    "s": duration,
    "x": lambda value: f"{value:.1f}x",
    "tasks/s": lambda value: f"{value:,.1f} tasks/s",
    "/s": lambda value: f"{value:,.1f}/s",
    ".1": lambda value: f"{value:.1f}",
    "producers": partial(_wait, "producer"),
    "tasks": partial(_wait, "task"),
}
