"""Pooling: the pools of an engine, which task goes to which, and what is done to them.

Each pool has a backlog, workers and a lock of its own, so what happens in one delays no other. A
type says which pool runs it, the config and a submission may say another; where nobody says, it is
the one called ``default``, which there always is. Tasks are numbered over all pools.

A wait is refused as a deadlock where a task waits for its own pool; a task that waits for another
pool, whose tasks wait for it in turn, is not seen.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final, Literal

from chasqui import numbers
from chasqui.arguments import number as whole
from chasqui.arguments import of_kind, text
from chasqui.engine.config import PoolConfig
from chasqui.engine.policy import Policy
from chasqui.engine.tasktype import TaskType
from chasqui.engine.typetables import TypeTable
from chasqui.errors import PoolClosed, UnknownPool
from chasqui.pool import ledger, metrics
from chasqui.pool.backend import Worker
from chasqui.pool.closing import shut_down
from chasqui.pool.ledger import Ledger
from chasqui.pool.metrics import Metrics
from chasqui.pool.pool import Pool, PoolState
from chasqui.pool.task import Task

EngineState = PoolState | Literal["degraded"]

DEFAULT: Final = "default"
LIVELIEST: Final[tuple[PoolState, ...]] = ("running", "paused", "new", "stopping", "stopped")


def missing(pool: Pool) -> int:
    """Return how many workers a pool that lives should have and has not."""
    lives = pool.state in ("running", "paused")
    return max(0, pool.workers_wanted - len(pool.workers())) if lives else 0


def stuck(pool: Pool) -> list[Worker]:
    """List the workers whose task ignores its time limit, and that could not be given up."""
    return [worker for worker in pool.workers() if worker.state == "stuck"]


def workers_of(pools: Iterable[Pool]) -> list[tuple[Pool, Worker]]:
    """List workers, each with its pool; those given up come last: they are no more, and go on."""
    pools = list(pools)
    found = [(pool, one) for pool in pools for one in pool.workers()]
    return found + [(pool, one) for pool in pools for one in pool.workers_abandoned]


def make_pools(configs: Mapping[str, PoolConfig], **parts: Any) -> dict[str, Pool]:
    """Make a pool of each config; several are numbered together."""
    # Without a lock: a signal handler in the middle of one pool would wait for another's caller.
    numbers = itertools.count(1).__next__ if len(configs) > 1 else None
    return {
        name: Pool(one.workers, one.queue_size, name=name, numbers=numbers, **parts)
        for name, one in configs.items()
    }


class Pooling:
    """The part of an engine that has pools."""

    pools: Mapping[str, Pool]
    """Every pool by its name, the default pool first."""
    _said: dict[str, Policy | TypeTable]

    @property
    def pool(self) -> Pool:
        """The default pool."""
        return self.pools[DEFAULT]

    @property
    def state(self) -> EngineState:
        """The liveliest state of a pool: running, else paused, new, stopping, stopped.

        So it is running if any pool runs, and paused if all are that have not come to their end.
        It is degraded when it runs and a pool has fewer workers than it should, or a stuck one.
        """
        states = {pool.state for pool in self.pools.values()}
        state = next(state for state in LIVELIEST if state in states)
        pools = self.pools.values()
        short = state == "running" and any(missing(pool) or stuck(pool) for pool in pools)
        return "degraded" if short else state

    def metrics(self) -> Metrics:
        """Return one reading over all pools, consistent in itself; ``pools`` has that of each."""
        return metrics.over_all({name: pool.metrics() for name, pool in self.pools.items()})

    def find(self, number: int) -> Task | None:
        """Return the waiting, scheduled or running task of this number."""
        number = whole("number", number)
        found = (pool.find(number) for pool in self.pools.values())
        return next((task for task in found if task is not None), None)

    def pause(self, type: str | TaskType | None = None) -> None:
        """Start no more tasks in any pool, or none of a type; running ones go on.

        Submitting still works.

        Raises:
            UnknownType: no type has this name.
            PoolClosed: the engine is stopping or stopped; of a type: it has stopped, since what is
                paused at its end a drain leaves.
        """
        if type is not None:
            self._hold(type, hold=True)
            return
        self._all(Pool.pause)
        self._changed("paused")

    def resume(self, type: str | TaskType | None = None) -> None:
        """Start tasks again, in all pools, or those of a type, which an open breaker still holds.

        Raises:
            UnknownType: no type has this name.
            PoolClosed: the engine is stopping or stopped; of a type: it has stopped, since a drain
                runs what is resumed meanwhile.
        """
        if type is not None:
            self._hold(type, hold=False)
            return
        self._all(Pool.resume)
        self._changed("resumed")

    def resize(self, workers: int, pool: str = DEFAULT) -> None:
        """Set the number of workers of a pool; raises UnknownPool."""
        self._named(pool).resize(workers)
        self._changed(f"resized{self._where(pool)} to {workers} workers")

    def drain(self, pool: str, timeout: float | None = None) -> Ledger:
        """Bring one pool to its end as `Pool.shutdown` does; the others go on.

        It accepts nothing more from then on, and a submission to it raises PoolClosed.

        Raises:
            UnknownPool: there is none of this name.
        """
        timeout = numbers.wait("timeout", timeout)
        ending = self._named(pool)
        if ending.state not in ("stopping", "stopped"):
            self._changed(f"draining pool {pool}")
        report = ending.shutdown(timeout)
        self._changed(f"drained pool {pool}: {report}")
        return report

    # What the engine does

    def _start_others(self) -> None:
        """Start every pool that nobody has started or ended yet."""
        for pool in self.pools.values():
            if pool.state == "new":
                pool.start()

    def _end_pools(self, began: float, timeout: float | None, drain: bool) -> Ledger:
        monotonic = self.pool.clock.monotonic
        left = None if timeout is None else timeout - (monotonic() - began)
        ledgers = shut_down(list(self.pools.values()), left, drain=drain)
        seconds = monotonic() - began
        return ledger.over_all(dict(zip(self.pools, ledgers, strict=True)), seconds)

    def _all(self, change: Callable[[Pool], None]) -> None:
        """Do it to every pool that has not come to its end; raise PoolClosed when all have."""
        closed: list[PoolClosed] = []
        for pool in self.pools.values():
            try:
                change(pool)
            except PoolClosed as error:
                closed.append(error)
        if len(closed) == len(self.pools):
            raise closed[0]

    # Routes

    def pool_of(self, type: TaskType) -> Pool:
        """Return the pool that runs the tasks of a type, unless a submission says another.

        Raises:
            UnknownPool: it is to run in a pool that there is not.
        """
        of_kind("type", type, TaskType, "a task type")
        return self._pool_for(self._rules_of(type), f"task type {type.name}")

    def policy_of(self, type: TaskType) -> Policy:
        """Return what counts for a type: its own policy, with the config's laid over it."""
        return self._rules_of(of_kind("type", type, TaskType, "a task type"))

    def wrong_routes(self, types: Mapping[str, TaskType]) -> Iterator[UnknownPool]:
        """Find those of these types that are to run in a pool that there is not."""
        for one in types.values():
            try:
                self.pool_of(one)
            except UnknownPool as error:
                yield error

    def _wrong_policies(self) -> Iterator[UnknownPool]:
        for name, said in self._said.items():
            pool = said.pool if isinstance(said, Policy) else said.get("pool")
            if pool is not None and pool not in self.pools:
                yield UnknownPool(pool, self.pools, where=f"task type {name}")

    def _pool_for(self, rules: Policy, what: str = "") -> Pool:
        return self.pool if rules.pool is None else self._named(rules.pool, what)

    def _named(self, name: str, what: str = "") -> Pool:
        name = text("pool", name, "the name of a pool")
        try:
            return self.pools[name]
        except KeyError:
            raise UnknownPool(name, self.pools, where=what) from None

    def _where(self, pool: str) -> str:
        return f" pool {pool}" if len(self.pools) > 1 else ""

    # What the other parts provide

    def _rules_of(self, type: TaskType) -> Policy:
        raise NotImplementedError

    def _hold(self, type: str | TaskType, *, hold: bool) -> None:
        raise NotImplementedError

    def _changed(self, what: str) -> None:
        raise NotImplementedError
