"""Tallies: what one worker has counted of one lane.

A count has one owner, so that counting needs no lock: the worker writes it, or, once the worker is
gone, the pool under its lock. Readings add the tallies up.
"""

from __future__ import annotations

from chasqui.pool.histogram import Histogram
from chasqui.pool.lane import Lane
from chasqui.pool.states import ENDED


class Tally:
    """How tasks of a lane have ended, and how long they waited and ran, in seconds.

    It has a counter for each final state, by the name of the state. Cancelled are only those that
    had started. The two counters below are named because the worker loop uses them.
    """

    __slots__ = (*ENDED, "lane", "run", "runs", "wait", "waits")

    completed: int
    failed: int

    def __init__(self, lane: Lane) -> None:
        self.lane = lane
        for state in ENDED:
            setattr(self, state, 0)
        # Durations not yet in the histograms. The two lists are never replaced.
        self.waits: list[float] = []
        self.runs: list[float] = []
        self.wait = Histogram()
        self.run = Histogram()

    @property
    def ended(self) -> int:
        """How many tasks have ended."""
        return sum([getattr(self, state) for state in ENDED])

    def fold(self) -> None:
        """Put the buffered durations into the histograms."""
        self.wait.fold(self.waits)
        self.run.fold(self.runs)
        self.waits.clear()
        self.runs.clear()

    def add(self, other: Tally) -> None:
        """Add all that another tally has counted."""
        other.fold()
        for state in ENDED:
            setattr(self, state, getattr(self, state) + getattr(other, state))
        self.wait.add(other.wait)
        self.run.add(other.run)

    def take(self, other: Tally) -> None:
        """Take the durations from another tally, which keeps its counts; its owner must rest."""
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
        """Put the buffered durations into the histograms."""
        for tally in self.values():
            tally.fold()

    def add(self, other: Tallies) -> None:
        """Add all that another owner has counted."""
        for lane, tally in other.items():
            self[lane].add(tally)

    def take(self, other: Tallies) -> None:
        """Take the durations from another owner, who must rest."""
        for lane, tally in other.items():
            if tally.waits or tally.runs or tally.wait.counts or tally.run.counts:
                self[lane].take(tally)
