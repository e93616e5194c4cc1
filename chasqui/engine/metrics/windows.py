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
from typing import Final, NamedTuple

from chasqui.pool.histogram import Histogram, Latency, upper_edge
from chasqui.pool.states import ENDED, EndedCounts, TaskState, summed


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


@dataclass(frozen=True)
class MetricWindow:
    """What happened over the last seconds. Rates are per second.

    The distributions are those of the tasks that began (`wait`) and the attempts that ended (`run`)
    in it.
    """

    before: Standing = field(default=Standing(), repr=False)
    after: Standing = field(default=Standing(), repr=False)
    waits: Sequence[Durations] = field(default=(), repr=False)
    runs: Sequence[Durations] = field(default=(), repr=False)
    between: Sequence[Standing] = field(default=(), repr=False)
    """The standings within the window, oldest first."""

    @property
    def seconds(self) -> float:
        """Its length; shorter than its name says if its series is younger."""
        return self.after.at - self.before.at

    @property
    def accepted(self) -> float:
        """Tasks accepted per second."""
        return self._rate(self.after.accepted - self.before.accepted)

    @property
    def completed(self) -> float:
        """Tasks completed per second."""
        return self.rate_of("completed")

    @property
    def failed(self) -> float:
        """Tasks failed for good per second."""
        return self.rate_of("failed")

    @property
    def cancelled(self) -> float:
        """Tasks cancelled per second."""
        return self.rate_of("cancelled")

    @property
    def retried(self) -> float:
        """Attempts per second that failed and are followed by a retry."""
        return self._rate(self.after.retried - self.before.retried)

    @property
    def ended(self) -> float:
        """Tasks per second that ended, in whichever state."""
        return self._rate(self.after.ended - self.before.ended)

    def rate_of(self, state: TaskState) -> float:
        """Return how many tasks ended in a final state, per second."""
        return self._rate(getattr(self.after, state) - getattr(self.before, state))

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
    def wait(self) -> Latency:
        """How long tasks had waited for their worker."""
        return together(self.waits).read()

    @cached_property
    def run(self) -> Latency:
        """How long attempts ran."""
        return together(self.runs).read()

    @cached_property
    def arrivals(self) -> list[tuple[int, float]]:
        """For each row, how many tasks were accepted in how many seconds; the newest first."""
        standings = [self.after, *reversed(self.between), self.before]
        return [(b.accepted - a.accepted, b.at - a.at) for b, a in pairwise(standings)]

    def without(self, newest: MetricWindow) -> MetricWindow:
        """Return the rest of this window, without its newest part."""
        return MetricWindow(
            self.before,
            newest.before,
            [_difference(self.waits, newest.waits)],
            [_difference(self.runs, newest.runs)],
        )

    def _rate(self, count: int) -> float:
        return count / self.seconds if self.seconds > 0 else 0.0


def pace(whole: MetricWindow, *parts: MetricWindow) -> float:
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
