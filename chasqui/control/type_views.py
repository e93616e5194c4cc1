"""Turning readings of types and pools into the port's rows, with the reasons why tasks wait."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from chasqui.control.port import PoolRow, TypeRow, TypeState
from chasqui.control.safe_text import SafeText, safe_line
from chasqui.control.trouble import trend
from chasqui.durations import age
from chasqui.engine.metrics.reading import LeftOut, PoolReading, Reading, TypeReading
from chasqui.engine.policy.breaker import BREAKER_OPEN, CircuitState, CircuitView
from chasqui.engine.policy.strikes import Strike
from chasqui.pool.lanes import PAUSED
from chasqui.pool.metrics import LaneMetrics
from chasqui.pool.pool import Pool
from chasqui.pool.states import STATES, counts_of
from chasqui.pool.task import Task

NAME = 100  # characters
NOTE = 300
NAMED = 3  # strikes in the note of a type
STRIKES = 20  # in a snapshot


def type_row(
    read: TypeReading,
    pool: str,
    circuit: CircuitView | None,
    left_out: Sequence[LeftOut] = (),
    strikes: Sequence[Strike] = (),
) -> TypeRow:
    """View a type; ``pool`` is its pool's name if there are several."""
    recent = read.minute
    ended = recent.completed + recent.failed
    is_known = read.tracked or not read.accepted  # if none was submitted, zero is a fact
    return TypeRow(
        name=safe_line(read.name, NAME),
        state=type_state(read, circuit),
        is_paused=PAUSED in read.held,
        pool=safe_line(pool, NAME),
        limits=safe_line(limits_text(read), NAME),
        **counts_of(read, STATES),
        rate=read.ten_seconds.ended if is_known else None,
        errors=recent.failed / ended if ended else None,
        run_p95=(recent.run if recent.run.count else read.run).p95,
        wait_p95=(recent.wait if recent.wait.count else read.wait).p95,
        oldest=read.oldest,
        share=read.utilisation if is_known else None,
        note=_note(left_out, strikes, read.struck),
        trend=trend(read) if read.tracked else (),
    )


def _note(left_out: Sequence[LeftOut], strikes: Sequence[Strike], struck: int) -> SafeText:
    """Say which values of a type are struck, and which turns its schedules have skipped."""
    told = []
    if strikes:
        some = ", ".join(f"{one.parameter}={one.shown}" for one in strikes[:NAMED])
        more = f" and {len(strikes) - NAMED:,} more" if len(strikes) > NAMED else ""
        told.append(f"struck {some}{more}, which holds {struck:,}")
    told += [
        f"schedule {turns.name} left out {turns.turns:,} in {age(turns.first_ago)}: {turns.reason}"
        for turns in left_out
    ]
    return safe_line("; ".join(told), NOTE)


def type_state(read: TypeReading, circuit: CircuitView | None) -> TypeState:
    """Say whether tasks of a type may start, by the strongest reason against it."""
    if BREAKER_OPEN in read.held:
        return "breaker open"
    if read.held:
        return "paused"
    if circuit is not None and circuit.state == "half open":
        return "half open"
    if read.full:
        return "full"
    return "limited" if read.limited else "open"


def limits_text(read: TypeReading) -> str:
    """Say what limits a type has."""
    return limits_of(read.concurrency, read.rate, read.by)


def limits_of(concurrency: int | None, rate: str | None, by: str) -> str:
    """Say what these limits are."""
    most = f"{concurrency:,} at a time" if concurrency is not None else ""
    said = ", ".join(part for part in (most, rate or "") if part)
    return f"{said} for each {by}" if by else said


def reason(lane: LaneMetrics | None, circuit: CircuitView | None) -> SafeText:
    """Say why no task of a lane starts now; nothing if its tasks only wait for a worker.

    Whether a task has a value that is struck or full is said of the task: see `value_reason`.
    """
    if lane is None:
        return SafeText("")
    if lane.held:
        return safe_line(", ".join(_held_by(why) for why in lane.held), NAME)
    if circuit is not None and circuit.state == "half open":
        return SafeText("breaker half open")
    if lane.full:
        return SafeText(f"{lane.running:,} of {lane.concurrency:,} run")
    return safe_line(f"rate {lane.rate}", NAME) if lane.limited else SafeText("")


def value_reason(task: Task, strikes: Sequence[Strike]) -> SafeText:
    """Say which value of its parameters keeps a task from starting; nothing if none does."""
    lane, work = task._lane, task.work
    keys = lane.keys
    if keys is None:
        return SafeText("")
    for key, value in lane.strikes.listed:
        if key.of(work) == value:
            mine = (key.name, value)
            found = next((one for one in strikes if (one.parameter, one.value) == mine), None)
            return safe_line(f"struck {key.name}={found.shown if found else value}", NAME)
    values = keys.values
    if values.key is None:
        return SafeText("")
    if (crowd := values.crowd(work)) is not None:
        return safe_line(f"{len(crowd):,} of its {values.key.name} run", NAME)
    if values.opens_at(work) > task._pool.clock.monotonic():
        return safe_line(f"rate {values.rate} of its {values.key.name}", NAME)
    return SafeText("")


def struck(strikes: Sequence[Strike]) -> dict[str, Any]:
    """Name the first strikes, and count the others."""
    listed = tuple(safe_line(str(one), NAME) for one in strikes[:STRIKES])
    return {"strikes": listed, "more_strikes": len(strikes) - len(listed)}


def _held_by(why: str) -> str:
    return "type paused" if why == PAUSED else why  # pools and the engine can be paused too


def whose_breaker_is(state: CircuitState, circuits: Iterable[CircuitView]) -> tuple[SafeText, ...]:
    """Name the types whose breaker is in this state."""
    return tuple(safe_line(circuit.type, NAME) for circuit in circuits if circuit.state == state)


def paused(reading: Reading) -> tuple[SafeText, ...]:
    """Name the types that are paused."""
    return tuple(
        safe_line(name, NAME) for name, read in reading.types.items() if PAUSED in read.held
    )


def held(reading: Reading) -> int:
    """Count the queued tasks that even a drain cannot start."""
    lanes = (lane for pool in reading.pools.values() for lane in pool.lanes)
    return sum(lane.queued if lane.held else lane.struck for lane in lanes)


def pool_rows(
    pools: Mapping[str, Pool], readings: Mapping[str, PoolReading]
) -> tuple[PoolRow, ...]:
    """View the pools."""
    return tuple(
        PoolRow(
            name=safe_line(name, NAME),
            state=pools[name].state,
            workers=read.workers,
            busy=read.busy,
            queue_size=read.queue_size,
            queued=read.queued,
            scheduled=read.scheduled,
            running=read.running,
            rate=read.ten_seconds.ended,
            arrivals=read.ten_seconds.accepted,
            full_for=read.full_for,
        )
        for name, read in readings.items()
    )
