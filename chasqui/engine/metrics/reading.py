"""Reading: the engine, its pools and its types at one moment, with what happened up to it.

Everything that is said of an engine, by a console or by `Engine.diagnose`, is said of one reading,
and every number in it can be looked up there. What takes longer than reading, the distributions
and what follows from them, is worked out when it is first asked for.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Final

from chasqui.dataclass import dataclass, field
from chasqui.engine.metrics.sampler import Process
from chasqui.engine.metrics.windows import MetricWindow
from chasqui.engine.policy.breaker import CircuitState
from chasqui.pool.histogram import Latency, merged
from chasqui.pool.metrics import LaneMetrics, Metrics
from chasqui.pool.room import Blocked
from chasqui.pool.states import StateCounts

NOTHING: Final = MetricWindow()
NO_PROCESS: Final = Process()

ENOUGH: Final = 30  # runs that a median is worth something of: one odd run does not move it
ENOUGH_OF_TAIL: Final = 200  # and a 95th percentile: ten runs are longer
KEEP_UP: Final = 0.95  # of their time that workers may be busy, and still have what comes in wait
# but briefly
NOTICEABLE: Final = 0.01  # seconds, twice the interpreter's switch interval: a run that took less
# may just have waited for another thread's turn


@dataclass(frozen=True)
class Measured:
    """What engine, pools and types have in common: what happened up to the meter's last look."""

    ten_seconds: MetricWindow = NOTHING
    minute: MetricWindow = NOTHING
    ten_minutes: MetricWindow = NOTHING

    @cached_property
    def earlier(self) -> MetricWindow:
        """What was before `recent`, up to ten minutes ago."""
        return self.ten_minutes.without(self.recent)

    @cached_property
    def recent(self) -> MetricWindow:
        """The last ten seconds, or the minute if there were too few runs in these."""
        return self.ten_seconds if self.ten_seconds.run.count >= ENOUGH else self.minute


@dataclass(frozen=True)
class _OfType(Measured):
    """The fields that come before the counters."""

    name: str = ""
    pool: str = "default"
    """The pool in which they wait; of several, where most do."""
    lanes: tuple[LaneMetrics, ...] = ()
    """What is known of them in each of their pools, that pool first."""
    accepted: int = 0


@dataclass(frozen=True)
class TypeReading(StateCounts, _OfType):
    """The tasks of one type, over all pools."""

    workers: int = 0
    """The workers of its pools, together."""
    held: tuple[str, ...] = ()
    """Why none of them may start, such as ``paused``."""
    breaker: CircuitState = "closed"
    breaker_for: float = 0.0
    """Seconds since its breaker came to be so; 0 without one."""
    full: bool = False
    """Whether as many run as its concurrency allows."""
    limited: bool = False
    """Whether its rate lets nothing start now."""
    allowance: int | None = None
    """How many more may start at all, while its breaker is half open."""
    concurrency: int | None = None
    rate: str | None = None
    oldest: float = 0.0
    """Seconds that the one that waits longest has waited for a worker."""
    behind: int = 0
    """How many tasks of other types wait for the same workers, and could start."""
    tracked: bool = True
    """Whether the meter keeps a past of it, if only from its next look on; where it does not, the
    windows are empty, and what is 0 in them is not known."""

    @cached_property
    def wait(self) -> Latency:
        """How long those that started had waited for their worker."""
        return merged(samples for lane in self.lanes for samples in lane.waits).read()

    @cached_property
    def run(self) -> Latency:
        """How long attempts had run."""
        return merged(samples for lane in self.lanes for samples in lane.runs).read()

    @property
    def retried(self) -> int:
        """Attempts that failed and were put off, to be made again."""
        return retried(self.run, self.lanes)

    @property
    def utilisation(self) -> float:
        """Which share of the time of these workers, from 0 to 1, they took in ten seconds."""
        return self.ten_seconds.utilisation

    @property
    def free(self) -> bool:
        """Whether nothing but a lack of workers keeps its tasks from starting."""
        return is_free(self)

    @cached_property
    def slower(self) -> float:
        """How many times as long as earlier its runs take; 0 when too few are known.

        By the median, or by the 95th percentile if that has grown more; see `tail_grew`.
        """
        recent, earlier = self.recent.run, self.earlier.run
        return max(_ratio(recent, earlier, "p50"), _ratio(recent, earlier, "p95"))

    @property
    def tail_grew(self) -> bool:
        """Whether `slower` is of the 95th percentile."""
        return self.slower > _ratio(self.recent.run, self.earlier.run, "p50")


@dataclass(frozen=True)
class Together(Metrics, Measured):
    """What engine and pools have in common."""

    @property
    def retried(self) -> int:
        """Attempts that failed and were put off, to be made again."""
        return retried(self.run, self.lanes)

    @property
    def oldest(self) -> float:
        """Seconds that the one that waits longest has waited for a worker."""
        return max([lane.oldest for lane in self.lanes], default=0.0)


@dataclass(frozen=True, slots=True)
class UnstoppedTask:
    """A task that was asked to stop, and still runs."""

    number: int
    type: str
    worker: str
    asked_for: float
    """Seconds since it was asked, the first time."""


@dataclass(frozen=True)
class PoolReading(Together):
    """One pool."""

    name: str = ""
    state: str = "running"
    queue_size: int = 0
    producers: tuple[Blocked, ...] = ()
    """Those that wait for room, longest first."""
    blocked_for: float = 0.0
    """Seconds that the first of them has waited."""
    full_for: float = 0.0
    """Seconds for which the backlog has had no room for long, whichever producer waited."""
    unstopped: tuple[UnstoppedTask, ...] = ()
    """Running tasks that were asked to stop, that which was asked first at the beginning."""
    waiting: int = 0
    """How many wait for nothing but a worker: neither held back nor at the limit of their type."""
    arrivals: float = 0.0
    """Tasks per second that came in over the last ten seconds, of types as free as these; but for
    the busiest second, so that a batch given at once does not count."""
    departures: float = 0.0
    """Tasks per second of such types that ended."""

    @property
    def unstopped_others(self) -> int:
        """How many were asked to stop beside the first."""
        return max(0, len(self.unstopped) - 1)

    @property
    def load(self) -> float:
        """How many workers what comes in would keep busy all the time."""
        recent = self.ten_seconds
        ended = recent.ended * recent.seconds
        return self.arrivals * recent.taken / ended if ended else 0.0

    @property
    def workers_needed(self) -> int:
        """How many workers would keep up with what comes in, less than 95 % busy."""
        return math.ceil(self.load / KEEP_UP)

    @property
    def backlog_seconds(self) -> float:
        """How long what comes in now will wait at the present pace, by Little's law."""
        return self.waiting / self.departures if self.departures else 0.0


@dataclass(frozen=True, slots=True)
class LeftOut:
    """The turns of a schedule that were left out, one after the other."""

    name: str
    type: str
    turns: int
    """How many, since the last that was taken, or else of those before it."""
    first_ago: float
    """Seconds since the first of them was due."""
    last_ago: float
    """Seconds since the last of them was left out."""
    reason: str
    """Why that one was."""
    ongoing: bool
    """Whether no turn has been taken since."""


@dataclass(frozen=True)
class Reading(Together):
    """The engine: its pools together, and each of its pools and types by name."""

    at: float = 0.0
    """Seconds since the epoch."""
    pools: Mapping[str, PoolReading] = field(default_factory=dict)
    types: Mapping[str, TypeReading] = field(default_factory=dict)
    others: TypeReading | None = None
    """What the types have in common that the meter does not track each by itself; only counts and
    distributions of all time are known of each of those."""
    schedules: Mapping[str, LeftOut] = field(default_factory=dict)
    """What schedules have left out lately, by their names; see `LeftOut`."""
    process: Process = NO_PROCESS
    cores: int = 1
    """How many cores the process may use."""
    gil: bool = True
    """Whether only one thread of the process runs Python code at a time."""
    switch_interval: float = 0.005
    """Seconds after which a thread that computes must let another one go on."""
    problem: str = ""
    """Why there are no windows, in words."""


def is_free(lane: LaneMetrics | TypeReading) -> bool:
    """Whether nothing but a lack of workers keeps tasks from starting."""
    return not (lane.held or lane.full or lane.limited or lane.allowance is not None)


def retried(run: Latency, lanes: Sequence[LaneMetrics]) -> int:
    """Return how many attempts were put off: those that ran to an end and did not end a task."""
    return run.count - sum([lane.ended - lane.dropped for lane in lanes])


def _ratio(recent: Latency, earlier: Latency, percentile: str) -> float:
    enough = ENOUGH if percentile == "p50" else ENOUGH_OF_TAIL
    now, then = getattr(recent, percentile), getattr(earlier, percentile)
    if min(recent.count, earlier.count) < enough or now < NOTICEABLE or not then:
        return 0.0
    return float(now / then)
