"""Reading: the engine, its pools and its types at one moment, with recent rates.

A console and `Engine.diagnose` work from one reading, and every number that they show is in it. The
distributions and what follows from them take longer than the reading itself, so they are computed
when they are first used.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from chasqui.datarecord import listed
from chasqui.engine.journal.view import NO_JOURNAL, JournalView
from chasqui.engine.metrics.left_out import LeftOut as LeftOut
from chasqui.engine.metrics.samples import Process
from chasqui.engine.metrics.troubles import Shortage as Shortage
from chasqui.engine.metrics.troubles import SlowTask as SlowTask
from chasqui.engine.metrics.troubles import UnstoppedTask as UnstoppedTask
from chasqui.engine.metrics.windows import MetricWindow
from chasqui.engine.policy.breaker import CircuitState
from chasqui.pool.histogram import NO_LATENCY, Latency
from chasqui.pool.metrics import LaneMetrics, Metrics
from chasqui.pool.states import StateCounts
from chasqui.pool.submitters import Blocked

NOTHING: Final = MetricWindow()
NO_PROCESS: Final = Process()

ENOUGH: Final = 30  # runs for a median: a single odd run does not move it
ENOUGH_OF_TAIL: Final = 200  # runs for a 95th percentile: ten runs are longer
KEEP_UP: Final = 0.95  # the share of their time that workers may be busy while waits stay short
STEADY_SECONDS: Final = 30.0  # of growth that say that it goes on
NOTICEABLE: Final = 0.01  # seconds, twice the interpreter's switch interval: a shorter run may only
# have waited for another thread


@dataclass(frozen=True)
class Measured:
    """What engine, pools and types have in common: the windows up to the last sample."""

    ten_seconds: MetricWindow = NOTHING
    minute: MetricWindow = NOTHING
    ten_minutes: MetricWindow = NOTHING

    @cached_property
    def earlier(self) -> MetricWindow:
        """The time before `recent`, up to ten minutes ago."""
        return self.ten_minutes.without(self.recent)

    @cached_property
    def recent(self) -> MetricWindow:
        """The last ten seconds, or the last minute if they had too few runs."""
        return self.ten_seconds if self.ten_seconds.run.count >= ENOUGH else self.minute


@dataclass(frozen=True)
class _OfType(Measured):
    """The fields that come before the counters."""

    name: str = ""
    pool: str = "default"
    """The pool in which they wait; of several, the one where most do."""
    lanes: tuple[LaneMetrics, ...] = ()
    """The reading of their lane in each of their pools, that pool first."""
    accepted: int = 0


@listed("retried", "utilisation", "free", "slower")
@dataclass(frozen=True)
class TypeReading(StateCounts, _OfType):
    """The tasks of one type, over all pools. Example: `chasqui-tui help metrics`."""

    workers: int = 0
    """The workers of its pools, together."""
    held: tuple[str, ...] = ()
    """Why none of them may start, such as ``paused``."""
    breaker: CircuitState = "closed"
    breaker_for: float = 0.0
    """Seconds since its breaker entered this state; 0 without a breaker."""
    full: bool = False
    """Whether as many tasks run as its concurrency allows."""
    limited: bool = False
    """Whether its rate lets no task start now."""
    allowance: int | None = None
    """How many more tasks may start, while its breaker is half open."""
    concurrency: int | None = None
    rate: str | None = None
    by: str = ""
    """The parameter whose values the limits apply to, each by itself; empty: to all tasks."""
    values: int = 0
    """How many values of it have tasks, or starts that the rate still counts."""
    struck: int = 0
    """How many queued tasks are known to be held by a strike."""
    closed: int = 0
    """How many queued tasks their value keeps from starting: its limit, its rate or a strike."""
    oldest: float = 0.0
    """Seconds for which the task that waits longest has waited for a worker."""
    behind: int = 0
    """How many tasks of other types wait for the same workers and could start."""
    wait: Latency = field(default=NO_LATENCY, repr=False)
    """How long started tasks had waited for their worker."""
    run: Latency = field(default=NO_LATENCY, repr=False)
    """How long attempts had run."""
    tracked: bool = True
    """Whether the sampler keeps its past, if only from the next sample on. If not, the windows are
    empty, and their zeros mean unknown."""

    @property
    def retried(self) -> int:
        """How many attempts failed and were followed by a retry."""
        return retried(self.run, self.lanes)

    @property
    def utilisation(self) -> float:
        """The share of these workers' time, from 0 to 1, that they took in ten seconds."""
        return self.ten_seconds.utilisation

    @property
    def free(self) -> bool:
        """Whether nothing but a lack of workers keeps its tasks from starting."""
        return is_free(self)

    @cached_property
    def slower(self) -> float:
        """How many times longer its runs take than before; 0 when too few are known.

        It compares the medians, or the 95th percentiles if these have grown more; see `tail_grew`.
        """
        recent, earlier = self.recent.run, self.earlier.run
        return max(_ratio(recent, earlier, "p50"), _ratio(recent, earlier, "p95"))

    @property
    def tail_grew(self) -> bool:
        """Whether `slower` compares the 95th percentiles."""
        return self.slower > _ratio(self.recent.run, self.earlier.run, "p50")


@listed("retried", "oldest")
@dataclass(frozen=True)
class Together(Metrics, Measured):
    """What engine and pools have in common."""

    @property
    def retried(self) -> int:
        """How many attempts failed and were followed by a retry."""
        return retried(self.run, self.lanes)

    @property
    def oldest(self) -> float:
        """Seconds for which the task that waits longest has waited for a worker."""
        return max([lane.oldest for lane in self.lanes], default=0.0)


@listed("load", "workers_needed", "backlog_seconds", "room_seconds", "full_in")
@dataclass(frozen=True)
class PoolReading(Together):
    """A pool.

    Example: `chasqui-tui help metrics`.
    """

    name: str = ""
    state: str = "running"
    queue_size: int = 0
    shortage: Shortage | None = None
    """The workers that it lacks."""
    producers: tuple[Blocked, ...] = ()
    """The submitters that wait for room, the longest wait first."""
    blocked_for: float = 0.0
    """Seconds for which the first of them has waited."""
    full_for: float = 0.0
    """Seconds for which the backlog has been full, apart from brief moments of room."""
    unstopped: tuple[UnstoppedTask, ...] = ()
    """Running tasks that were asked to stop, the longest ago first."""
    slow: tuple[SlowTask, ...] = ()
    """Running tasks that take far longer than usual, the one with the highest factor first."""
    waiting: int = 0
    """How many tasks only wait for a worker: neither held nor at the limit of their type."""
    arrivals: float = 0.0
    """Tasks per second of such types that were accepted over the last ten seconds, without the
    busiest second, so that a batch submitted at once does not count."""
    departures: float = 0.0
    """Tasks per second of such types that ended."""

    @property
    def unstopped_others(self) -> int:
        """How many tasks besides the first were asked to stop."""
        return max(0, len(self.unstopped) - 1)

    @property
    def slow_others(self) -> int:
        """How many tasks besides the first take far longer than usual."""
        return max(0, len(self.slow) - 1)

    @property
    def load(self) -> float:
        """How many workers the arrivals would keep busy all the time."""
        recent = self.ten_seconds
        ended = recent.ended * recent.seconds
        return self.arrivals * recent.taken / ended if ended else 0.0

    @property
    def workers_needed(self) -> int:
        """How many workers would keep up with the arrivals, less than 95 % busy."""
        return math.ceil(self.load / KEEP_UP)

    @property
    def backlog_seconds(self) -> float:
        """How long a task accepted now will wait at the present rate, by Little's law."""
        return self.waiting / self.departures if self.departures else 0.0

    @property
    def room_seconds(self) -> float:
        """How long a producer waits for room at the present rate, by Little's law."""
        return self.blocked / self.ten_seconds.ended if self.ten_seconds.ended else 0.0

    @property
    def full_in(self) -> float:
        """In how many seconds the backlog will be full, as the last minute went; 0: unknown."""
        minute, room = self.minute, self.queue_size - self.queued
        growth = minute.stretch.growth if minute.seconds >= STEADY_SECONDS else 0.0
        return room / growth if room > 0 and growth > 0 else 0.0


@dataclass(frozen=True)
class Reading(Together):
    """The engine: its pools together, and each of its pools and types by name.

    Example: `chasqui-tui help engine`.
    """

    at: float = 0.0
    """Seconds since 1970."""
    pools: Mapping[str, PoolReading] = field(default_factory=dict)
    types: Mapping[str, TypeReading] = field(default_factory=dict)
    others: TypeReading | None = None
    """The types together that the sampler does not track individually; for each of them, only
    counts and distributions of all time are known."""
    schedules: Mapping[str, LeftOut] = field(default_factory=dict)
    """The turns that schedules have left out recently, by their names; see `LeftOut`."""
    journal: JournalView = NO_JOURNAL
    """How the journal is."""
    process: Process = NO_PROCESS
    cores: int = 1
    """How many cores the process may use."""
    gil: bool = True
    """Whether only one thread of the process runs Python code at a time."""
    switch_interval: float = 0.005
    """Seconds after which a thread that computes must release the GIL to others."""
    problem: str = ""
    """Why the windows are empty, in words; empty if they are not."""


def is_free(lane: LaneMetrics | TypeReading) -> bool:
    """Whether nothing but a lack of workers keeps tasks from starting."""
    return not (lane.held or lane.full or lane.limited or lane.allowance is not None)


def retried(run: Latency, lanes: Sequence[LaneMetrics]) -> int:
    """Return how many attempts were followed by a retry: they ran but did not end a task."""
    return run.count - sum([lane.ended - lane.dropped for lane in lanes])


def _ratio(recent: Latency, earlier: Latency, percentile: str) -> float:
    enough = ENOUGH if percentile == "p50" else ENOUGH_OF_TAIL
    now, then = getattr(recent, percentile), getattr(earlier, percentile)
    if min(recent.count, earlier.count) < enough or now < NOTICEABLE or not then:
        return 0.0
    return float(now / then)
