"""Metrics: one frozen, consistent reading of a pool, or of several."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final

from chasqui.datarecord import listed
from chasqui.pool.histogram import NO_LATENCY, Latency, joined
from chasqui.pool.states import STATES, StateCounts, summed


@dataclass(frozen=True)
class _OfLane:
    """The fields that come before the counters."""

    name: str = ""
    """The name of its tasks' type; empty for tasks without a type."""
    pool: str = ""


@listed("accepted")
@dataclass(frozen=True)
class LaneMetrics(StateCounts, _OfLane):
    """The part of a reading that is about one lane."""

    dropped: int = 0
    """How many of the cancelled had not started."""
    oldest: float = 0.0
    """For how many seconds the task that waits longest has waited."""
    held: tuple[str, ...] = ()
    """Why none of its tasks starts, such as ``paused``."""
    full: bool = False
    """Whether as many tasks run as its concurrency allows."""
    limited: bool = False
    """Whether tasks wait that its rate does not let start yet."""
    allowance: int | None = None
    """How many more tasks may start at all; None: any number."""
    concurrency: int | None = None
    rate: str | None = None
    """As `Rate` is written."""
    by: str = ""
    """The parameter whose values the limits apply to, each by itself; empty: to all tasks."""
    values: int = 0
    """How many values of it have tasks, or starts that the rate still counts."""
    struck: int = 0
    """How many queued tasks are known to be held by a strike."""
    closed: int = 0
    """How many queued tasks their value keeps from starting: its limit, its rate or a strike."""
    used: float = field(default=0.0, repr=False)
    """Seconds that its tasks have taken, including those that still run."""
    wait: Latency = field(default=NO_LATENCY, repr=False)
    """How long started tasks had waited for their worker."""
    run: Latency = field(default=NO_LATENCY, repr=False)
    """How long ended tasks had run."""

    @property
    def accepted(self) -> int:
        """All of its tasks."""
        return self.accounted


@dataclass(frozen=True)
class _Submitted:
    """The fields that come before the counters."""

    accepted: int = 0
    rejected: int = 0


@listed("busy", "processed", "balanced", "utilisation")
@dataclass(frozen=True)
class Metrics(StateCounts, _Submitted):
    """One consistent reading; each of the terms is counted on its own.

    The distributions, which take longer than the reading, are worked out when they are first used.

    Example: `chasqui-tui help metrics`.
    """

    workers: int = 0
    """The pool's workers, busy or not."""
    rate: float = 0.0
    """Tasks that ended per second, over the last `window` seconds."""
    window: float = 0.0
    """Seconds that rates cover: at least ten, back to an earlier reading."""
    blocked: int = 0
    """Submitters that wait for room; `Pool.blocked` lists them."""
    lanes: tuple[LaneMetrics, ...] = ()
    """The part of each lane that the pool has had."""
    used: float = field(default=0.0, repr=False)
    """Seconds that tasks have taken over the window."""
    wait: Latency = field(default=NO_LATENCY, repr=False)
    """How long started tasks had waited for their worker."""
    run: Latency = field(default=NO_LATENCY, repr=False)
    """How long ended tasks had run."""
    pools: Mapping[str, Metrics] = field(default_factory=dict, repr=False)
    """In a reading of several pools: the reading of each, by the pool's name."""

    @property
    def busy(self) -> int:
        """Workers that run a task."""
        return self.running

    @property
    def processed(self) -> int:
        """Tasks whose body has ended: completed and failed."""
        return self.completed + self.failed

    @property
    def balanced(self) -> bool:
        """Whether every accepted task is accounted for."""
        return self.accepted == self.accounted

    @cached_property
    def utilisation(self) -> float:
        """The share of the workers' time, from 0 to 1, that tasks took over the `window`."""
        if self.window <= 0 or not self.workers:
            return 0.0
        return min(1.0, max(0.0, self.used / (self.window * self.workers)))


SUMS: Final = (
    "accepted",
    "rejected",
    *STATES,
    "workers",
    "rate",
    "blocked",
    "used",
)


def over_all(pools: Mapping[str, Metrics]) -> Metrics:
    """Return a reading over several pools; it is balanced because each of them is."""
    parts = list(pools.values())
    if len(parts) == 1:
        return replace(parts[0], pools=pools)
    sums = summed(SUMS, parts)
    workers = sums["workers"]
    # The mean of the windows, weighted by workers, keeps `utilisation` true.
    time = sum(part.window * part.workers for part in parts)
    return Metrics(
        **sums,
        window=time / workers if workers else max(part.window for part in parts),
        wait=joined([part.wait for part in parts]),
        run=joined([part.run for part in parts]),
        lanes=tuple(lane for part in parts for lane in part.lanes),
        pools=pools,
    )
