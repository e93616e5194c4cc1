"""Metrics: one frozen, consistent reading of a pool, or of several."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Final

from chasqui.pool.histogram import Latency, Samples, merged
from chasqui.pool.lane import Lane
from chasqui.pool.states import STATES


@dataclass(frozen=True)
class LaneMetrics:
    """The part of a reading that is about one lane."""

    lane: Lane = field(repr=False)
    pool: str = ""
    queued: int = 0
    scheduled: int = 0
    running: int = 0
    completed: int = 0
    failed: int = 0
    cancelled: int = 0
    dropped: int = 0
    """Of the cancelled, those that did not run when they were."""
    oldest: float = 0.0
    """Seconds that the one has waited which waits longest."""
    held: tuple[str, ...] = ()
    """Why nothing of it starts, such as ``paused``."""
    full: bool = False
    """Whether as many run as may."""
    limited: bool = False
    """Whether something waits that its rate does not let start yet."""
    allowance: int | None = None
    """How many more may start at all; None: any number."""
    concurrency: int | None = None
    rate: str | None = None
    """As `Rate` is written."""
    waits: tuple[Samples, ...] = field(default=(), repr=False)
    runs: tuple[Samples, ...] = field(default=(), repr=False)
    used: float = field(default=0.0, repr=False)
    """Seconds that its tasks have taken, those that still run too."""

    @property
    def name(self) -> str:
        """The name that its tasks have; empty for those without a type."""
        return self.lane.name

    @property
    def ended(self) -> int:
        """Tasks that are final."""
        return self.completed + self.failed + self.cancelled

    @property
    def accepted(self) -> int:
        """All of its tasks."""
        return self.queued + self.scheduled + self.running + self.ended

    @cached_property
    def wait(self) -> Latency:
        """How long started tasks had waited for their worker."""
        return merged(self.waits).read()

    @cached_property
    def run(self) -> Latency:
        """How long ended tasks had run."""
        return merged(self.runs).read()


@dataclass(frozen=True)
class Metrics:
    """One consistent reading; each of the terms is counted on its own.

    What takes longer than reading, the distributions, is worked out when it is first asked for.
    """

    accepted: int = 0
    rejected: int = 0
    queued: int = 0
    scheduled: int = 0
    running: int = 0
    completed: int = 0
    failed: int = 0
    cancelled: int = 0
    workers: int = 0
    """Workers that there are, busy or not."""
    rate: float = 0.0
    """Tasks that ended per second, over the last `window` seconds."""
    window: float = 0.0
    """What rates cover: the least that is ten seconds or more and begins with a reading."""
    blocked: int = 0
    """Submitters that wait for room; `Pool.blocked` lists them."""
    lanes: tuple[LaneMetrics, ...] = ()
    """The same of each lane that the pool has had."""
    waits: tuple[Samples, ...] = field(default=(), repr=False)
    runs: tuple[Samples, ...] = field(default=(), repr=False)
    used: float = field(default=0.0, repr=False)
    """Seconds that tasks have taken over the window."""
    pools: Mapping[str, Metrics] = field(default_factory=dict, repr=False)
    """Of a reading of several pools: that of each, by its name."""

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
        accounted: int = sum([getattr(self, state) for state in STATES])
        return self.accepted == accounted

    @cached_property
    def wait(self) -> Latency:
        """How long started tasks had waited for their worker."""
        return merged(self.waits).read()

    @cached_property
    def run(self) -> Latency:
        """How long ended tasks had run."""
        return merged(self.runs).read()

    @cached_property
    def utilisation(self) -> float:
        """Which share of the workers' time, from 0 to 1, tasks took over the `window`."""
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


def summed(names: Iterable[str], parts: Sequence[object]) -> dict[str, Any]:
    """Return the sum over all parts of each of these fields, by its name."""
    return {name: sum([getattr(part, name) for part in parts]) for name in names}


def over_all(pools: Mapping[str, Metrics]) -> Metrics:
    """Return one reading of several pools; it is balanced because each of them is."""
    parts = list(pools.values())
    if len(parts) == 1:
        return replace(parts[0], pools=pools)
    sums = summed(SUMS, parts)
    workers = sums["workers"]
    # The window of all, by workers, is the one that keeps the share of their time that was taken.
    time = sum(part.window * part.workers for part in parts)
    return Metrics(
        **sums,
        window=time / workers if workers else max(part.window for part in parts),
        waits=tuple(one for part in parts for one in part.waits),
        runs=tuple(one for part in parts for one in part.runs),
        lanes=tuple(lane for part in parts for lane in part.lanes),
        pools=pools,
    )
