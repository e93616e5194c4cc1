"""The records of a snapshot: a consistent reading of an engine, as a console draws it.

They are frozen, limited to the rows that were asked for, and sanitised, so that code that draws
them need not be careful. Times called ``at``, ``since``, ``created`` and ``…_seen`` are seconds
since the epoch; readers compute ages from `Snapshot.at`. Durations are in seconds, rates are per
second, shares are between 0 and 1.
"""

from __future__ import annotations

from typing import Generic, Literal, TypeVar

from chasqui.control.event_records import EventView as EventView
from chasqui.control.failure_records import FailureRow as FailureRow
from chasqui.control.failure_records import GroupRow as GroupRow
from chasqui.control.failure_records import RetriedView as RetriedView
from chasqui.control.failure_records import UndoView as UndoView
from chasqui.control.finished_records import FinishedRow as FinishedRow
from chasqui.control.journal_status import UNKNOWN
from chasqui.control.journal_status import JournalStatus as JournalStatus
from chasqui.control.journal_status import LastEndStatus as LastEndStatus
from chasqui.control.marked_records import MarkedView as MarkedView
from chasqui.control.metric_records import BreakerView as BreakerView
from chasqui.control.metric_records import ChartQuery as ChartQuery
from chasqui.control.metric_records import ChartView as ChartView
from chasqui.control.metric_records import EndedRecord as EndedRecord
from chasqui.control.metric_records import LatencyView as LatencyView
from chasqui.control.metric_records import LimitsView as LimitsView
from chasqui.control.metric_records import MetricsView as MetricsView
from chasqui.control.metric_records import PoolRow as PoolRow
from chasqui.control.metric_records import RecentFailure as RecentFailure
from chasqui.control.metric_records import TypeRow as TypeRow
from chasqui.control.metric_records import TypeState as TypeState
from chasqui.control.metric_records import TypeView as TypeView
from chasqui.control.record import Record as Record
from chasqui.control.safe_text import SafeText
from chasqui.control.settings_records import SettingsView as SettingsView
from chasqui.control.waiting_records import LaneRow as LaneRow
from chasqui.control.waiting_records import TaskRow as TaskRow
from chasqui.control.worker_records import CrewView as CrewView
from chasqui.control.worker_records import PoolSize as PoolSize
from chasqui.control.worker_records import ProducerRow as ProducerRow
from chasqui.control.worker_records import WorkerPlace as WorkerPlace
from chasqui.engine.state import EngineState as EngineState
from chasqui.pool.states import STATES
from chasqui.pool.states import TaskState as TaskState
from chasqui.pool.states import WorkerState as WorkerState

SlowKind = Literal["", "long", "unstopped"]
"""Why a worker is slow: ``long`` means that its task has run for over a minute and over ten times
the p95 of its type, ``unstopped`` that it was asked to stop seconds ago and goes on."""
ShutdownMode = Literal["drain", "cancel", "abort"]


Row = TypeVar("Row", bound=Record)


class ProgressView(Record, frozen=True, kw_only=True):
    """The progress that a running task reports."""

    done: float
    total: float | None = None
    message: SafeText = SafeText("")


class Counts(EndedRecord, frozen=True, kw_only=True):
    """The counters of one reading, each counted on its own."""

    accepted: int = 0
    rejected: int = 0
    queued: int = 0
    scheduled: int = 0
    running: int = 0

    @property
    def accounted(self) -> int:
        """Add up where accepted tasks are now; equal to ``accepted`` unless something is lost."""
        return sum([getattr(self, state) for state in STATES])

    @property
    def balanced(self) -> bool:
        """Tell whether every accepted task is accounted for."""
        return self.accepted == self.accounted


class WorkerRow(Record, frozen=True, kw_only=True):
    """A worker."""

    name: SafeText  # with its pool's before it where there are several: "cpu/w01"
    state: WorkerState
    since: float  # when it entered this state
    pool: SafeText = SafeText("")  # empty where there is only one
    task: int | None = None
    type: SafeText = SafeText("")
    done: int = 0
    failed: int = 0
    progress: ProgressView | None = None
    leaves: bool = False  # it goes when its task has ended: there are to be fewer workers
    asked_at: float | None = None  # when its task was asked to stop, if it was
    slow: SlowKind = ""
    usual: float = 0.0  # the p95 of its type's runs, once it has run for a second; 0: not known
    pid: int | None = None  # the process that runs its bodies, if that is another one
    cpu: float | None = None  # of a core, since the reading before; None: not known yet
    memory: int = 0  # bytes that the process has; 0: not known


class Page(Record, Generic[Row], frozen=True, kw_only=True):
    """The rows of a window; ``total`` counts all rows, ``rev`` changes when any row does."""

    rows: tuple[Row, ...] = ()
    offset: int = 0
    total: int = 0
    rev: int = 0
    is_partial: bool = False  # the list is still being computed
    note: SafeText = SafeText("")  # what was not understood in the filter
    more: int = 0  # rows that match the filter too, and are too many to be listed


class LedgerView(EndedRecord, frozen=True, kw_only=True):
    """The report of a shutdown: every accepted task with exactly one fate."""

    accepted: int
    left: int
    abandoned: int
    clean: bool
    seconds: float
    kept: int = 0  # tasks that stay in the journal, for the next start
    named: tuple[SafeText, ...] = ()  # the tasks left or abandoned, a line each, bounded


class ShutdownView(Record, frozen=True, kw_only=True):
    """A shutdown under way."""

    mode: ShutdownMode
    remaining: float | None  # seconds until its deadline; None: it has none
    timeout: float | None  # seconds that it was given; None: no limit


class ChangeView(Record, frozen=True, kw_only=True):
    """The last change that a client of the host has asked for."""

    number: int  # counts the changes
    at: float
    uid: int
    pid: int
    client: SafeText
    what: SafeText
    outcome: SafeText = SafeText("")


class Snapshot(Record, frozen=True, kw_only=True):
    """A consistent reading of the engine."""

    at: float
    name: SafeText = SafeText("default")
    state: EngineState = "running"
    uptime: float = 0.0
    workers: int = 0  # present now
    busy: int = 0
    queue_size: int = 0
    counts: Counts = Counts()
    last_number: int | None = None  # the highest that a task has got; None: not said
    held: int = 0  # queued tasks whose type is paused or has an open breaker, or that are struck
    rate: float = 0.0  # tasks finished per second, over the last ten seconds
    wait: LatencyView = LatencyView()
    run: LatencyView = LatencyView()
    pools: tuple[PoolRow, ...] = ()  # where there are several
    breakers: tuple[SafeText, ...] = ()  # the types whose circuit breaker is open
    half_open: tuple[SafeText, ...] = ()  # the types whose breaker lets a few tasks start as probes
    paused_types: tuple[SafeText, ...] = ()
    strikes: tuple[SafeText, ...] = ()  # "app.charge customer=c7", the first of them
    more_strikes: int = 0  # how many besides those listed
    undo: UndoView | None = None
    retried: RetriedView | None = None
    open_kinds: int | None = None  # of failure, not retried nor discarded; None: not said
    ever_failed: int | None = None  # in earlier lives too, as kept failures say; None: not said
    worker_page: Page[WorkerRow] | None = None
    crew: CrewView | None = None  # with the page
    backlog_page: Page[TaskRow] | None = None
    lane_page: Page[LaneRow] | None = None
    failure_page: Page[FailureRow] | None = None
    group_page: Page[GroupRow] | None = None
    finished_page: Page[FinishedRow] | None = None
    event_page: Page[EventView] | None = None
    type_page: Page[TypeRow] | None = None
    idle_types: int = 0  # of the types in it, those at the end: at rest for ten minutes
    filter_note: SafeText = SafeText("")  # what was not understood in the filter
    backlog_marked: MarkedView = MarkedView()
    failures_marked: MarkedView = MarkedView()
    metrics: MetricsView | None = None
    type_view: TypeView | None = None  # that was asked for; None: there is no such type
    settings: SettingsView | None = None
    full_for: float = 0.0  # seconds for which the backlog has been full, in the worst pool
    wrong: tuple[SafeText, ...] = ()  # what is wrong, in a few words each; `metrics` has sentences
    problems: tuple[SafeText, ...] = ()  # what an operator should know: plugins that failed, …
    shutdown: ShutdownView | None = None
    ledger: LedgerView | None = None  # set once the engine has stopped
    clients: int = 0  # attached to the host, this console among them; 0 without a host
    change: ChangeView | None = None
    journal: JournalStatus = UNKNOWN
