"""The metrics of an engine, now and over time; `Sampler` keeps the past."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from chasqui import numbers
from chasqui.arguments import text
from chasqui.engine.metrics.rings import RESOLUTIONS
from chasqui.engine.metrics.sampler import ENGINE, Sampler, Series
from chasqui.engine.metrics.stacks import Stacks
from chasqui.engine.metrics.windows import Look, Standing, total
from chasqui.engine.policy.breaker import CircuitView
from chasqui.engine.pools import Pools
from chasqui.pool.clock import Clock
from chasqui.pool.room import full_for
from chasqui.pool.state import state_of
from chasqui.pool.states import counts_of
from chasqui.pool.threads import StartThread

if TYPE_CHECKING:
    from chasqui.engine.journal.view import JournalView
    from chasqui.engine.metrics.reading import LeftOut, Reading
    from chasqui.engine.metrics.samples import History
    from chasqui.pool.gathering import Gathered


class Monitor:
    """Reads the metrics of an engine; its sampler reads them once a second.

    Args:
        notice: called at each sample, to see what has changed; see `Noticing`.
    """

    def __init__(
        self,
        pools: Pools,
        breakers: Callable[[], Iterable[CircuitView]],
        left_out: Callable[[], Iterable[LeftOut]],
        journal: Callable[[], JournalView],
        notice: Callable[[], object],
        clock: Clock,
        start_thread: StartThread,
    ) -> None:
        self._pools = pools
        self._notice = notice
        self._breakers = breakers
        self._left_out = left_out
        self._journal = journal
        self._clock = clock
        self.sampler = Sampler(self._look, clock, start_thread)
        self.stacks = Stacks(pools, clock)
        """Where tasks are in their code; the sampler looks at those that have run for long."""

    def metrics(self) -> Reading:
        """Return a reading: each pool consistent in itself, and what happened lately."""
        from chasqui.engine.metrics.reader import read  # its records take 10 ms to import

        return read(
            self._pools,
            self.sampler,
            breakers=self._breakers,
            left_out=self._left_out,
            journal=self._journal(),
            clock=self._clock,
        )

    def history(
        self, *, type: str = "", pool: str = "", seconds: int = 1, rows: int = 600
    ) -> History:
        """Return the newest rows of the past; see `Engine.history`."""
        type, pool = text("type", type), text("pool", pool)
        if type and pool:
            raise ValueError("ask for the history of a type or of a pool, not of both")
        steps = [resolution.seconds for resolution in RESOLUTIONS]
        seconds, rows = numbers.count("seconds", seconds), numbers.count("rows", rows, 0)
        if seconds not in steps:
            raise ValueError(f"rows are {steps} seconds apart, not {seconds}")
        series = Series("type", type) if type else Series("pool", pool) if pool else ENGINE
        return self.sampler.history(series, steps.index(seconds), rows)

    def _look(self, at: float) -> Mapping[Series, Look]:
        """Return the present state of every series; called on the thread of the sampler."""
        from chasqui.pool.gathering import gather  # 1 ms, which a start need not wait for

        for pool in self._pools.values():
            full_for(state_of(pool))  # it checks for room, so that no moment with room is missed
        self.stacks.sample()
        self._notice()
        return looks_at({name: gather(state_of(pool)) for name, pool in self._pools.items()}, at)


def looks_at(
    gathered: Mapping[str, tuple[int, Sequence[Gathered]]], at: float
) -> dict[Series, Look]:
    """Return the state of the engine, its pools and their types, from what was gathered."""
    found: dict[Series, Look] = {}
    types: dict[str, list[Look]] = {}
    for name, (workers, lanes) in gathered.items():
        looks = [_look(lane, workers, at) for lane in lanes]
        found[Series("pool", name)] = total(looks, workers, at)
        for lane, look in zip(lanes, looks, strict=True):
            if lane.lane.name and lane.accepted:
                types.setdefault(lane.lane.name, []).append(look)
    everything = sum([workers for workers, _ in gathered.values()])
    found[ENGINE] = total(list(found.values()), everything, at)
    for name, some in types.items():
        found[Series("type", name)] = total(some, sum([one.standing.workers for one in some]), at)
    return found


def _look(lane: Gathered, workers: int, at: float) -> Look:
    standing = Standing(
        at=at,
        accepted=lane.accepted,
        **counts_of(lane),
        # Each attempt that ran to its end either ended its task or is followed by a retry.
        retried=lane.attempts - (lane.ended - lane.dropped),
        taken=lane.used,
        queued=lane.queued,
        running=lane.running,
        oldest=lane.oldest,
        workers=workers,
    )
    return Look(standing, lane.waits, lane.runs)
