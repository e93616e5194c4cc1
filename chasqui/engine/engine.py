"""BaseEngine: typed tasks over pools, with policies, schedules and a failure log.

It may be used from any thread, and everything that a pool promises holds for it. Its methods
delegate to its parts; see `chasqui.engine.parts`. `chasqui.Engine` adds the types of the plugins.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self
from weakref import ref

from chasqui import arguments, numbers
from chasqui.engine.config.pools import PoolConfig
from chasqui.engine.failures.log import Retention
from chasqui.engine.logs.task_log import LogCapture
from chasqui.engine.parts import Parts
from chasqui.engine.policy.rules import Policy
from chasqui.engine.pools import Pools
from chasqui.engine.settings import Settings, Surroundings
from chasqui.engine.state import EngineState
from chasqui.engine.steering import SteeringAPI
from chasqui.engine.submission.api import SubmissionAPI
from chasqui.engine.types.registry import TypeSource
from chasqui.keywords import hinting
from chasqui.pool import scope
from chasqui.pool.clock import SYSTEM_CLOCK, Clock
from chasqui.pool.ledger import Ledger
from chasqui.pool.pool import Pool
from chasqui.pool.state import state_of
from chasqui.pool.threads import StartThread, start_daemon

if TYPE_CHECKING:
    import random

    from chasqui.engine.config.tables import Config
    from chasqui.engine.config.type_tables import TypeTable
    from chasqui.engine.journal.view import JournalView
    from chasqui.engine.metrics.findings import Finding
    from chasqui.engine.metrics.reading import Reading
    from chasqui.engine.schedules.tables import ScheduleConfig
    from chasqui.engine.snapshot import EngineSnapshot


@hinting
class BaseEngine(SteeringAPI, SubmissionAPI):
    """Task types and the pools that run them.

    Args:
        workers: how many tasks run at once in the default pool.
        queue_size: how many accepted tasks may wait there.
        backend: the name of what runs its tasks; see `Pool`.
        name: shown in consoles and logs; part of where its files lie.
        types: where task types come from, besides those registered here.
        keep_failures: how many failures the log keeps, or a `Retention` with count, age and bytes.
        keep_history: how many finished tasks the history keeps, or a `Retention`; 0 for none.
        shutdown_timeout: seconds that `shutdown` takes at most, unless it is told otherwise.
        policies: policies of types by their full names, which override those of the types: a
            `Policy`, or a table as in the config, which can set single keys of a retry.
        schedules: schedules as in the config; see `schedule`.
        grace: seconds past its time limit that a body has to stop before its worker is abandoned.
        max_abandoned: how many workers may be abandoned at a time because their task ignores its
            time limit; None: as many as there are workers. Both apply to each pool.
        capture: which lines that bodies log and print are kept; see `task_log`. None: logged lines
            from the level info on.
        journal: the file in which accepted tasks are kept until they have ended, so that the next
            engine with this file runs those that are left; None: they are in memory only.
        journal_mode: ``power`` keeps them through a power cut, ``process`` through the death of the
            process, ``off`` keeps nothing.
        journal_keep_days: for how many days finished tasks stay in the journal.
        journal_keep_rows: how many finished tasks stay there at most.
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
        keep_history: int | Retention | None = None,
        shutdown_timeout: float | None = None,
        policies: Mapping[str, Policy | TypeTable] | None = None,
        schedules: Iterable[ScheduleConfig] = (),
        grace: float = 5.0,
        max_abandoned: int | None = None,
        capture: LogCapture | None = None,
        journal: str | Path | None = None,
        journal_mode: str = "power",
        journal_keep_days: float = 7.0,
        journal_keep_rows: int = 1_000_000,
        pools: Mapping[str, PoolConfig] | None = None,
        chance: random.Random | None = None,
        clock: Clock = SYSTEM_CLOCK,
        start_thread: StartThread = start_daemon,
    ) -> None:
        self.shutdown_timeout = shutdown_timeout
        self.clock = clock
        default = PoolConfig(backend=backend, workers=workers, queue_size=queue_size)
        settings = Settings.checked(
            default,
            name=name,
            pools=pools,
            policies=policies,
            schedules=schedules,
            keep_failures=keep_failures,
            keep_history=keep_history,
            capture=capture,
            grace=grace,
            max_abandoned=max_abandoned,
            journal=journal,
            journal_mode=journal_mode,
            journal_keep_days=journal_keep_days,
            journal_keep_rows=journal_keep_rows,
        )
        around = Surroundings(clock, start_thread, chance)
        parts = Parts(settings, types, around)
        self.name = settings.name
        super().__init__(parts)
        self.pools: Pools = parts.pools
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
        for pool in parts.pools.values():
            state_of(pool).owner = ref(self)

    @classmethod
    def from_config(cls, path: str | Path | None = None, **parts: Any) -> Self:
        """Make an engine from a config file and its overrides; without a path, the defaults.

        Raises:
            ConfigError: with every problem of the file.
        """
        from chasqui.engine.config.loading import load
        from chasqui.engine.config.places import overrides_file

        file = None if path is None else arguments.path("path", path)
        config = load(file)
        return cls.from_settings(load(file, overrides_file(config.engine.name, file)), **parts)

    @classmethod
    def from_settings(cls, config: Config, **parts: Any) -> Self:
        """Make an engine from settings that were read before."""
        from chasqui.engine.config.arguments import arguments_of

        return cls(**arguments_of(config, **parts))

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
        It is degraded when it runs and a pool lacks workers or has a stuck one, or when its journal
        cannot be written.
        """
        return self._parts.state

    # Readings

    @property
    def journal(self) -> JournalView:
        """How its journal is; the mode is ``off`` if it has none."""
        return self._parts.journal_view()

    def metrics(self) -> Reading:
        """Return a reading: each pool consistent in itself, and what happened lately."""
        return self._parts.monitor.metrics()

    def diagnose(self) -> tuple[Finding, ...]:
        """Say what is wrong with the engine, in sentences; a healthy engine has none."""
        from chasqui.engine.metrics.diagnosis import diagnose

        return diagnose(self.metrics())

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
        self._scope = scope.enter(self)
        return self

    def __exit__(self, *exc_info: object) -> None:
        try:
            # A forked child that leaves the block has nothing to shut down.
            if not state_of(self.pool).is_forked:
                self.shutdown()
        finally:
            scope.leave(self._scope)

    def __repr__(self) -> str:
        return f"<Engine {self.name} over {self.pools!r}>"
