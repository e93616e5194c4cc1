"""The parts of an engine, each with its own interface, and how they are put together.

Each part is handed what it needs: the pools, the routes, the bus's `publish`, the clock. Only this
file knows them all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Final, NamedTuple

from chasqui.engine.batches.table import BatchTable
from chasqui.engine.config.pools import PoolConfig
from chasqui.engine.events.bus import Bus
from chasqui.engine.events.cancelling import CancelPublisher
from chasqui.engine.events.event import EngineChanged
from chasqui.engine.failures.handler import FailureHandler
from chasqui.engine.failures.log import FailureLog, Retention
from chasqui.engine.failures.remedies import Remedies
from chasqui.engine.logs import logbook
from chasqui.engine.logs.routing import LogRouting
from chasqui.engine.logs.task_log import LogCapture, TaskLogs
from chasqui.engine.metrics.monitor import Monitor
from chasqui.engine.observer import EngineObserver
from chasqui.engine.policy.controls import TypeControls
from chasqui.engine.policy.routes import Routes
from chasqui.engine.policy.rules import Policy
from chasqui.engine.pools import Pools, make_pools, workers_of
from chasqui.engine.schedules.scheduler import Scheduler
from chasqui.engine.submission.submitter import Submitter
from chasqui.engine.types.registry import Registry, TypeSource
from chasqui.pool.clock import Clock
from chasqui.pool.ledger import Ledger
from chasqui.pool.threads import StartThread

if TYPE_CHECKING:
    import random

    from chasqui.engine.config.type_tables import TypeTable
    from chasqui.engine.schedules.tables import ScheduleConfig
    from chasqui.engine.snapshot import EngineSnapshot

BUS_SECONDS: Final = 0.2  # for observers to get the last events when the engine stops
SCHEDULER_SECONDS: Final = 0.2  # for a turn that is being taken
SAMPLER_SECONDS: Final = 0.2  # for a sample that is being taken


class Surroundings(NamedTuple):
    """What an engine gets from outside, so that tests can replace it."""

    clock: Clock
    start_thread: StartThread
    chance: random.Random | None
    """What the jitter of retries is drawn from; None: from a generator of its own."""


class Settings(NamedTuple):
    """The settings of an engine; see `BaseEngine`."""

    name: str
    pools: Mapping[str, PoolConfig]
    """The default pool first."""
    policies: Mapping[str, Policy | TypeTable]
    schedules: Iterable[ScheduleConfig]
    keep_failures: int | Retention | None
    capture: LogCapture
    grace: float
    max_abandoned: int | None


class Parts:
    """The parts of an engine.

    Raises:
        UnknownPool: a policy names a pool that does not exist.
    """

    def __init__(self, settings: Settings, types: TypeSource | None, around: Surroundings) -> None:
        clock, start_thread = around.clock, around.start_thread
        self.name = settings.name
        self.clock = clock
        self.failures = FailureLog(settings.keep_failures, clock=clock)
        self.bus = Bus(clock=clock, start_thread=start_thread)
        self.bus.subscribe(logbook.write)
        publish = self.bus.publish
        self.registry = Registry(types)
        self.pools = Pools(self.changed)
        self.routes = Routes(self.pools, self.registry, settings.policies, publish)
        self.task_logs = TaskLogs(settings.capture, clock)
        self.cancelled = CancelPublisher(self.bus.publish_all, clock)
        handler = FailureHandler(
            self.routes, self.failures, self.task_logs, publish, clock, around.chance
        )
        self.observer = EngineObserver(
            self.pools, self.routes, handler, self.cancelled, self._look_for_left, publish, clock
        )
        made = make_pools(
            settings.pools,
            clock=clock,
            start_thread=start_thread,
            retry=handler.decide,
            observer=self.observer,
            grace=settings.grace,
            max_abandoned=settings.max_abandoned,
        )
        for name, pool in made.items():
            self.pools.add(name, pool)
        self.routes.check_policies()
        self.submitter = Submitter(self.registry, self.routes, self.observer.follow_log, clock)
        self.batches = BatchTable(self.submitter, publish, clock)
        self.controls = TypeControls(settings.name, self.pools, self.routes, publish, clock)
        self.routing = LogRouting(self.pools, settings.capture, self.task_logs)
        self.remedies = Remedies(
            self.failures, self.submitter.submit, self.registry.get, publish, clock
        )
        self.scheduler = Scheduler(self.submitter.try_submit, publish, clock, start_thread)
        for schedule in settings.schedules:
            from chasqui.engine.schedules.plan import plan_of

            self.scheduler.add(plan_of(schedule))
        self.monitor = Monitor(
            self.pools, self.routes.breakers, self.scheduler.left_out, clock, start_thread
        )

    def _look_for_left(self) -> None:
        self.batches.report_left()

    def start(self) -> None:
        """Start everything that has threads; see `BaseEngine.start`."""
        for wrong in self.routes.unknown_pools(self.registry.loaded()):
            raise wrong
        self.routing.start()
        try:
            self.pools.default.start()
        except BaseException:
            if self.pools.state in ("new", "stopped"):
                self.routing.stop()
            raise
        try:
            self.pools.start_others()
            self.scheduler.start()
            self.monitor.sampler.start()
        except BaseException:
            self.shutdown(0, drain=True)
            raise
        workers = sum(pool.workers_wanted for pool in self.pools.values())
        several = f" in {len(self.pools)} pools" if len(self.pools) > 1 else ""
        self.changed(f"started with {workers} workers{several}")

    def shutdown(self, timeout: float | None, *, drain: bool) -> Ledger:
        """Stop everything; see `BaseEngine.shutdown`."""
        began = self.clock.monotonic()
        if self.pools.state not in ("stopping", "stopped"):
            self.changed("stopping")
        self.scheduler.close(SCHEDULER_SECONDS)
        ledger = self.pools.shutdown(began, timeout, drain=drain)
        self.monitor.sampler.close(SAMPLER_SECONDS)
        self.routing.stop()
        self.changed(f"stopped: {ledger}")
        self.bus.close(BUS_SECONDS)
        return ledger

    def snapshot(self) -> EngineSnapshot:
        """Return the present state of everything, as a frozen record."""
        from chasqui.engine.metrics.diagnosis import diagnose
        from chasqui.engine.snapshot import EngineSnapshot, worker_in

        reading = self.monitor.metrics()
        return EngineSnapshot(
            name=self.name,
            state=self.pools.state,
            metrics=reading,
            workers=tuple(worker_in(*one) for one in workers_of(self.pools.values())),
            breakers=self.routes.breakers(),
            batches=self.batches.states(),
            failures=tuple(self.failures.groups()),
            findings=diagnose(reading),
        )

    def changed(self, what: str) -> None:
        """Publish a change of the engine as a whole."""
        self.bus.publish(EngineChanged(self.clock.time(), what))
