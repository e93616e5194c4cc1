"""The port to an engine in this process.

A snapshot reads counters and the rows on screen, however long the backlog is. A shutdown runs on
its own thread, and its progress is in the snapshots.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from chasqui.control import failure_views, history_views, kept, type_views, views
from chasqui.control.crew_views import CrewViews
from chasqui.control.event_book import book_of
from chasqui.control.journal_views import journal_status
from chasqui.control.log_views import with_log
from chasqui.control.metric_views import MetricViews
from chasqui.control.notes import note
from chasqui.control.number_sets import NumberSets, SetGone
from chasqui.control.orders import Orders
from chasqui.control.pages import Pages
from chasqui.control.parked_views import parked_detail
from chasqui.control.path_texts import completions
from chasqui.control.port import (
    Capabilities,
    Command,
    CommandOutcome,
    EngineState,
    SetShutdownTimeout,
    Snapshot,
    StackView,
    SubmitOptions,
    TaskDetail,
    TaskTypeInfo,
    ViewQuery,
)
from chasqui.control.safe_text import SafeText, safe_line
from chasqui.control.sendable import is_text
from chasqui.control.settings_views import SettingsViews
from chasqui.control.stacks import StackViews
from chasqui.control.stopping import Stopping
from chasqui.control.type_details import TypeDetails
from chasqui.control.worker_problems import held_workers
from chasqui.engine.config.tables import Config
from chasqui.engine.engine import BaseEngine
from chasqui.engine.journal.served import parked_of
from chasqui.engine.journal.view import ParkedTask
from chasqui.engine.types.patterns import without_pattern
from chasqui.engine.types.registry import owner_of
from chasqui.errors import (
    ChasquiError,
    InvalidParameters,
    JournalUnavailable,
    UnknownPool,
    UnknownType,
)
from chasqui.plugins.engine import Engine as PluginEngine
from chasqui.pool.task import Task

PROBLEMS = 200  # that an outcome lists: more than a form has fields
WATCHED = 32  # handles kept of tasks opened or submitted here, to follow them past their end


class LocalPort:
    """Let a console see and steer an engine of its own process. Any thread.

    Args:
        engine: the engine, started or not.
        problems: lines that an operator should know from the start, such as failed plugins.
        overrides: the file that keeps changes of size and theme; None: they are not kept.
        config: the settings without the overrides; None: those of now.
        forgets: what will be lost when the console ends, said when it begins.
    """

    def __init__(
        self,
        engine: BaseEngine,
        *,
        problems: Sequence[str] = (),
        overrides: Path | None = None,
        forgets: str = "",
        config: Config | None = None,
    ) -> None:
        self.caps = Capabilities(
            engine_name=safe_line(engine.name),
            shutdown_timeout=engine.shutdown_timeout,
            remembered_in=safe_line("" if overrides is None else kept.from_home(overrides)),
            forgets=safe_line(forgets),
        )
        self._engine = engine
        self._problems = tuple(safe_line(problem) for problem in problems)
        self._began = engine.clock.monotonic()
        sets = NumberSets()
        self.events = book_of(engine)
        """What has happened to the engine since it had its first port."""
        for problem in self._problems:
            self.events.note("error", problem, once=True)
        self._pages = Pages(engine, sets, self.events)
        self._metrics = MetricViews(engine)
        self._types = TypeDetails(engine, self._metrics)
        self._stacks = StackViews(engine)
        settings = self._settings = SettingsViews(engine, config)
        self._crew = CrewViews(engine, self._stacks, settings.workers)
        self._stopping = Stopping(engine)
        self._orders = Orders(engine, self._pages, sets, self._stopping, overrides, settings)
        self._lock = threading.Lock()  # guards the one below
        self._watched: OrderedDict[int, Task] = OrderedDict()

    # Seeing

    def snapshot(self, query: ViewQuery) -> Snapshot:
        """Read the engine."""
        engine, pages = self._engine, self._pages
        now = engine.clock.monotonic()
        reading, circuits = engine.metrics(), engine.breakers
        ledger = self._stopping.ledger()
        kinds = pages.kinds() if query.groups is not None else None
        failures, filter_note = pages.failures(query.failures, query.failures_of)
        waiting = pages.backlog.page(query.backlog, query.backlog_of, query.backlog_order, reading)
        lanes = pages.lanes.page(query.lanes, reading)
        types, idle = pages.types(query.types, query.types_of, reading)
        pools = type_views.pool_rows(engine.pools, reading.pools)
        return Snapshot(
            at=engine.clock.time(),
            name=safe_line(engine.name),
            state=self._state(),
            uptime=now - self._began,
            workers=reading.workers,
            busy=reading.busy,
            queue_size=sum(pool.queue_size for pool in engine.pools.values()),
            counts=views.counts(reading),
            last_number=engine.pools.last_number,
            held=type_views.held(reading),
            rate=reading.ten_seconds.ended,
            wait=views.latency(reading.wait),
            run=views.latency(reading.run),
            pools=pools if len(pools) > 1 else (),
            breakers=type_views.whose_breaker_is("open", circuits),
            half_open=type_views.whose_breaker_is("half open", circuits),
            paused_types=type_views.paused(reading),
            **type_views.struck(engine.strikes),
            undo=failure_views.undo(engine.undoable),
            **failure_views.so_far(engine.failures),
            worker_page=pages.workers(query.workers, query.workers_of, reading),
            crew=self._crew.view(query, reading),
            backlog_page=waiting,
            lane_page=lanes,
            failure_page=failures,
            group_page=pages.groups(query.groups, kinds),
            event_page=pages.events.page(query.events, query.events_of),
            finished_page=pages.finished.page(query.finished, query.finished_of),
            type_page=types,
            idle_types=idle,
            filter_note=filter_note,
            **pages.marks.views(query, waiting, lanes, failures, kinds),
            metrics=self._metrics.view(reading, pools, query.charts) if query.metrics else None,
            type_view=self._types.view(query.type_view, reading),
            settings=self._settings.view(query, reading),
            full_for=max([one.full_for for one in reading.pools.values()], default=0.0),
            wrong=self._metrics.wrong(reading),
            problems=(*self._problems, *held_workers(engine)),
            shutdown=self._stopping.view(now),
            ledger=ledger,
            journal=journal_status(reading.journal),
        )

    def detail(self, number: int, log_after: int = 0) -> TaskDetail | None:
        """Describe one task, with its log after a cursor; None when nothing of it is kept."""
        engine, pages = self._engine, self._pages
        task = engine.pools.find(number) or self._watched_task(number)
        if task is not None:
            self._watch(task)
            reason, pool = pages.backlog.why_waiting(task), pages.backlog.pool_of(task)
            found = views.task_detail(task, reason=reason, pool=pool)
            found = failure_views.with_failure(found, engine.failures.find(number))
        else:
            failure, ended = engine.failures.find(number), engine.history.find(number)
            parked = None if failure or ended else self._parked(number)
            if failure is not None:
                found = failure_views.failure_detail(failure, ended)
            elif ended is not None:
                found = history_views.finished_detail(ended)
            elif parked is not None:
                found = parked_detail(parked)
            else:
                return None
        return with_log(self.events.deeds.added_to(found), engine.task_log(number, log_after))

    def _parked(self, number: int) -> ParkedTask | None:
        tasks = parked_of(self._engine)
        try:
            return None if tasks is None else tasks.find(number)
        except JournalUnavailable:
            return None

    def stack(self, worker: str, pool: str = "") -> StackView | None:
        """Return where a worker's task is in its code; None if no worker has this name."""
        return self._stacks.view(worker, pool)

    def types(self) -> Sequence[TaskTypeInfo]:
        """List the task types that can be submitted, by name."""
        types = self._engine.types
        packages = self._packages()
        return [
            views.type_info(name, task_type, packages.get(owner_of(name), ""))
            for name, task_type in types.items()
        ]

    # Steering

    def check(self, type: str, params: Mapping[str, str]) -> CommandOutcome:
        """Check texts as typed into a form, and submit nothing; never raise."""
        try:
            parameters = self._engine.type(type).parameters
        except ChasquiError as error:
            return _refused(error)
        given = [field for field in parameters.fields if params.get(field.name)]
        found = [(field.name, note(field, params[field.name])) for field in given]
        notes = tuple((name, safe_line(text, views.CELL)) for name, text in found if text)
        try:
            parameters.parse_text(params, type)
        except ChasquiError as error:
            return msgspec.structs.replace(_refused(error), notes=notes)
        return CommandOutcome(ok=True, notes=notes)

    def complete(self, type: str, name: str, text: str) -> Sequence[str]:
        """Return the paths that the text of a parameter may become; none for other parameters."""
        return completions(self._engine, type, name, text)

    def submit(
        self, type: str, params: Mapping[str, str], options: SubmitOptions
    ) -> CommandOutcome:
        """Submit one task from texts as typed into a form; never wait for room."""
        try:
            work = self._engine.type(type).work_from_text(params, type)
            task = self._engine.try_submit(work, **options.said())
        except (ChasquiError, ValueError) as error:
            return _refused(error)
        self._watch(task)
        return CommandOutcome(ok=True, numbers=(task.number,))

    def apply(self, command: Command) -> CommandOutcome:
        """Carry out a command; what is refused is in the outcome, with its reason."""
        try:
            outcome = self._orders.carry_out(command)
            self.events.carried_out(command, outcome)
            if isinstance(command, SetShutdownTimeout):
                self.caps = msgspec.structs.replace(self.caps, shutdown_timeout=command.timeout)
            return outcome
        except SetGone as error:
            return CommandOutcome(ok=False, kind="gone", reason=SafeText(str(error)))
        except (UnknownType, UnknownPool) as error:
            return CommandOutcome(ok=False, kind="unknown", reason=safe_line(str(error)))
        except (ChasquiError, ValueError) as error:
            return _refused(error)

    # Parts of a snapshot

    def _state(self) -> EngineState:
        state: EngineState = self._engine.state
        if state == "stopped" and self._stopping.is_ending:
            return "stopping"  # its threads are still being joined; the ledger follows
        return state

    def _packages(self) -> dict[str, str]:
        """Return the distribution of each plugin, if the engine has plugins at all."""
        if not isinstance(self._engine, PluginEngine):
            return {}
        return {info.name: info.package for info in self._engine.plugins.infos_loaded()}

    def _watch(self, task: Task) -> None:
        with self._lock:
            self._watched[task.number] = task
            self._watched.move_to_end(task.number)
            while len(self._watched) > WATCHED:
                self._watched.popitem(last=False)

    def _watched_task(self, number: int) -> Task | None:
        with self._lock:
            return self._watched.get(number)


def _sendable(name: str) -> str:
    """Return the name of a parameter, of a form or not, as it is unless it cannot be sent so."""
    return name if is_text(name) else safe_line(name)


def _refused(error: Exception) -> CommandOutcome:
    problems: Mapping[str, str] = {}
    if isinstance(error, InvalidParameters):
        problems = error.problems
    listed = [*problems.items()][:PROBLEMS]
    told = tuple((_sendable(name), safe_line(without_pattern(why))) for name, why in listed)
    return CommandOutcome(ok=False, reason=safe_line(str(error)), problems=told)
