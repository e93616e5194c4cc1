"""Tallies: what one worker has counted of one lane.

A count has one owner, so that counting needs no lock: the worker writes it, or, once the worker is
gone, the pool under its lock. Readings add the tallies up.
"""

from __future__ import annotations

from chasqui.pool.histogram import Histogram
from chasqui.pool.lane import Lane


class Tally:
    """How tasks of a lane have ended, and how long they waited and ran, in seconds."""

    __slots__ = ("cancelled", "completed", "failed", "lane", "run", "runs", "wait", "waits")

    def __init__(self, lane: Lane) -> None:
        self.lane = lane
        self.completed = self.failed = self.cancelled = 0
        # Durations not yet in the histograms. These are the same two lists for good.
        self.waits: list[float] = []
        self.runs: list[float] = []
        self.wait = Histogram()
        self.run = Histogram()

    @property
    def ended(self) -> int:
        """How many tasks have ended."""
        return self.completed + self.failed + self.cancelled

    def fold(self) -> None:
        """Put the durations that lie about into the histograms."""
        self.wait.fold(self.waits)
        self.run.fold(self.runs)
        self.waits.clear()
        self.runs.clear()

    def add(self, other: Tally) -> None:
        """Count all that another has counted."""
        other.fold()
        self.completed += other.completed
        self.failed += other.failed
        self.cancelled += other.cancelled
        self.wait.add(other.wait)
        self.run.add(other.run)

    def take(self, other: Tally) -> None:
        """Take the durations from another, whose owner must rest; it keeps its counts."""
        self.waits += other.waits
        self.runs += other.runs
        other.waits.clear()
        other.runs.clear()
        if other.wait.counts or other.run.counts:
            self.wait.add(other.wait)
            self.run.add(other.run)
            other.wait, other.run = Histogram(), Histogram()


class Tallies(dict[Lane, Tally]):
    """The tallies of one owner, made when they are first asked for."""

    __slots__ = ()

    def __missing__(self, lane: Lane) -> Tally:
        tally = self[lane] = Tally(lane)
        return tally

    def fold(self) -> None:
        """Put the durations that lie about into the histograms."""
        for tally in self.values():
            tally.fold()

    def add(self, other: Tallies) -> None:
        """Count all that another owner has counted."""
        for lane, tally in other.items():
            self[lane].add(tally)

    def take(self, other: Tallies) -> None:
        """Take the durations from another owner, who must rest."""
        for lane, tally in other.items():
            if tally.waits or tally.runs or tally.wait.counts or tally.run.counts:
                self[lane].take(tally)

    # Others may look while the owner counts: a copy is made in one go.

    @property
    def completed(self) -> int:
        """How many tasks ended well."""
        return sum([tally.completed for tally in list(self.values())])

    @property
    def failed(self) -> int:
        """How many tasks failed."""
        return sum([tally.failed for tally in list(self.values())])

    @property
    def cancelled(self) -> int:
        """How many tasks were cancelled while they ran."""
        return sum([tally.cancelled for tally in list(self.values())])
