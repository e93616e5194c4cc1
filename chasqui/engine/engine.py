"""Engine: typed tasks over pools, with policies, schedules and a failure log.

It may be used from any thread, and everything that a pool promises holds for it.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Self

from chasqui import numbers
from chasqui.engine import logbook
from chasqui.engine.batching import Batching
from chasqui.engine.bus import Bus
from chasqui.engine.cancelling import CancelTeller
from chasqui.engine.config import Config, PoolConfig, load
from chasqui.engine.diagnosis import diagnose
from chasqui.engine.events import EngineChanged
from chasqui.engine.failures import FailureLog, Retention
from chasqui.engine.keys import Keys
from chasqui.engine.limiting import Limiting
from chasqui.engine.listening import Listening, capture_of
from chasqui.engine.meter import Meter
from chasqui.engine.metering import Metering
from chasqui.engine.places import overrides_file
from chasqui.engine.policy import PLAIN, Policy
from chasqui.engine.pooling import DEFAULT, make_pools, workers_of
from chasqui.engine.registry import Registry, TypeSource
from chasqui.engine.remedies import LastAction, Remedies
from chasqui.engine.route import Route
from chasqui.engine.scheduler import Scheduler, plan_of
from chasqui.engine.schedules import ScheduleConfig
from chasqui.engine.scheduling import Scheduling
from chasqui.engine.snapshot import EngineSnapshot, worker_in
from chasqui.engine.tasklog import LogCapture
from chasqui.engine.tasktype import TaskType
from chasqui.engine.typetables import TypeTable
from chasqui.pool.clock import SYSTEM_CLOCK, Clock
from chasqui.pool.ledger import Ledger
from chasqui.pool.pool import PoolState
from chasqui.pool.threads import StartThread, start_daemon

EngineState = PoolState

BUS_SECONDS = 0.2  # for observers to hear of the last events when the engine stops
SCHEDULER_SECONDS = 0.2  # for a turn that is being taken
METER_SECONDS = 0.2  # for a look that is being taken


class Engine(Limiting, Metering, Batching, Scheduling, Listening, Remedies):
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
        schedules: what to start when, as the config has it; see `Engine.schedule`.
        grace: seconds past its time limit that a body has to stop before its worker is given up.
        max_abandoned: how many workers may be given up at a time, since their task ignores its time
            limit; None: as many as there are workers. This and ``grace`` are those of each pool.
        capture: what of that which bodies log and print is kept; see `Engine.task_log`. None: what
            they log, from the level info on.
        pools: the pools that there are beside the default one, by their names.

    Raises:
        UnknownPool: by its policy in ``policies`` a type is to run in a pool that there is not.
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
        self.failures = FailureLog(keep_failures, clock=clock)
        self._last_action = LastAction(clock)
        self.shutdown_timeout = shutdown_timeout
        self.clock = clock
        self.bus = Bus(clock=clock, start_thread=start_thread)
        """Tells observers what happens; see `Bus.subscribe`."""
        self.bus.subscribe(logbook.write)
        self._chance = chance or random.Random()
        self._said = dict(policies or {})
        self._routes: dict[str, Route] = {}
        self._registry = Registry(types)
        self.cancelled = CancelTeller(self.bus.publish_all, clock)
        """Tells of the tasks that are cancelled; see `CancelTeller.keep`."""
        self.pools = make_pools(
            {DEFAULT: PoolConfig(workers=workers, queue_size=queue_size), **(pools or {})},
            clock=clock,
            start_thread=start_thread,
            on_failed=self._failed,
            on_cancelled=self.cancelled,
            grace=grace,
            max_abandoned=max_abandoned,
        )
        for wrong in self._wrong_policies():
            raise wrong
        self._untyped = Route(PLAIN, self.pool, None, plain=True)
        self._keys = Keys()
        self._start_batching()
        self._prepare_listening(capture or LogCapture(), clock)
        self._scheduler = Scheduler(self.try_submit, self.bus.publish, clock, start_thread)
        self._meter = Meter(self._look, clock, start_thread)
        for one in schedules:
            self._scheduler.add(plan_of(one))

    @classmethod
    def from_config(cls, path: str | Path | None = None, **parts: Any) -> Self:
        """Make an engine from a config file and its overrides; without a path, the defaults.

        Raises:
            ConfigError: with every problem of the file.
        """
        file = None if path is None else Path(path)
        config = load(file)
        return cls.from_settings(load(file, overrides_file(config.engine.name, file)), **parts)

    @classmethod
    def from_settings(cls, config: Config, **parts: Any) -> Self:
        """Make an engine from settings already read."""
        pools = dict(config.pools)
        default = pools.pop(DEFAULT)
        settings = {
            "workers": default.workers,
            "queue_size": default.queue_size,
            "pools": pools,
            "name": config.engine.name,
            "shutdown_timeout": config.engine.shutdown_timeout,
            "keep_failures": config.failures,
            "policies": config.types,
            "schedules": config.schedule,
            "capture": capture_of(config.log),
        }
        return cls(**{**settings, **parts})

    @property
    def shutdown_timeout(self) -> float | None:
        """Seconds that `shutdown` takes at most when none are given, None: any; may be set."""
        return self._shutdown_timeout

    @shutdown_timeout.setter
    def shutdown_timeout(self, seconds: float | None) -> None:
        self._shutdown_timeout = numbers.wait("shutdown_timeout", seconds)

    # Task types

    @property
    def types(self) -> Mapping[str, TaskType]:
        """Every task type by its full name."""
        return self._registry.all()

    def type(self, name: str) -> TaskType:
        """Return the task type of this name; raises UnknownType with the nearest names."""
        return self._registry.get(name)

    def register(self, type: TaskType) -> TaskType:
        """Offer a type of the application itself as ``app.NAME``, and return it by that name.

        Raises:
            UnknownPool: it is to run in a pool that there is not.
        """
        registered = self._registry.register(type)
        self.pool_of(registered)
        return registered

    # Life

    def start(self) -> None:
        """Start the workers, the schedules and the meter.

        Raises:
            UnknownPool: a type is to run in a pool that there is not; nothing has been started.
            PoolClosed: it was started already, or has been shut down.
            RuntimeError: the machine has no more threads.
        """
        for wrong in self.wrong_routes(self._known_types()):
            raise wrong
        self._listen()
        try:
            self.pool.start()
        except BaseException:
            if self.state in ("new", "stopped"):
                self._stop_listening()
            raise
        try:
            self._start_others()
            self._scheduler.start()
            self._meter.start()
        except BaseException:
            self.shutdown(0)
            raise
        workers = sum(pool.workers_wanted for pool in self.pools.values())
        several = f" in {len(self.pools)} pools" if len(self.pools) > 1 else ""
        self._changed(f"started with {workers} workers{several}")

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *exc_info: object) -> None:
        if not self.pool._forked:  # a child that leaves the block has nothing to shut down
            self.shutdown()

    def shutdown(self, timeout: float | None = None, *, drain: bool = True) -> Ledger:
        """Stop all pools at the same time, and report each accepted task's fate.

        See `Pool.shutdown`; the timeout is that of all pools together.
        """
        timeout = self.shutdown_timeout if timeout is None else numbers.wait("timeout", timeout)
        began = self.clock.monotonic()
        if self.state not in ("stopping", "stopped"):
            self._changed("stopping")
        self._scheduler.close(SCHEDULER_SECONDS)
        ledger = self._end_pools(began, timeout, drain)
        self._meter.close(METER_SECONDS)
        self._stop_listening()
        self._changed(f"stopped: {ledger}")
        self.bus.close(BUS_SECONDS)
        return ledger

    def snapshot(self) -> EngineSnapshot:
        """Return how everything stands, in one frozen record."""
        reading = self.metrics()
        return EngineSnapshot(
            name=self.name,
            state=self.state,
            metrics=reading,
            workers=tuple(worker_in(*one) for one in workers_of(self.pools.values())),
            breakers=self.breakers,
            batches=self.batches(),
            failures=tuple(self.failures.groups()),
            findings=diagnose(reading),
        )

    def __repr__(self) -> str:
        return f"<Engine {self.name} over {', '.join(map(repr, self.pools.values()))}>"

    def _known_types(self) -> Mapping[str, TaskType]:
        """Return the types that are at hand without looking for more."""
        return self._registry.own

    def _changed(self, what: str) -> None:
        self.bus.publish(EngineChanged(self.clock.time(), what))
