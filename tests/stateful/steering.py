"""Steering: what may be said of a whole engine, a pool, a type, or a batch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule

from chasqui import PoolClosed
from tests.stateful.agreement import same
from tests.stateful.draws import CUSTOMERS, KINDS, LIMITS, PICK, POOLS, SAID, TIMEOUTS
from tests.stateful.job import BREAKABLE, TYPES, Job
from tests.stateful.model import HELD
from tests.stateful.steps import Steps, when

POOL = st.sampled_from(POOLS)


class Steering(Steps):
    """The rules for more than one task."""

    @rule()
    @when(lambda self: self.life > 0 and any(not one.paused for one in self._going()))
    def pause(self) -> None:
        """Pause all pools."""
        self.stage.engine.pause()
        self.model.pause(paused=True)

    @rule()
    @when(lambda self: any(one.paused for one in self._going()))
    def resume(self) -> None:
        """Resume all pools."""
        self.stage.engine.resume()
        self.model.pause(paused=False)

    @rule(pool=POOL)
    @when(lambda self: self.life > 0)
    def turn_pool(self, pool: str) -> None:
        """Pause one pool, or resume it; what is at its end refuses."""
        model, real = self.model.pools[pool], self.stage.engine.pools[pool]
        if model in self._going():
            (real.resume if model.paused else real.pause)()
            model.paused = not model.paused

    @rule(pool=POOL, workers=st.integers(1, 5))
    @when(lambda self: self.life > 0)
    def resize(self, pool: str, workers: int) -> None:
        """Change the number of workers of a pool."""
        if self.model.pools[pool] in self._going():
            self.stage.engine.resize(workers, pool)
            self.model.pools[pool].resize(workers)

    @rule(timeout=TIMEOUTS)
    @when(lambda self: self._may_drain())
    def drain(self, timeout: float | None) -> None:
        """Bring one pool to its end; the other goes on."""
        timeout = None if timeout is None else timeout + self._tick()
        self._shrink("side")
        self.stage.drain("side", timeout)
        self.model.close([self.model.pools["side"]], True, timeout)

    @rule(type=KINDS)
    @when(lambda self: self.life > 0)
    def hold(self, type: str) -> None:
        """Start no more of a type."""
        if self._is_taken(lambda: self.stage.engine.pause(f"app.{type}")):
            self.model.hold(type, held=True)

    @rule(pick=PICK)
    @when(lambda self: self._holding())
    def let_go(self, pick: int) -> None:
        """Start a type again that was held, unless its breaker is open."""
        type = self._holding()[pick % len(self._holding())]
        if self._is_taken(lambda: self.stage.engine.resume(f"app.{type}")):
            self.model.hold(type, held=False)

    @rule(type=KINDS, customer=CUSTOMERS)
    @when(lambda self: self.life > 0)
    def strike(self, type: str, customer: str) -> None:
        """Start no more of one customer."""
        self._strike(type, customer, struck=True)

    @rule(pick=PICK)
    @when(lambda self: self._struck())
    def lift(self, pick: int) -> None:
        """Start those of a customer again who was struck."""
        type, customer = self._struck()[pick % len(self._struck())]
        self._strike(type, customer, struck=False)

    def _strike(self, type: str, customer: str, *, struck: bool) -> None:
        change = self.stage.engine.strike if struck else self.stage.engine.unstrike
        new: list[bool] = []
        if self._is_taken(lambda: new.append(change(f"app.{type}", customer=customer))):
            same([self.model.strike(type, customer, struck=struck)], new, "new")

    @rule(type=KINDS, limits=LIMITS)
    @when(lambda self: self.life > 0)
    def limit(self, type: str, limits: dict[str, Any]) -> None:
        """Change the limits of a type."""
        if self._is_taken(lambda: self.stage.limit(type, limits)):
            self.model.limit(type, limits)

    def _is_taken(self, change: Callable[[], object]) -> bool:
        """Change something of a type, unless no pool goes on: then see that it is refused."""
        over = all(pool.stopped for pool in self.model.pools.values())
        try:
            change()
        except PoolClosed:
            same(True, over, "over")
            return False
        same(False, over, "over")
        return True

    @rule(type=st.sampled_from(BREAKABLE))
    @when(lambda self: self.model.jobs)
    def reset(self, type: str) -> None:
        """Close a breaker by hand."""
        open_ = [name for name, one in self.model.circuits.items() if one.state != "closed"]
        type = open_[0] if open_ and self.ticks % 4 == 0 else type
        same(self.model.circuits[type].close(), self.stage.engine.reset(f"app.{type}"), "was open")

    # Batches

    @rule(
        types=st.lists(KINDS, min_size=1, max_size=4),
        said=SAID,
        follows=st.none() | KINDS,
    )
    @when(lambda self: self.life > 0)
    def batch(self, types: list[str], said: dict[str, Any], follows: str | None) -> None:
        """Submit tasks together; of several types only if there is room for all."""
        said = {name: said[name] for name in said if name not in ("expires", "time_limit")}
        said = self._exact(said)
        for name, pool in self.model.pools.items():
            into = sum(self.model.pool_of(type, said).name == name for type in types)
            if into > pool.queue_size - len(pool.queue):  # workers may make some, and may not
                types = types[:1] * len(types)
        batch, error = self.stage.batch(types, said, follows)
        group, expected = self.model.batch(types, said, follows)
        numbers = [job.number for job in group.jobs]
        same(numbers, [one.number for one in batch.tasks], "accepted")
        same(expected, error, "refused")
        same(len(types), batch.size, "size")

    @rule(pick=PICK)
    @when(lambda self: any(not one.done for one in self.model.groups))
    def cancel_batch(self, pick: int) -> None:
        """Cancel a batch, unless what runs of it would make room for what waits of it meanwhile."""
        groups = [one for one in self.model.groups if not one.done]
        group = groups[pick % len(groups)]
        going = [job for job in group.jobs if not job.final]
        if not (any(map(_heeds, going)) and any(job.state != "running" for job in going)):
            cancelled = self.stage.batches[group.number - 1].cancel()
            same(self.model.cancel_group(group), cancelled, "cancelled")

    # The end

    @rule()
    @when(lambda self: self.life <= 0 and not self.model.shut)
    def stop(self) -> None:
        """Begin to shut down."""
        shape = self.shape
        timeout = None if shape["timeout"] is None else shape["timeout"] + self._tick()
        self._shrink("default")
        self.stage.stop(shape["drain"], timeout)
        self.model.close(list(self.model.pools.values()), shape["drain"], timeout)

    @rule()
    @when(lambda self: self.model.finished)
    def begin_again(self) -> None:
        """Clear the engine that has ended away, and make another."""
        self.teardown()
        self._begin()

    # Who

    def _shrink(self, pool: str) -> None:
        """Have surplus workers in a pool that is to end, if engines of this shape are so."""
        if self.shape["shrink"] and self.model.pools[pool] in self._going():
            self.stage.engine.resize(1, pool)
            self.model.pools[pool].resize(1)
            self.agree()

    def _may_drain(self) -> bool:
        return self.life < self.shape["life"] / 2 and not self.model.closers

    def _going(self) -> list[Any]:
        """The pools that nobody ends."""
        return [pool for pool in self.model.pools.values() if not pool.stopping]

    def _struck(self) -> list[tuple[str, str]]:
        """The types and customers who are struck."""
        lanes = self.model.pools["default"].lanes
        return [(type, customer) for type in TYPES for customer in sorted(lanes[type].struck)]

    def _holding(self) -> list[str]:
        lanes = self.model.pools["default"].lanes
        return [type for type in TYPES if HELD in lanes[type].holds]


def _heeds(job: Job) -> bool:
    return job.state == "running" and job.nap is not None
