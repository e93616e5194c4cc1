"""BaseEngine: typed tasks over pools, with policies, schedules and a failure log.

It may be used from any thread, and everything that a pool promises holds for it. Its methods
delegate to its parts; see `chasqui.engine.parts`. `chasqui.Engine` adds the types of the plugins.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from chasqui import numbers
from chasqui.engine.config.pools import PoolConfig
from chasqui.engine.failures.log import Retention
from chasqui.engine.logs.task_log import LogCapture
from chasqui.engine.parts import Parts, Settings, Surroundings
from chasqui.engine.policy.breaker import CircuitView
from chasqui.engine.policy.controls import AS_IT_IS, Unsaid
from chasqui.engine.policy.rules import Policy
from chasqui.engine.pools import DEFAULT
from chasqui.engine.state import EngineState
from chasqui.engine.submission.api import SubmissionAPI
from chasqui.engine.types.registry import TypeSource
from chasqui.engine.types.task_type import TaskType
from chasqui.pool.clock import SYSTEM_CLOCK, Clock
from chasqui.pool.ledger import Ledger
from chasqui.pool.pool import Pool
from chasqui.pool.rate import Rate
from chasqui.pool.state import state_of
from chasqui.pool.threads import StartThread, start_daemon

if TYPE_CHECKING:
    import random

    from chasqui.engine.config.tables import Config
    from chasqui.engine.config.type_tables import TypeTable
    from chasqui.engine.metrics.findings import Finding
    from chasqui.engine.metrics.reading import Reading
    from chasqui.engine.metrics.samples import History
    from chasqui.engine.schedules.tables import ScheduleConfig
    from chasqui.engine.snapshot import EngineSnapshot


class BaseEngine(SubmissionAPI):
    """Task types and the pools that run them.

    Args:
        workers: how many tasks run at once in the default pool.
        queue_size: how many accepted tasks may wait there.
        backend: the name of what runs its tasks; see `Pool`.
        name: shown in consoles and logs; part of where its files lie.
        types: where task types come from, besides those registered here.
        keep_failures: how many failures the log keeps, or a `Retention` with count, age and bytes.
        shutdown_timeout: seconds that `shutdown` takes at most, unless it is told otherwise.
        policies: policies of types by their full names, which override those of the types: a
            `Policy`, or a table as in the config, which can set single keys of a retry.
        schedules: schedules as in the config; see `schedule`.
        grace: seconds past its time limit that a body has to stop before its worker is abandoned.
        max_abandoned: how many workers may be abandoned at a time because their task ignores its
            time limit; None: as many as there are workers. Both apply to each pool.
        capture: which lines that bodies log and print are kept; see `task_log`. None: logged lines
            from the level info on.
        pools: the pools besides the default one, by their names.

    Raises:
        UnknownPool: a policy in ``policies`` names a pool that does not exist.
    """

    def __init__(
        self,
        workers: int = 8,
        queue_size: int = 1000,
        *,
        backend: str = "threads",
        name: str = "default",
        types: TypeSource | None = None,
        keep_failures: int | Retention | None = None,
        shutdown_timeout: float | None = None,
        policies: Mapping[str, Policy | TypeTable] | None = None,
        schedules: Iterable[ScheduleConfig] = (),
        grace: float = 5.0,
        max_abandoned: int | None = None,
        capture: LogCapture | None = None,
        pools: Mapping[str, PoolConfig] | None = None,
        chance: random.Random | None = None,
        clock: Clock = SYSTEM_CLOCK,
        start_thread: StartThread = start_daemon,
    ) -> None:
        self.name = name
        self.shutdown_timeout = shutdown_timeout
        self.clock = clock
        default = PoolConfig(backend=backend, workers=workers, queue_size=queue_size)
        settings = Settings(
            name=name,
            pools={DEFAULT: default, **(pools or {})},
            policies=policies or {},
            schedules=schedules,
            keep_failures=keep_failures,
            capture=capture or LogCapture(),
            grace=grace,
            max_abandoned=max_abandoned,
        )
        around = Surroundings(clock, start_thread, chance)
        parts = Parts(settings, types, around)
        super().__init__(parts)
        self.pools: Mapping[str, Pool] = parts.pools
        """Every pool by its name, the default pool first."""
        self.failures = parts.failures
        self.bus = parts.bus
        """Delivers events to observers; see `Bus.subscribe`."""
        self.routes = parts.routes
        """The pool and the policy of each type; see `Routes`."""
        self.stacks = parts.monitor.stacks
        """Where tasks are in their code; see `Stacks.look`."""
        self.cancelled = parts.cancelled
        """Publishes the events of cancelled tasks; see `CancelPublisher.keep`."""

    @classmethod
    def from_config(cls, path: str | Path | None = None, **parts: Any) -> Self:
        """Make an engine from a config file and its overrides; without a path, the defaults.

        Raises:
            ConfigError: with every problem of the file.
        """
        from chasqui.engine.config.loading import load
        from chasqui.engine.config.places import overrides_file

        file = None if path is None else Path(path)
        config = load(file)
        return cls.from_settings(load(file, overrides_file(config.engine.name, file)), **parts)

    @classmethod
    def from_settings(cls, config: Config, **parts: Any) -> Self:
        """Make an engine from settings that were read before."""
        from chasqui.engine.config.arguments import arguments_of

        return cls(**{**arguments_of(config), **parts})

    @property
    def shutdown_timeout(self) -> float | None:
        """Seconds that `shutdown` takes at most by default, None: no limit; may be set."""
        return self._shutdown_timeout

    @shutdown_timeout.setter
    def shutdown_timeout(self, seconds: float | None) -> None:
        self._shutdown_timeout = numbers.wait("shutdown_timeout", seconds)

    # Pools and types

    @property
    def pool(self) -> Pool:
        """The default pool."""
        return self._parts.pools.default

    @property
    def state(self) -> EngineState:
        """The first of these states that a pool has: running, paused, new, stopping, stopped.

        So it is running if any pool runs, and paused if all pools that have not stopped are paused.
        It is degraded when it runs and a pool lacks workers or has a stuck one.
        """
        return self._parts.pools.state

    def pause(self, type: str | TaskType | None = None) -> None:
        """Start no more tasks in any pool, or none of a type; running tasks go on.

        Submitting still works.

        Raises:
            UnknownType: no type has this name.
            PoolClosed: the engine is stopping or stopped; for a type: it has stopped. A drain
                leaves tasks whose type is still paused at its end.
        """
        if type is None:
            self._parts.pools.pause()
        else:
            self._parts.controls.hold(type, hold=True)

    def resume(self, type: str | TaskType | None = None) -> None:
        """Start tasks again, in all pools or of a type; an open breaker still holds its type.

        Raises:
            UnknownType: no type has this name.
            PoolClosed: the engine is stopping or stopped; for a type: it has stopped. A drain runs
                tasks whose type is resumed meanwhile.
        """
        if type is None:
            self._parts.pools.resume()
        else:
            self._parts.controls.hold(type, hold=False)

    def limit(
        self,
        type: str | TaskType,
        *,
        concurrency: int | Unsaid | None = AS_IT_IS,
        rate: Rate | str | Unsaid | None = AS_IT_IS,
    ) -> None:
        """Set how many tasks of a type run at once and at what rate they start; None: no limit.

        An argument that is left out changes nothing. Running tasks go on. If submissions have sent
        a type to several pools, the limit and the rate apply to each of these pools.

        Raises:
            UnknownType: no type has this name.
            ValueError: a value makes no sense.
            PoolClosed: the engine has stopped. While it drains this still works.
        """
        self._parts.controls.limit(type, concurrency=concurrency, rate=rate)

    def reset(self, type: str | TaskType) -> bool:
        """Close the breaker of a type by hand; tell whether it was open or half open."""
        return self._parts.controls.reset(type)

    @property
    def breakers(self) -> tuple[CircuitView, ...]:
        """The state of each breaker, for types that have one and have been submitted."""
        return self.routes.breakers()

    def resize(self, workers: int, pool: str = DEFAULT) -> None:
        """Set the number of workers of a pool; raises UnknownPool."""
        self._parts.pools.resize(workers, pool)

    def drain(self, pool: str, timeout: float | None = None) -> Ledger:
        """Shut a single pool down as `Pool.shutdown` does; the others go on.

        From then on a submission to it raises PoolClosed.

        Raises:
            UnknownPool: no pool has this name.
        """
        return self._parts.pools.drain(pool, timeout)

    # Readings

    def metrics(self) -> Reading:
        """Return a reading: each pool consistent in itself, and what happened lately."""
        return self._parts.monitor.metrics()

    def diagnose(self) -> tuple[Finding, ...]:
        """Say what is wrong with the engine, in sentences; a healthy engine has none."""
        from chasqui.engine.metrics.diagnosis import diagnose

        return diagnose(self.metrics())

    def history(
        self, *, type: str = "", pool: str = "", seconds: int = 1, rows: int = 600
    ) -> History:
        """Return the newest rows of the past of a type, of a pool, or else of the engine.

        Args:
            seconds: how far apart the rows are: 1, 10 or 60. Of these, 600, 720 and 1440 are kept.

        Raises:
            ValueError: rows with this distance are not kept, or both a type and a pool are given.
        """
        return self._parts.monitor.history(type=type, pool=pool, seconds=seconds, rows=rows)

    def snapshot(self) -> EngineSnapshot:
        """Return the present state of everything, as a frozen record."""
        return self._parts.snapshot()

    # Life

    def start(self) -> None:
        """Start the workers, the schedules and the sampler of metrics.

        Raises:
            UnknownPool: a type names a pool that does not exist; nothing has been started.
            PoolClosed: it was started already, or has been shut down.
            RuntimeError: the machine has no more threads.
        """
        self._parts.start()

    def shutdown(self, timeout: float | None = None, *, drain: bool = True) -> Ledger:
        """Stop all pools at the same time, and report the fate of each accepted task.

        See `Pool.shutdown`; the timeout is that of all pools together.
        """
        timeout = self.shutdown_timeout if timeout is None else numbers.wait("timeout", timeout)
        return self._parts.shutdown(timeout, drain=drain)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *exc_info: object) -> None:
        # A forked child that leaves the block has nothing to shut down.
        if not state_of(self.pool).is_forked:
            self.shutdown()

    def __repr__(self) -> str:
        return f"<Engine {self.name} over {self.pools!r}>"
