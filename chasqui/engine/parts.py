"""The parts of an engine, each with its own interface, and how they are put together.

Each part is handed what it needs: the pools, the routes, the bus's `publish`, the clock. Only this
file knows them all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from chasqui import numbers
from chasqui.engine import durable
from chasqui.engine.batches.table import BatchTable
from chasqui.engine.events.bus import Bus
from chasqui.engine.events.cancelling import CancelPublisher
from chasqui.engine.events.event import EngineChanged
from chasqui.engine.events.noticing import Noticing
from chasqui.engine.failures.handler import FailureHandler
from chasqui.engine.failures.log import FailureLog
from chasqui.engine.failures.remedies import Remedies
from chasqui.engine.failures.retention import Retention, retention
from chasqui.engine.failures.undo import LastAction
from chasqui.engine.history.chunks import Chunks
from chasqui.engine.history.maker import EntryMaker
from chasqui.engine.history.memory import TaskHistory
from chasqui.engine.history.recorder import HistoryRecorder
from chasqui.engine.journal.keeping import Keeper
from chasqui.engine.logs import logbook
from chasqui.engine.logs.routing import LogRouting
from chasqui.engine.logs.task_log import TaskLogs
from chasqui.engine.metrics.monitor import Monitor
from chasqui.engine.observer import EngineObserver
from chasqui.engine.policy.controls import TypeControls
from chasqui.engine.policy.routes import Routes
from chasqui.engine.policy.standing import StandingOrders
from chasqui.engine.policy.strikes import TypeStrikes
from chasqui.engine.pools import Pools, make_pools, workers_of
from chasqui.engine.schedules.scheduler import Scheduler
from chasqui.engine.schedules.turns import Turns
from chasqui.engine.settings import Settings, Surroundings
from chasqui.engine.state import EngineState
from chasqui.engine.submission.submitter import Submitter
from chasqui.engine.types.registry import Registry, TypeSource
from chasqui.engine.waiting.ordering import Ordering
from chasqui.engine.waiting.withdrawals import Withdrawals
from chasqui.pool import loading
from chasqui.pool.key_prefix import fresh_prefix
from chasqui.pool.ledger import Ledger, with_kept
from chasqui.pool.reporting import JOURNAL, record_by, watch_every
from chasqui.pool.state import state_of

if TYPE_CHECKING:
    from chasqui.engine.journal.feeding import JournalFeeder
    from chasqui.engine.journal.parked import ParkedTasks
    from chasqui.engine.journal.view import JournalView
    from chasqui.engine.snapshot import EngineSnapshot

BUS_SECONDS: Final = 0.2  # for observers to get the last events when the engine stops
SCHEDULER_SECONDS: Final = 0.2  # for a turn that is being taken
SAMPLER_SECONDS: Final = 0.2  # for a sample that is being taken


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
        self.journal = durable.journal_of(settings, around)
        self.feeder: JournalFeeder | None = None
        self.parked: ParkedTasks | None = None
        self._start_thread = start_thread
        self.registry = Registry(types)
        keeps = self.journal is not None
        self.keeper = Keeper(self.journal)
        self.book = durable.book_of(self.journal, self.keeper)
        self.pools = Pools(self.changed, self.keeper)
        self.standing = standing = StandingOrders(self.pools, self.keeper)
        self.routes = Routes(self.pools, self.registry, settings.policies, standing, publish)
        self.task_logs = TaskLogs(settings.capture, clock)
        self.cancelled = CancelPublisher(self.bus.publish_all, clock)
        handler = FailureHandler(
            self.routes, self.failures, self.task_logs, publish, clock, around.chance
        )
        self.observer = EngineObserver(
            self.pools,
            self.routes,
            handler,
            self.cancelled,
            self._look_for_left,
            publish,
            clock,
            self.journal,
        )
        made = make_pools(
            settings.pools,
            types=types,
            clock=clock,
            start_thread=start_thread,
            retry=handler.decide,
            observer=self.observer,
            grace=settings.grace,
            max_abandoned=settings.max_abandoned,
            always_numbered=keeps,
        )
        for name, pool in made.items():
            self.pools.add(name, pool)
        self.routes.check_policies()
        prefix = self.journal.prefix if self.journal is not None else fresh_prefix()
        keep = settings.keep_history
        if keep is not None and not isinstance(keep, Retention):
            keep = numbers.count("keep_history", keep, 0)
        no_history = keep == 0
        kept = retention("keep_history", None if no_history else keep)
        chunks = self.chunks = Chunks(kept, clock)
        maker = EntryMaker(self.routes.keep_of)
        if self.journal is not None:
            self.journal.rows.keeps_result = maker.keeps_result
            self.journal.rows.ends_on_disk = self.routes.ends_on_disk
        for pool in self.pools.values():
            state = state_of(pool)
            recorder = None if no_history else HistoryRecorder(state, chunks, maker)
            record_by(state, recorder, self.task_logs.lines)
            watch_every(state, keeps, JOURNAL)
            state.key_prefix = prefix
        self.submitter = Submitter(
            self.registry, self.routes, self._before_submission, clock, keeps=keeps
        )
        durable.keep_keys(
            self.journal, self.keeper, self.pools, self.submitter, self.registry, clock
        )
        handler.keywords_of = self.submitter.keywords_of
        self.batches = BatchTable(self.submitter, publish, clock)
        steered = settings.name, self.pools, self.routes, standing, publish, clock
        self.controls = TypeControls(*steered)
        self.strikes = TypeStrikes(*steered)
        self.routing = LogRouting(self.pools, settings.capture, self.task_logs)
        last_action = LastAction(clock, self.keeper, self.pools.find)
        self.withdrawals = Withdrawals(self.pools.find, self.submitter, last_action, publish, clock)
        self.ordering = Ordering(self.pools, self.journal)
        self.remedies = Remedies(
            self.failures,
            self.submitter.submit,
            self.registry.get,
            self.routes.of,
            publish,
            clock,
            last_action,
            self.withdrawals.put_back,
            self.book,
        )
        turns = Turns(self.keeper, self.journal, self.pools.find)
        self.scheduler = Scheduler(self.submitter.try_submit, publish, turns, clock, start_thread)
        for schedule in settings.schedules:
            from chasqui.engine.schedules.plan import plan_of

            self.scheduler.add(plan_of(schedule))
        self.monitor = Monitor(
            self.pools,
            self.routes.breakers,
            self.scheduler.left_out,
            self.journal_view,
            Noticing(self.pools, self.journal_view, publish, clock).look,
            clock,
            start_thread,
        )
        earlier = durable.earlier_of(self.journal, chunks, self.routes, clock)
        self.history = TaskHistory(chunks, clock, self.monitor.history, earlier)

    def _before_submission(self) -> None:
        self.observer.follow_log()
        if self.journal is not None and not self.journal.is_open:
            self._open_journal()

    def _open_journal(self) -> None:
        """Open the journal, and take up the tasks that are left in it."""
        numbers = state_of(self.pools.default).numbers
        has_ended = self.pools.state in ("stopping", "stopped")
        if self.journal is None or numbers is None or has_ended:
            return
        if self.journal.open():
            from chasqui.engine.journal import exits
            from chasqui.engine.journal.taking_up import take_up

            exits.watch(self.journal)
            numbers.jump(self.journal.store.last_number())
            self.keeper.restore(self.journal.kept())
            if self.book is not None:
                self.failures._keep_in(self.book)
            self.routes.apply_standing()
            keys, start_thread = self.submitter.keys, self._start_thread
            self.feeder, self.parked = take_up(
                self.journal, self.registry, self.routes, self.pools, keys, start_thread
            )

    def _look_for_left(self) -> None:
        self.batches.report_left()

    def start(self) -> None:
        """Start everything that has threads; see `BaseEngine.start`."""
        loading.check()
        for wrong in self.routes.wrong_policies(self.registry.loaded()):
            raise wrong
        for pool in self.pools.values():
            state_of(pool).check_fork()  # of all before any is started
        self.bus.restart_if_forked()
        self._open_journal()
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
        self.changed(f"started with {workers} worker{'s' * (workers != 1)}{several}")

    def shutdown(self, timeout: float | None, *, drain: bool) -> Ledger:
        """Stop everything; see `BaseEngine.shutdown`."""
        began = self.clock.monotonic()
        if self.pools.state not in ("stopping", "stopped"):
            self.changed("stopping")
        self.scheduler.close(SCHEDULER_SECONDS)
        if self.feeder is not None:
            self.feeder.close(cancel=not drain)
        ledger = self.pools.shutdown(began, timeout, drain=drain)
        self.monitor.sampler.close(SAMPLER_SECONDS)
        if self.journal is not None:
            self.journal.close()
            ledger = with_kept(ledger, self.journal.left)
        self.routing.stop()
        self.changed(f"stopped: {ledger}")
        self.bus.close(BUS_SECONDS)
        return ledger

    @property
    def state(self) -> EngineState:
        """The state of all together; see `BaseEngine.state`."""
        state = self.pools.state
        is_degraded = state == "running" and self.journal_view().state == "degraded"
        return "degraded" if is_degraded else state

    def journal_view(self) -> JournalView:
        """Return how the journal is."""
        from chasqui.engine.journal.view import NO_JOURNAL

        return NO_JOURNAL if self.journal is None else self.journal.view()

    def snapshot(self) -> EngineSnapshot:
        """Return the present state of everything, as a frozen record."""
        from chasqui.engine.metrics.diagnosis import diagnose
        from chasqui.engine.snapshot import EngineSnapshot, worker_in

        reading = self.monitor.metrics()
        return EngineSnapshot(
            name=self.name,
            state=self.state,
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
