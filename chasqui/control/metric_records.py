"""The records of pools and task types, and of the engine's past; see `chasqui.control.records`."""

from __future__ import annotations

from typing import Final, Literal

from chasqui.control.record import Record
from chasqui.control.safe_text import SafeText
from chasqui.engine.state import EngineState

TypeState = Literal["open", "full", "limited", "paused", "breaker open", "half open"]
"""Whether a type's tasks may start: ``full`` means that its concurrency is used up, ``limited``
that its rate is used up for now, ``half open`` that its breaker lets a few tasks through as probes.
"""
MOST_VALUES: Final = 1440


class EndedRecord(Record, frozen=True, kw_only=True):
    """How many tasks are in each final state; for records to derive from."""

    completed: int = 0
    failed: int = 0
    cancelled: int = 0


class LatencyView(Record, frozen=True, kw_only=True):
    """A distribution of durations, in seconds."""

    count: int = 0
    p50: float = 0.0
    p95: float = 0.0
    p99: float = 0.0
    max: float = 0.0


class TypeRow(EndedRecord, frozen=True, kw_only=True):
    """A task type: what it does to the engine, and whether its tasks may start."""

    name: SafeText
    state: TypeState = "open"
    is_paused: bool = False  # even if something else holds it too
    pool: SafeText = SafeText("")  # empty where there is only one
    limits: SafeText = SafeText("")  # "4 at a time, 10/s"; empty: none
    queued: int = 0
    scheduled: int = 0
    running: int = 0
    rate: float | None = 0.0  # ended per second, over ten seconds; None: not tracked
    errors: float | None = None  # share of failures among what ended lately; None: nothing ended
    run_p95: float = 0.0
    wait_p95: float = 0.0
    oldest: float = 0.0  # seconds that the task that waits longest has waited
    share: float | None = 0.0  # of the pool's worker time; None: not tracked
    note: SafeText = SafeText("")  # what is wrong with it, such as skipped turns of a schedule
    trend: tuple[float, ...] = ()  # ended per second in each of the last ten minutes, oldest first


class PoolRow(Record, frozen=True, kw_only=True):
    """A pool."""

    name: SafeText
    state: EngineState = "running"
    workers: int = 0
    busy: int = 0
    queue_size: int = 0
    queued: int = 0
    scheduled: int = 0
    running: int = 0
    rate: float = 0.0  # ended per second, over the last ten seconds
    arrivals: float = 0.0  # accepted per second, over the last ten seconds
    full_for: float = 0.0  # seconds for which the backlog has been full


class ChartQuery(Record, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which past is to be drawn: of the engine or a type, how far back, in how many values.

    Raises:
        ValueError: too many values, or none.
    """

    seconds: Literal[1, 10, 60] = 1
    """The distance between the rows of the past: ten minutes, two hours or a day are kept."""
    values: int = 150
    type: str = ""

    def __post_init__(self) -> None:
        if not 0 < self.values <= MOST_VALUES:
            raise ValueError(f"a chart has from 1 to {MOST_VALUES:,} values, got {self.values}")


class ChartView(Record, frozen=True, kw_only=True):
    """Series of the past, the newest value last."""

    seconds: int = 1  # between two values
    span: float = 600.0  # seconds, once so much is known
    ended: tuple[float, ...] = ()  # per second
    failed: tuple[float, ...] = ()  # per second
    backlog: tuple[float, ...] = ()
    running: tuple[float, ...] = ()
    run_p95: tuple[float, ...] = ()  # seconds
    wait_p95: tuple[float, ...] = ()  # seconds


class MetricsView(Record, frozen=True, kw_only=True):
    """Distributions, short histories, and what can be concluded from them.

    A history has a value for each second, the newest last.
    """

    wait: LatencyView = LatencyView()
    run: LatencyView = LatencyView()
    finished_per_second: tuple[float, ...] = ()
    backlog: tuple[float, ...] = ()
    busy: tuple[float, ...] = ()
    findings: tuple[SafeText, ...] = ()  # a sentence each; a healthy engine has none
    pools: tuple[PoolRow, ...] = ()  # all of them, also where there is only one
    charts: ChartView | None = None


class LimitsView(Record, frozen=True, kw_only=True):
    """What tasks of a type run at once, how many start in a time, for each of what; its breaker."""

    concurrency: int | None = None
    rate: SafeText = SafeText("")  # "10/s burst 20"
    by: SafeText = SafeText("")  # a parameter: the limits are for each of its values
    breaker: SafeText = SafeText("")  # "5 in 60s for 30s": the failures that stop it, for how long


class BreakerView(Record, frozen=True, kw_only=True):
    """The breaker of a type."""

    state: Literal["closed", "open", "half open"] = "closed"
    since: float = 0.0
    counting: int = 0  # failures that count now
    failures: int = 0  # as many open it,
    seconds: float = 0.0  # within so many seconds
    cooldown: float = 0.0
    probes_in: float = 0.0  # seconds until an open one lets tasks start as probes
    opened: int = 0  # how often


class RecentFailure(Record, frozen=True, kw_only=True):
    """A failure of a type."""

    number: int
    at: float
    error: SafeText


class TypeView(Record, frozen=True, kw_only=True):
    """Everything about a type: what it did lately, and what holds for it."""

    row: TypeRow
    limits: LimitsView = LimitsView()
    policy: LimitsView = LimitsView()  # those of the config or the code; others were set live
    lasts: SafeText = SafeText("")  # until when limits hold that are set now
    values: int = 0  # of the parameter of its limits, those that have tasks
    breaker: BreakerView | None = None
    strikes: tuple[SafeText, ...] = ()  # "customer=c7", the first of them
    more_strikes: int = 0
    parameters: tuple[SafeText, ...] = ()  # what limits can be for each of, and strikes be of
    wait: LatencyView = LatencyView()  # over ten minutes
    run: LatencyView = LatencyView()
    failures: tuple[RecentFailure, ...] = ()  # the newest first
    charts: ChartView = ChartView()
