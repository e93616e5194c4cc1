"""Metrics: one frozen, consistent reading of a pool, or of several."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final

from chasqui.pool.histogram import Latency, Samples, merged


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
    waits: tuple[Samples, ...] = field(default=(), repr=False)
    runs: tuple[Samples, ...] = field(default=(), repr=False)
    used: float = field(default=0.0, repr=False)
    """Seconds that tasks still running have taken, less all taken before the window."""
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
        waiting = self.queued + self.scheduled + self.running
        return self.accepted == waiting + self.completed + self.failed + self.cancelled

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
        taken = self.used + sum(one.seconds for one in self.runs)
        return min(1.0, max(0.0, taken / (self.window * self.workers)))


SUMS: Final = (
    "accepted",
    "rejected",
    "queued",
    "scheduled",
    "running",
    "completed",
    "failed",
    "cancelled",
    "workers",
    "rate",
    "blocked",
    "used",
)


def over_all(pools: Mapping[str, Metrics]) -> Metrics:
    """Return one reading of several pools; it is balanced because each of them is."""
    parts = list(pools.values())
    if len(parts) == 1:
        return replace(parts[0], pools=pools)
    sums = {name: sum(getattr(part, name) for part in parts) for name in SUMS}
    workers = sums["workers"]
    # The window of all, by workers, is the one that keeps the share of their time that was taken.
    time = sum(part.window * part.workers for part in parts)
    return Metrics(
        **sums,
        window=time / workers if workers else max(part.window for part in parts),
        waits=tuple(one for part in parts for one in part.waits),
        runs=tuple(one for part in parts for one in part.runs),
        pools=pools,
    )
