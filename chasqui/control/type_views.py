"""Turning readings of types and pools into the port's rows, with the reasons why tasks wait."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from chasqui.control.port import PoolRow, TypeRow, TypeState
from chasqui.control.safe_text import SafeText, safe_line
from chasqui.durations import age
from chasqui.engine.metrics.reading import LeftOut, PoolReading, Reading, TypeReading
from chasqui.engine.policy.breaker import BREAKER_OPEN, CircuitState, CircuitView
from chasqui.pool.lanes import PAUSED
from chasqui.pool.metrics import LaneMetrics
from chasqui.pool.pool import Pool
from chasqui.pool.states import STATES, counts_of

NAME = 100  # characters
NOTE = 300


def type_row(
    read: TypeReading, pool: str, circuit: CircuitView | None, left_out: Sequence[LeftOut] = ()
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
        note=_note(left_out),
    )


def _note(left_out: Sequence[LeftOut]) -> SafeText:
    """Say which turns the schedules of a type have skipped."""
    told = [
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
    most = f"{read.concurrency:,} at a time" if read.concurrency is not None else ""
    return ", ".join(part for part in (most, read.rate or "") if part)


def reason(lane: LaneMetrics | None, circuit: CircuitView | None) -> SafeText:
    """Say why no task of a lane starts now; nothing if its tasks only wait for a worker."""
    if lane is None:
        return SafeText("")
    if lane.held:
        return safe_line(", ".join(_held_by(why) for why in lane.held), NAME)
    if circuit is not None and circuit.state == "half open":
        return SafeText("breaker half open")
    if lane.full:
        return SafeText(f"{lane.running:,} of {lane.concurrency:,} run")
    return safe_line(f"rate {lane.rate}", NAME) if lane.limited else SafeText("")


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
    return sum(lane.queued for lane in lanes if lane.held)


def pool_rows(
    pools: Mapping[str, Pool], readings: Mapping[str, PoolReading]
) -> tuple[PoolRow, ...]:
    """View the pools, if there are several."""
    if len(pools) < 2:
        return ()
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
            full_for=read.full_for,
        )
        for name, read in readings.items()
    )


def order_of(names: Mapping[str, object], reading: Reading) -> list[str]:
    """Return the names of types, sorted; types that have had tasks come first."""
    used = {name for name, read in reading.types.items() if read.accepted or read.held}
    return sorted({*names, *reading.types}, key=lambda name: (name not in used, name))
