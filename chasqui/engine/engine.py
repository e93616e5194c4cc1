"""BaseEngine: typed tasks over pools, with policies, schedules and a failure log.

It may be used from any thread, and everything that a pool promises holds for it. Its methods pass
on to its parts; see `chasqui.engine.parts`. `chasqui.Engine` adds the types of the plugins.
"""

from __future__ import annotations

import random
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
from chasqui.engine.schedules.tables import ScheduleConfig
from chasqui.engine.state import EngineState
from chasqui.engine.submission.api import SubmissionAPI
from chasqui.engine.types.registry import TypeSource
from chasqui.engine.types.task_type import TaskType
from chasqui.pool.clock import SYSTEM_CLOCK, Clock
from chasqui.pool.ledger import Ledger
from chasqui.pool.pool import Pool
from chasqui.pool.rate import Rate
from chasqui.pool.threads import StartThread, start_daemon

if TYPE_CHECKING:
    from chasqui.engine.config.tables import Config
    from chasqui.engine.config.type_tables import TypeTable
    from chasqui.engine.metrics.findings import Finding
    from chasqui.engine.metrics.reading import Reading
    from chasqui.engine.metrics.sampler import History
    from chasqui.engine.snapshot import EngineSnapshot


class BaseEngine(SubmissionAPI):
    """Task types and the pools that run them.

    Args:
        workers: how many tasks run at once in the default pool.
        queue_size: how many accepted tasks may wait there.
        name: shown in consoles and logs; part of where its files lie.
        types: where task types come from, beside those registered here.
        keep_failures: how many failures the log keeps, or how many for how long in how many bytes.
        shutdown_timeout: seconds that `shutdown` takes at most when none are given.
        policies: what is said of types by their full names, over what they say of themselves: a
            policy, or a table as the config has it, which says single keys of a retry.
        schedules: what to start when, as the config has it; see `schedule`.
        grace: seconds past its time limit that a body has to stop before its worker is given up.
        max_abandoned: how many workers may be given up at a time, since their task ignores its time
            limit; None: as many as there are workers. Both are those of each pool.
        capture: what of that which bodies log and print is kept; see `task_log`. None: what they
            log, from the level info on.
        pools: the pools beside the default one, by their names.

    Raises:
        UnknownPool: a policy in ``policies`` names a pool that does not exist.
    """

    def __init__(
        self,
        workers: int = 8,
        queue_size: int = 1000,
        *,
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
        default = PoolConfig(workers=workers, queue_size=queue_size)
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
        around = Surroundings(clock, start_thread, chance or random.Random())
        parts = Parts(settings, types, around)
        super().__init__(parts)
        self.pools: Mapping[str, Pool] = parts.pools
        """Every pool by its name, the default pool first."""
        self.failures = parts.failures
        self.bus = parts.bus
        """Tells observers what happens; see `Bus.subscribe`."""
        self.routes = parts.routes
        """Which pool and policy a type has; see `Routes`."""
        self.cancelled = parts.cancelled
        """Tells of the tasks that are cancelled; see `CancelTeller.keep`."""

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
        """Make an engine from settings already read."""
        from chasqui.engine.config.arguments import arguments_of

        return cls(**{**arguments_of(config), **parts})

    @property
    def shutdown_timeout(self) -> float | None:
        """Seconds that `shutdown` takes at most when none are given, None: any; may be set."""
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
        """The liveliest state of a pool: running, else paused, new, stopping, stopped.

        So it is running if any pool runs, and paused if all are that have not come to their end.
        It is degraded when it runs and a pool has fewer workers than it should, or a stuck one.
        """
        return self._parts.pools.state

    def pause(self, type: str | TaskType | None = None) -> None:
        """Start no more tasks in any pool, or none of a type; running ones go on.

        Submitting still works.

        Raises:
            UnknownType: no type has this name.
            PoolClosed: the engine is stopping or stopped; of a type: it has stopped, since what is
                paused at its end a drain leaves.
        """
        if type is None:
            self._parts.pools.pause()
        else:
            self._parts.controls.hold(type, hold=True)

    def resume(self, type: str | TaskType | None = None) -> None:
        """Start tasks again, in all pools, or those of a type, which an open breaker still holds.

        Raises:
            UnknownType: no type has this name.
            PoolClosed: the engine is stopping or stopped; of a type: it has stopped, since a drain
                runs what is resumed meanwhile.
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

        What is not given stays as it is. Tasks that run go on. Where a type has tasks in several
        pools, which submissions say, each of these pools has this limit and this rate.

        Raises:
            UnknownType: no type has this name.
            ValueError: a value makes no sense.
            PoolClosed: the engine has stopped; while it drains this still works.
        """
        self._parts.controls.limit(type, concurrency=concurrency, rate=rate)

    def reset(self, type: str | TaskType) -> bool:
        """Close the breaker of a type by hand; tell whether it was open or half open."""
        return self._parts.controls.reset(type)

    @property
    def breakers(self) -> tuple[CircuitView, ...]:
        """How the breaker of each type stands that has one and has been submitted."""
        return self.routes.breakers()

    def resize(self, workers: int, pool: str = DEFAULT) -> None:
        """Set the number of workers of a pool; raises UnknownPool."""
        self._parts.pools.resize(workers, pool)

    def drain(self, pool: str, timeout: float | None = None) -> Ledger:
        """Bring one pool to its end as `Pool.shutdown` does; the others go on.

        It accepts nothing more from then on, and a submission to it raises PoolClosed.

        Raises:
            UnknownPool: there is none of this name.
        """
        return self._parts.pools.drain(pool, timeout)

    # Readings

    def metrics(self) -> Reading:
        """Return a reading: each pool consistent in itself, and what happened lately."""
        return self._parts.monitor.metrics()

    def diagnose(self) -> tuple[Finding, ...]:
        """Say what keeps the engine from doing better, in sentences; a healthy one has none."""
        from chasqui.engine.metrics.diagnosis import diagnose

        return diagnose(self.metrics())

    def history(
        self, *, type: str = "", pool: str = "", seconds: int = 1, rows: int = 600
    ) -> History:
        """Return the newest rows of the past of a type, of a pool, or else of the engine.

        Args:
            seconds: how far apart the rows are: 1, 10 or 60. Of these, 600, 720 and 1440 are kept.

        Raises:
            ValueError: there are no rows so far apart, or a type and a pool are asked for.
        """
        return self._parts.monitor.history(type=type, pool=pool, seconds=seconds, rows=rows)

    def snapshot(self) -> EngineSnapshot:
        """Return how everything stands, in one frozen record."""
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
        """Stop all pools at the same time, and report each accepted task's fate.

        See `Pool.shutdown`; the timeout is that of all pools together.
        """
        timeout = self.shutdown_timeout if timeout is None else numbers.wait("timeout", timeout)
        return self._parts.shutdown(timeout, drain=drain)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *exc_info: object) -> None:
        if not self.pool._forked:  # a child that leaves the block has nothing to shut down
            self.shutdown()

    def __repr__(self) -> str:
        return f"<Engine {self.name} over {self.pools!r}>"
