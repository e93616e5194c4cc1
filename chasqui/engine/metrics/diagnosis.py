"""Diagnosis: what is wrong with an engine, in sentences with the numbers that they rest on.

`diagnose` is a function of one reading. A sentence is a template over records of the reading, so
every number in it is in the reading, and `Finding.numbers` has each by its name there.

A cause makes a single sentence: it replaces the findings of the same pool that it explains. The
causes, each before those that it explains:

1. a breaker is open: explains why its type is slow or takes all time, and, if half of the pool's
   waiting tasks wait behind it, why producers are blocked; workers are missing: explains whatever
   the others cannot keep up with;
2. the GIL: explains all below, since threads that compute side by side slow each other down;
3. a type became slower: explains that it takes most of the time, a backlog, and blocked producers;
4. one type takes most of the time: explains a backlog and blocked producers;
5. producers are blocked, one for long or several in turns: arrivals are then no higher than
   departures, so the number of workers needed is unknown; the busy workers are part of its
   sentence;
6. more workers are needed;
7. a backlog grows that will be full within ten minutes, for another reason than a lack of workers;
8. a task was asked to stop and still runs;
9. a task runs for far longer than others of its type;
10. a schedule has left out a turn: reported until a turn is taken, and for ten minutes more.

What is wrong with the journal comes before all of them; see `chasqui.engine.metrics.of_journal`.
Blocked producers that 1 to 4 explain are counted at the end of that sentence.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from chasqui.engine.metrics.findings import Finding as Finding
from chasqui.engine.metrics.findings import figure as figure
from chasqui.engine.metrics.findings import finding, has_stopped_producers
from chasqui.engine.metrics.of_journal import of_journal
from chasqui.engine.metrics.of_shortages import of_shortages
from chasqui.engine.metrics.reading import LeftOut, PoolReading, Reading, TypeReading

BUSY: Final = 0.9  # of the workers' time: less leaves room for new tasks
GROWS: Final = 1.05  # times as many arrivals as departures; less is chance with few hundred tasks
HOG: Final = 0.9  # of all workers' time: less leaves a tenth of them to other types
SLOWER: Final = 4.0  # times: changes of workers, caches and neighbours stay below that
GIL_CORES: Final = (0.35, 1.3)  # used: more means that code runs without the GIL. Its holder got
# 0.44 with four other programs computing on two cores; less means a wait for a core, not for it
GIL_WAIT: Final = 0.5  # of the switch interval: with idle or waiting threads it is a hundredth
FULL_SECONDS: Final = 30.0  # a burst fills a backlog too, but not for that long
SOON_SECONDS: Final = 600.0  # until a backlog is full: what is further off may change
UNSTOPPED_SECONDS: Final = 5.0  # the default grace of a body past its time limit
EVIDENCE_SECONDS: Final = 5.0  # a shorter burst says nothing about a pool
EVIDENCE_TASKS: Final = 5  # fewer are no rate: two at once before a single worker asked for 33


def diagnose(reading: Reading) -> tuple[Finding, ...]:
    """Return the findings, causes before their effects; none for a healthy engine.

    There are none about a pool that has stopped: what it lacked no longer matters.
    """
    reading = _of_those_that_go_on(reading)
    found: list[Finding] = []
    if reading.problem:
        found.append(Finding("unmetered", f"no rates are known: {reading.problem}"))
    found += _breakers(reading)
    explained = {one.pool for one in found if _blocks(reading, one)}
    ill = {one.type for one in found}
    found += (short := of_shortages(reading))
    explained |= {one.pool for one in short}
    busy = [pool for pool in reading.pools.values() if _is_busy(pool)]
    in_turns = {pool.name for pool in busy} if (gil := _gil(reading, busy)) else set()
    if gil is not None:
        found.append(gil)
        explained |= in_turns
    for type_reading in reading.types.values():
        if (
            type_reading.slower >= SLOWER
            and type_reading.name not in ill
            and type_reading.pool not in in_turns
        ):
            found.append(_slower(reading, type_reading))
            explained.add(type_reading.pool)
    for pool in reading.pools.values():
        if pool.name in explained:
            continue
        of_pool = (
            _hog(reading, pool)
            or _producers(reading, pool)
            or _saturated(reading, pool)
            or _workers(reading, pool)
            or _behind(reading, pool)
        )
        if of_pool is not None:
            found.append(of_pool)
    found += filter(None, [_unstopped(reading, pool) for pool in reading.pools.values()])
    found += filter(None, [_slow(reading, pool) for pool in reading.pools.values()])
    found += [_left_out(reading, schedule) for schedule in reading.schedules.values()]
    return (*of_journal(reading), *found)


def _of_those_that_go_on(reading: Reading) -> Reading:
    pools = {name: pool for name, pool in reading.pools.items() if pool.state != "stopped"}
    if len(pools) == len(reading.pools):
        return reading
    types = {
        name: type_reading
        for name, type_reading in reading.types.items()
        if type_reading.pool in pools
    }
    schedules = reading.schedules if pools else {}
    return replace(reading, pools=pools, types=types, schedules=schedules)


def _breakers(reading: Reading) -> Iterator[Finding]:
    for type_reading in reading.types.values():
        if type_reading.breaker != "closed":
            text = (
                "{type}: breaker {state} for {type.breaker_for:ago}; {type.queued:tasks} behind it"
            )
            yield finding(
                "breaker",
                text,
                reading,
                pool=type_reading.pool,
                type=type_reading.name,
                state=type_reading.breaker,
            )


def _blocks(reading: Reading, breaker: Finding) -> bool:
    """Tell whether most waiting tasks of the pool wait behind an open breaker."""
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
    return finding("gil", text, reading, pool=pool.name)


def _slower(reading: Reading, one: TypeReading) -> Finding:
    what, of = ("95th percentile", "p95") if one.tail_grew else ("median", "p50")
    text = (
        f"{{type}}: it became {{type.slower:x}} slower: its {what} run took "
        f"{{type.recent.run.{of}:s}} in the last {{type.recent.seconds:ago}}, and "
        f"{{type.earlier.run.{of}:s}} before"
    )
    return finding("slower", text, reading, pool=one.pool, type=one.name)


def _hog(reading: Reading, pool: PoolReading) -> Finding | None:
    if not _is_busy(pool):
        return None
    for type_reading in reading.types.values():
        takes = type_reading.ten_seconds.utilisation
        if type_reading.pool == pool.name and takes >= HOG and type_reading.behind >= pool.workers:
            text = (
                "{type}: it takes {type.ten_seconds.utilisation:%} of the time of the "
                "{type.workers:workers} of pool {pool}, while {type.behind} tasks of other types "
                "wait: limit its concurrency, or give it a pool of its own"
            )
            return finding("hog", text, reading, pool=pool.name, type=type_reading.name)
    return None


def _producers(reading: Reading, pool: PoolReading) -> Finding | None:
    if not has_stopped_producers(pool):
        return None
    first = pool.producers[0]
    where = f"{first.thread} at {first.site}" if first.site else first.thread
    text = (
        "pool {pool}: {pool.blocked:producers} for room, {where} for {pool.blocked_for:ago}: "
        "{pool.queued} of {pool.queue_size} wait, "
    )
    text += _why_no_room(pool)
    return finding("producers", text, reading, pool=pool.name, where=where, state=pool.state)


def _saturated(reading: Reading, pool: PoolReading) -> Finding | None:
    if pool.full_for < FULL_SECONDS:
        return None
    text = (
        "pool {pool}: its backlog has been full for {pool.full_for:ago}, and producers wait in "
        "turns or are refused: {pool.queued} of {pool.queue_size} wait, "
    )
    text += _why_no_room(pool)
    if pool.room_seconds:
        text += "; a producer waits {pool.room_seconds:s} for room"
    return finding("saturated", text, reading, pool=pool.name, state=pool.state)


def _why_no_room(pool: PoolReading) -> str:
    if pool.state != "running":
        return "and the pool is {state}"
    if pool.waiting < pool.queued / 2:
        return (
            "most of them held back or at the limit of their type: {pool.running} of "
            "{pool.workers:workers} run one"
        )
    return "and {pool.workers:workers are} {pool.ten_seconds.utilisation:%} busy"


def _workers(reading: Reading, pool: PoolReading) -> Finding | None:
    if not (
        _is_busy(pool)
        and pool.waiting >= pool.workers
        and pool.departures
        and pool.arrivals * pool.ten_seconds.seconds >= EVIDENCE_TASKS
        and pool.arrivals >= GROWS * pool.departures
        and pool.workers_needed > pool.workers
        and not _is_held_back(pool)
    ):
        return None
    text = (
        "pool {pool}: {pool.workers:workers are} {pool.ten_seconds.utilisation:%} busy, "
        "{pool.arrivals:tasks/s} come in and {pool.departures:/s} are done, {pool.waiting} wait, "
        "{pool.backlog_seconds:s} each; {pool.workers_needed} workers would keep up"
    )
    if 0 < pool.full_in <= SOON_SECONDS:
        text += "; at this rate the backlog is full in {pool.full_in:ago}"
    return finding("workers", text, reading, pool=pool.name)


def _behind(reading: Reading, pool: PoolReading) -> Finding | None:
    if not (0 < pool.full_in <= SOON_SECONDS and pool.queued >= pool.workers):
        return None
    text = (
        "pool {pool}: it falls behind: {pool.ten_seconds.accepted:tasks/s} come in and "
        "{pool.ten_seconds.ended:/s} are done, so that the backlog is full in {pool.full_in:ago}: "
        "{pool.queued} of {pool.queue_size} wait, "
    )
    text += _why_no_room(pool)
    return finding("behind", text, reading, pool=pool.name, state=pool.state)


def _is_held_back(pool: PoolReading) -> bool:
    """Tell whether room in the backlog decides what comes in, so that the rate of it says nothing.

    It is then the rate of what is done, and the little that is more has filled the backlog.
    """
    return pool.full_for >= pool.ten_seconds.seconds / 2


def _unstopped(reading: Reading, pool: PoolReading) -> Finding | None:
    if not pool.unstopped or pool.unstopped[0].asked_for < UNSTOPPED_SECONDS:
        return None
    first = pool.unstopped[0]
    text = (
        "{type}: task {task.number} was asked to stop {task.asked_for:ago} ago and still runs on "
        "{worker}: a thread cannot be ended from outside, its body must look at ctx.cancelled"
    )
    if len(pool.unstopped) > 1:
        text += "; {pool.unstopped_others} more do not stop either"
    return finding("unstopped", text, reading, pool=pool.name, type=first.type, worker=first.worker)


def _slow(reading: Reading, pool: PoolReading) -> Finding | None:
    if not pool.slow:
        return None
    first = pool.slow[0]
    text = (
        "{type}: task {slow.number} has run for {slow.running_for:ago} on {worker}, "
        "{slow.times:x} as long as 95 % of its type do ({slow.usual:s}): its stack says where it is"
    )
    if len(pool.slow) > 1:
        text += "; {pool.slow_others} more are slow"
    return finding("slow", text, reading, pool=pool.name, type=first.type, worker=first.worker)


def _left_out(reading: Reading, one: LeftOut) -> Finding:
    text = "schedule {schedule}: {schedule.turns:turns} left out in the last "
    text += "{schedule.first_ago:ago}: {reason}"
    if not one.ongoing:
        text += "; the turn after that was taken"
    return finding(
        "schedule", text, reading, pool="", type=one.type, schedule=one.name, reason=one.reason
    )
