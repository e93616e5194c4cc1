"""How a row is measured: rounds of both sides in turn, and the median of the ratios.

An absolute time means nothing on a shared machine. Within a round both sides meet the same machine,
so their ratio does; the median of the rounds drops what one of them was disturbed by.
"""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scale:
    """How much is done: the sizes of a real measurement, or just enough to see that it runs."""

    tasks: int = 200_000
    rounds: int = 5
    probes: int = 2_000

    @classmethod
    def quick(cls) -> Scale:
        """Return sizes that prove nothing but that the row works."""
        return cls(tasks=2_000, rounds=1, probes=50)


@dataclass(frozen=True, slots=True)
class Result:
    """One row of the table."""

    row: str
    peer: str
    ratio: float
    """How many times better than the peer; for rows that must stay below a limit, the figure."""
    aim: float
    ours: str
    theirs: str
    at_most: bool = False
    """Whether the aim is a limit."""
    unit: str = "x"
    """Of the figure and the aim: times the peer, or milliseconds beyond it."""

    @property
    def holds(self) -> bool:
        """Whether the aim is met."""
        return self.ratio <= self.aim if self.at_most else self.ratio >= self.aim


Side = Callable[[], float]


def compare(ours: Side, theirs: Side, rounds: int) -> tuple[float, float, float]:
    """Run both sides in turn; return the median ratio and the median figure of each side."""
    pairs = []
    for _ in range(rounds):
        gc.collect()
        mine = ours()
        gc.collect()
        pairs.append((mine, theirs()))
    ratio = statistics.median(mine / other for mine, other in pairs)
    mine, other = (statistics.median(side) for side in zip(*pairs, strict=True))
    return ratio, mine, other


def rate(count: int, run: Callable[[], None]) -> float:
    """Return how many a second a run of ``count`` makes."""
    began = time.perf_counter()
    run()
    return count / (time.perf_counter() - began)
