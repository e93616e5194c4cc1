"""Windows: what happened between two moments, as the difference of their counters.

A `Standing` is the state of a pool, a type or the engine at a moment; its counters never decrease.
So a window is a difference of two of them, and no rate is a sum of other rates. Durations are
merged from those of each second, so that a percentile is that of the tasks of just this window, and
at most a sixteenth too high (see `Histogram`).
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from statistics import median
from typing import Any, Final, NamedTuple

from chasqui.datarecord import Deferred, arguments_of
from chasqui.pool.histogram import NO_LATENCY, Histogram, Latency, upper_edge
from chasqui.pool.states import ENDED, EndedCounts, summed

MINUTE_SECONDS: Final = 60.0
BEGUN_SECONDS: Final = 10.0


class Durations(NamedTuple):
    """How many durations are in each bucket; it takes a tenth of the memory of a dict."""

    buckets: array[int] = array("H")
    counts: array[int] = array("Q")
    max: float = 0.0

    @classmethod
    def of(cls, histogram: Histogram) -> Durations:
        """Return the counts of a histogram."""
        counts = histogram.counts
        if not counts:
            return NO_DURATIONS
        return cls(array("H", counts), array("Q", counts.values()), histogram.max)


NO_DURATIONS = Durations()


def together(parts: Iterable[Durations]) -> Histogram:
    """Return a histogram of all."""
    whole = Histogram()
    counts = whole.counts
    for part in parts:
        for bucket, count in zip(part.buckets, part.counts, strict=True):
            counts[bucket] += count
        whole.max = max(whole.max, part.max)
    return whole


@dataclass(frozen=True, slots=True)
class Standing(EndedCounts):
    """What had happened by a moment, and what was going on."""

    at: float = 0.0
    """Seconds on a clock that stands still while no sample could be taken; see `Sampler`."""
    accepted: int = 0
    retried: int = 0
    taken: float = 0.0
    """Seconds of workers that tasks had taken, including those that still ran."""
    queued: int = 0
    running: int = 0
    oldest: float = 0.0
    """For how many seconds the task that waits longest had waited."""
    workers: int = 0
    """How many workers served these tasks."""


class Look(NamedTuple):
    """A sample of a series: its standing, and the durations measured since the last sample."""

    standing: Standing
    waits: Histogram
    runs: Histogram


class Timed(NamedTuple):
    """Durations in parts, for a `Latency` that is worked out when it is looked at."""

    parts: Sequence[Durations]

    def values(self) -> dict[str, Any]:
        """Return the fields of the distribution."""
        return arguments_of(together(self.parts).read())


@dataclass(frozen=True, slots=True)
class MetricWindow(Deferred):
    """What happened over the last seconds. Rates are per second.

    The distributions are those of the tasks that began (`wait`) and the attempts that ended (`run`)
    in it. All of it is worked out of a `Stretch` when it is looked at.

    Example: `chasqui-tui help metrics`.
    """

    seconds: float = 0.0
    """Its length; shorter than its name says if its series is younger."""
    accepted: float = 0.0
    """Tasks accepted per second."""
    completed: float = 0.0
    """Tasks completed per second."""
    failed: float = 0.0
    """Tasks failed for good per second."""
    cancelled: float = 0.0
    """Tasks cancelled per second."""
    retried: float = 0.0
    """Attempts per second that failed and are followed by a retry."""
    ended: float = 0.0
    """Tasks per second that ended, in whichever state."""
    utilisation: float = 0.0
    """The share of the workers' time, from 0 to 1, that these tasks took."""
    taken: float = 0.0
    """Seconds of workers that these tasks took."""
    wait: Latency = NO_LATENCY
    """How long tasks had waited for their worker."""
    run: Latency = NO_LATENCY
    """How long attempts ran."""

    @property
    def stretch(self) -> Stretch:
        """What it is worked out of; empty for a copy in another process."""
        return self.source or Stretch()

    def without(self, newest: MetricWindow) -> MetricWindow:
        """Return the rest of this window, without its newest part."""
        return MetricWindow.later(self.stretch.without(newest.stretch))


@dataclass(frozen=True)
class Stretch:
    """Two moments, and what was measured between them."""

    before: Standing = field(default=Standing(), repr=False)
    after: Standing = field(default=Standing(), repr=False)
    waits: Sequence[Durations] = field(default=(), repr=False)
    runs: Sequence[Durations] = field(default=(), repr=False)
    between: Sequence[Standing] = field(default=(), repr=False)
    """The standings within it, oldest first."""

    def values(self) -> dict[str, Any]:
        """Return the fields of a `MetricWindow`."""
        return {
            "seconds": self.seconds,
            **{name: self.rate(name) for name in ("accepted", *ENDED, "retried", "ended")},
            "utilisation": self.utilisation,
            "taken": self.taken,
            "wait": Latency.later(Timed(self.waits)),
            "run": Latency.later(Timed(self.runs)),
        }

    @property
    def seconds(self) -> float:
        """Its length."""
        return self.after.at - self.before.at

    def rate(self, counter: str) -> float:
        """Return how much a counter of `Standing` rose, per second."""
        rose = getattr(self.after, counter) - getattr(self.before, counter)
        return rose / self.seconds if self.seconds > 0 else 0.0

    @property
    def utilisation(self) -> float:
        """The share of the workers' time, from 0 to 1, that these tasks took."""
        time = self.seconds * self.after.workers
        return min(1.0, max(0.0, self.taken / time)) if time > 0 else 0.0

    @property
    def taken(self) -> float:
        """Seconds of workers that these tasks took."""
        return self.after.taken - self.before.taken

    @cached_property
    def arrivals(self) -> list[tuple[int, float]]:
        """For each row, how many tasks were accepted in how many seconds; the newest first."""
        standings = [self.after, *reversed(self.between), self.before]
        return [(b.accepted - a.accepted, b.at - a.at) for b, a in pairwise(standings)]

    @cached_property
    def growth(self) -> float:
        """How many tasks more wait with each second: the middle of all rows.

        So a batch that is submitted at once, and a second without any, do not count.
        """
        standings = [self.before, *self.between, self.after]
        rows = [
            (b.queued - a.queued) / (b.at - a.at) for a, b in pairwise(standings) if b.at > a.at
        ]
        return median(rows) if rows else 0.0

    @cached_property
    def minutes(self) -> list[float]:
        """How many tasks ended per second in each minute, the oldest first.

        The minute under way counts as soon as `BEGUN_SECONDS` of it have passed.
        """
        last, rates = self.before, []
        for standing in (*self.between, self.after):
            passed = standing.at - last.at
            if passed >= MINUTE_SECONDS or (standing is self.after and passed >= BEGUN_SECONDS):
                rates.append((standing.ended - last.ended) / passed)
                last = standing
        return rates

    def without(self, newest: Stretch) -> Stretch:
        """Return the rest of this stretch, without its newest part."""
        return Stretch(
            self.before,
            newest.before,
            [_difference(self.waits, newest.waits)],
            [_difference(self.runs, newest.runs)],
        )


def pace(whole: Stretch, *parts: Stretch) -> float:
    """Return the arrivals per second that belong to none of the parts, without the busiest row.

    Tasks that are submitted at once make a backlog, but do not predict further arrivals.
    """
    rows = [
        (count - sum([part.arrivals[at][0] for part in parts if at < len(part.arrivals)]), seconds)
        for at, (count, seconds) in enumerate(whole.arrivals)
    ]
    steady = sorted(rows)[:-1] or rows
    seconds = sum([seconds for _, seconds in steady])
    return max(0, sum([count for count, _ in steady])) / seconds if seconds > 0 else 0.0


def _difference(whole: Sequence[Durations], part: Sequence[Durations]) -> Durations:
    rest = together(whole)
    rest.counts -= together(part).counts
    # The longest may belong to the part; that of the rest is in its highest bucket.
    rest.max = min(rest.max, upper_edge(max(rest.counts, default=0)))
    return Durations.of(rest)


SUMS: Final = (
    "accepted",
    *ENDED,
    "retried",
    "taken",
    "queued",
    "running",
)


def total(looks: Sequence[Look], workers: int, at: float) -> Look:
    """Return the sum of the samples of one moment, for this many workers; of ages, the maximum."""
    if len(looks) == 1:
        return looks[0]
    waits, runs = Histogram(), Histogram()
    for look in looks:
        waits.add(look.waits)
        runs.add(look.runs)
    standings = [look.standing for look in looks]
    oldest = max([standing.oldest for standing in standings], default=0.0)
    sums = summed(SUMS, standings)
    return Look(Standing(at=at, oldest=oldest, workers=workers, **sums), waits, runs)
