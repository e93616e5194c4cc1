"""The pools of an engine by name, and the operations on all of them or on a single one.

Each pool has its own backlog, workers and lock, so what happens in one delays no other. There is
always a pool called ``default``. Tasks are numbered over all pools.

A wait that would be a deadlock within one pool is refused. A deadlock over two pools, where
tasks of each wait for tasks of the other, is not noticed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final

from chasqui import numbers
from chasqui.arguments import number as whole
from chasqui.arguments import text
from chasqui.engine.config.pools import PoolConfig
from chasqui.engine.journal.keeping import Keeper
from chasqui.engine.state import EngineState
from chasqui.errors import PoolClosed, UnknownPool
from chasqui.pool import ledger, metrics
from chasqui.pool.backend import Worker
from chasqui.pool.closing import shut_down
from chasqui.pool.ledger import Ledger
from chasqui.pool.metrics import Metrics
from chasqui.pool.numbering import Numbering
from chasqui.pool.pool import Pool
from chasqui.pool.state import state_of
from chasqui.pool.states import PoolState
from chasqui.pool.task import Task

DEFAULT: Final = "default"
LIVELIEST: Final[tuple[PoolState, ...]] = ("running", "paused", "new", "stopping", "stopped")


def missing(pool: Pool) -> int:
    """Return how many of its workers a running or paused pool lacks."""
    is_open = pool.state in ("running", "paused")
    return max(0, pool.workers_wanted - len(pool.workers())) if is_open else 0


def stuck(pool: Pool) -> list[Worker]:
    """List the workers whose task ignores its time limit and that could not be abandoned."""
    return [worker for worker in pool.workers() if worker.state == "stuck"]


def workers_of(pools: Iterable[Pool]) -> list[tuple[Pool, Worker]]:
    """List the workers with their pools; abandoned workers, whose threads still run, come last."""
    pools = list(pools)
    found = [(pool, worker) for pool in pools for worker in pool.workers()]
    return found + [(pool, worker) for pool in pools for worker in pool.workers_abandoned]


def make_pools(
    configs: Mapping[str, PoolConfig], *, always_numbered: bool = False, **parts: Any
) -> dict[str, Pool]:
    """Make a pool of each config. The tasks of several pools are numbered in one sequence."""
    # Without a lock: a signal handler in the middle of one pool could wait for another's caller.
    several = len(configs) > 1
    numbers = Numbering(is_shared=several) if several or always_numbered else None
    return {
        name: Pool(
            config.workers,
            config.queue_size,
            name=name,
            backend=config.backend,
            settings=config.settings,
            numbers=numbers,
            **parts,
        )
        for name, config in configs.items()
    }


class Pools(Mapping[str, Pool]):
    """Every pool by its name, the default pool first.

    Args:
        changed: called with each change that an operator should see, in words.
        keeper: keeps that all are paused.
    """

    def __init__(self, changed: Callable[[str], None], keeper: Keeper) -> None:
        self._pools: dict[str, Pool] = {}
        self._changed = changed
        self._keeper = keeper
        self._paused: bool | None = None
        keeper.part("pause", self._restore_pause)

    def add(self, name: str, pool: Pool) -> None:
        """Add a pool; the first is the default pool."""
        self._pools[name] = pool

    def __getitem__(self, name: str) -> Pool:
        return self._pools[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._pools)

    def __len__(self) -> int:
        return len(self._pools)

    @property
    def default(self) -> Pool:
        """The pool of tasks that name no other."""
        return self._pools[DEFAULT]

    def named(self, name: str, what: str = "") -> Pool:
        """Return a pool by its name.

        Args:
            what: what is to run in it, for the text of the error.

        Raises:
            UnknownPool: no pool has this name.
        """
        name = text("pool", name, "the name of a pool")
        try:
            return self._pools[name]
        except KeyError:
            raise UnknownPool(name, self, where=what) from None

    @property
    def state(self) -> EngineState:
        """The state of all together; see `Engine.state`."""
        pools = self._pools.values()
        states = {pool.state for pool in pools}
        state = next(state for state in LIVELIEST if state in states)
        short = state == "running" and any(missing(pool) or stuck(pool) for pool in pools)
        return "degraded" if short else state

    @property
    def is_cutting_off(self) -> bool:
        """Whether a drain is over in a pool: what still runs there then is asked to stop."""
        states = [state_of(pool) for pool in self._pools.values()]
        return any(state.stopped and state.stopping == "drain" for state in states)

    @property
    def last_number(self) -> int:
        """The highest number that a task has got; 0 before the first."""
        pool = state_of(self.default)
        return pool.accepted if pool.numbers is None else pool.numbers.last

    def metrics(self) -> Metrics:
        """Return a consistent reading over all pools; its ``pools`` has that of each."""
        return metrics.over_all({name: pool.metrics() for name, pool in self._pools.items()})

    def find(self, number: int) -> Task | None:
        """Return the waiting, scheduled or running task of this number."""
        number = whole("number", number)
        found = (pool.find(number) for pool in self._pools.values())
        return next((task for task in found if task is not None), None)

    def pause(self) -> None:
        """Start no more tasks in any pool; raises PoolClosed when all are stopping or stopped."""
        self._each(Pool.pause)
        self._keep_pause(True)
        self._changed("paused")

    def resume(self) -> None:
        """Start tasks again in all pools; raises PoolClosed when all are stopping or stopped."""
        self._each(Pool.resume)
        self._keep_pause(None)
        self._changed("resumed")

    def resize(self, workers: int | None, pool: str, queue_size: int | None = None) -> None:
        """Set the number of workers of a pool, its queue_size or both; raises UnknownPool."""
        self.named(pool).resize(workers, queue_size=queue_size)
        where = f" pool {pool}" if len(self) > 1 else ""
        said = [] if workers is None else [f"{workers} worker{'s' * (workers != 1)}"]
        said += [] if queue_size is None else [f"room for {queue_size:,} waiting tasks"]
        self._changed(f"resized{where} to {' and '.join(said)}")

    def drain(self, pool: str, timeout: float | None) -> Ledger:
        """Shut a single pool down while the others go on; raises UnknownPool."""
        timeout = numbers.wait("timeout", timeout)
        ending = self.named(pool)
        if ending.state not in ("stopping", "stopped"):
            self._changed(f"draining pool {pool}")
        report = ending.shutdown(timeout)
        self._changed(f"drained pool {pool}: {report}")
        return report

    def start_others(self) -> None:
        """Start every pool that has been neither started nor shut down."""
        for pool in self._pools.values():
            state = state_of(pool)
            if not (state.started or state.stopping):  # which may be paused already
                pool.start()

    def shutdown(self, began: float, timeout: float | None, *, drain: bool) -> Ledger:
        """Shut all pools down at the same time.

        Args:
            began: the monotonic moment from which ``timeout`` counts.
        """
        monotonic = self.default.clock.monotonic
        left = None if timeout is None else timeout - (monotonic() - began)
        ledgers = shut_down([state_of(pool) for pool in self._pools.values()], left, drain=drain)
        seconds = monotonic() - began
        return ledger.over_all(dict(zip(self, ledgers, strict=True)), seconds)

    def __repr__(self) -> str:
        return ", ".join(map(repr, self._pools.values()))

    def _keep_pause(self, paused: bool | None) -> None:
        self._paused = paused
        self._keeper.keep("pause", lambda: self._paused)

    def _restore_pause(self, _: str, kept: object) -> None:
        self._paused = True
        self._each(Pool.pause)
        self._changed("paused, as it was when it stopped; resume starts tasks again")

    def _each(self, change: Callable[[Pool], None]) -> None:
        """Change every pool that has not stopped; raise PoolClosed when all have."""
        closed: list[PoolClosed] = []
        for pool in self._pools.values():
            try:
                change(pool)
            except PoolClosed as error:
                closed.append(error)
        if len(closed) == len(self):
            raise closed[0]
