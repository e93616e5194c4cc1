"""The records of a snapshot: a consistent reading of an engine, as a console draws it.

They are frozen, limited to the rows that were asked for, and sanitised, so that code that draws
them need not be careful. Times called ``at``, ``since``, ``created`` and ``…_seen`` are seconds
since the epoch; readers compute ages from `Snapshot.at`. Durations are in seconds, rates are per
second, shares are between 0 and 1.
"""

from __future__ import annotations

from typing import Final, Generic, Literal, TypeVar

import msgspec

from chasqui.control import sendable
from chasqui.control.safe_text import SafeText
from chasqui.engine.state import EngineState as EngineState
from chasqui.pool.states import STATES
from chasqui.pool.states import TaskState as TaskState
from chasqui.pool.states import WorkerState as WorkerState

TypeState = Literal["open", "full", "limited", "paused", "breaker open", "half open"]
"""Whether a type's tasks may start: ``full`` means that its concurrency is used up, ``limited``
that its rate is used up for now, ``half open`` that its breaker lets a few tasks through as probes.
"""
SlowKind = Literal["", "long", "unstopped"]
"""Why a worker is slow: ``long`` means that its task has run for over a minute and over ten times
the p95 of its type, ``unstopped`` that it was asked to stop seconds ago and goes on."""
ShutdownMode = Literal["drain", "cancel", "abort"]


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """A frozen part of what goes through a port, and comes back from JSON as it was.

    Raises:
        ValueError: a number of it is not finite, or a text has a lone surrogate. JSON has neither:
            the one would arrive as null, the other not at all.
    """

    def __post_init__(self) -> None:
        numbers, texts, others = PLANS[type(self)]
        for name in numbers:
            number = getattr(self, name)
            if number - number != 0.0:  # of infinities, and of what is no number
                raise sendable.not_finite(name, number)
        for name in texts:
            text = getattr(self, name)
            if not text.isascii() and not sendable.is_text(text):
                raise sendable.not_text(name, text)
        for name in others:
            sendable.check(name, getattr(self, name))


PLANS: Final = sendable.Plans()


Row = TypeVar("Row", bound=Record)


class ProgressView(Record, frozen=True, kw_only=True):
    """The progress that a running task reports."""

    done: float
    total: float | None = None
    message: SafeText = SafeText("")


class EndedRecord(Record, frozen=True, kw_only=True):
    """How many tasks are in each final state; for records to derive from."""

    completed: int = 0
    failed: int = 0
    cancelled: int = 0


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


class LatencyView(Record, frozen=True, kw_only=True):
    """A distribution of durations, in seconds."""

    count: int = 0
    p50: float = 0.0
    p95: float = 0.0
    p99: float = 0.0
    max: float = 0.0


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
    asked_at: float | None = None  # when its task was asked to stop, if it was
    slow: SlowKind = ""
    usual: float = 0.0  # the p95 of its type's runs, if it is slow for taking far longer


class TaskRow(Record, frozen=True, kw_only=True):
    """A task that waits."""

    number: int
    type: SafeText
    state: TaskState
    created: float
    pool: SafeText = SafeText("")  # empty where there is only one
    params: SafeText = SafeText("")
    priority: int = 0
    attempt: int = 0  # how many attempts were started before
    due: float | None = None  # when a scheduled task will be put into the backlog
    reason: SafeText = SafeText("")  # why it may not start now; empty: it waits for a worker


class FailureRow(Record, frozen=True, kw_only=True):
    """A failed task; the newest is listed first."""

    number: int
    type: SafeText
    at: float
    error: SafeText  # "ValueError: the first line of its message"
    params: SafeText = SafeText("")
    worker: SafeText = SafeText("")
    attempts: int = 1
    group: str = ""
    state: SafeText = SafeText("")  # new, seen or retried


class GroupRow(Record, frozen=True, kw_only=True):
    """The failures of one kind; the kind with the newest failure is listed first."""

    id: str
    type: SafeText
    error: SafeText  # "ValueError: its message, with what differs folded"
    count: int  # of all such failures ever
    kept: int  # that can still be opened and discarded
    open: int  # of the kept ones, those not retried
    first_seen: float
    last_seen: float
    example: int | None = None  # the number of the newest
    newest: SafeText = SafeText("")  # the error of the newest, not folded


class TypeRow(EndedRecord, frozen=True, kw_only=True):
    """A task type: what it does to the engine, and whether its tasks may start."""

    name: SafeText
    state: TypeState = "open"
    is_paused: bool = False  # even if something else holds it too
    pool: SafeText = SafeText("")  # empty where there is only one
    limits: SafeText = SafeText("")  # "4 at a time, 10/s"; empty: none
    queued: int = 0
    scheduled: int = 0
    running: int = 0
    rate: float | None = 0.0  # ended per second, over ten seconds; None: not tracked
    errors: float | None = None  # share of failures among what ended lately; None: nothing ended
    run_p95: float = 0.0
    wait_p95: float = 0.0
    oldest: float = 0.0  # seconds that the task that waits longest has waited
    share: float | None = 0.0  # of the pool's worker time; None: not tracked
    note: SafeText = SafeText("")  # what is wrong with it, such as skipped turns of a schedule


class PoolRow(Record, frozen=True, kw_only=True):
    """One of several pools."""

    name: SafeText
    state: EngineState = "running"
    workers: int = 0
    busy: int = 0
    queue_size: int = 0
    queued: int = 0
    scheduled: int = 0
    running: int = 0
    rate: float = 0.0  # ended per second, over the last ten seconds
    full_for: float = 0.0  # seconds for which the backlog has been full


class Page(Record, Generic[Row], frozen=True, kw_only=True):
    """The rows of a window; ``total`` counts all rows, ``rev`` changes when any row does."""

    rows: tuple[Row, ...] = ()
    offset: int = 0
    total: int = 0
    rev: int = 0
    is_partial: bool = False  # the list is still being computed


class MetricsView(Record, frozen=True, kw_only=True):
    """Distributions, short histories, and what can be concluded from them.

    A history has a value for each second, the newest last.
    """

    wait: LatencyView = LatencyView()
    run: LatencyView = LatencyView()
    finished_per_second: tuple[float, ...] = ()
    backlog: tuple[float, ...] = ()
    busy: tuple[float, ...] = ()
    findings: tuple[SafeText, ...] = ()  # a sentence each; a healthy engine has none


class LedgerView(EndedRecord, frozen=True, kw_only=True):
    """The report of a shutdown: every accepted task with exactly one fate."""

    accepted: int
    left: int
    abandoned: int
    clean: bool
    seconds: float
    named: tuple[SafeText, ...] = ()  # the tasks left or abandoned, a line each, bounded


class ShutdownView(Record, frozen=True, kw_only=True):
    """A shutdown under way."""

    mode: ShutdownMode
    remaining: float | None  # seconds until its deadline; None: it has none
    timeout: float | None  # seconds that it was given; None: no limit


class UndoView(Record, frozen=True, kw_only=True):
    """The last action on failures, while it can be undone."""

    verb: SafeText  # "retry" or "discard"
    count: int  # of the failures concerned
    remaining: float  # seconds until it can no longer be undone


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
    held: int = 0  # queued tasks whose type is paused or has an open breaker
    rate: float = 0.0  # tasks finished per second, over the last ten seconds
    wait: LatencyView = LatencyView()
    run: LatencyView = LatencyView()
    pools: tuple[PoolRow, ...] = ()  # where there are several
    breakers: tuple[SafeText, ...] = ()  # the types whose circuit breaker is open
    half_open: tuple[SafeText, ...] = ()  # the types whose breaker lets a few tasks start as probes
    paused_types: tuple[SafeText, ...] = ()
    undo: UndoView | None = None
    worker_page: Page[WorkerRow] | None = None
    backlog_page: Page[TaskRow] | None = None
    failure_page: Page[FailureRow] | None = None
    group_page: Page[GroupRow] | None = None
    type_page: Page[TypeRow] | None = None
    filter_note: SafeText = SafeText("")  # what was not understood in the filter
    metrics: MetricsView | None = None
    full_for: float = 0.0  # seconds for which the backlog has been full, in the worst pool
    wrong: tuple[SafeText, ...] = ()  # what is wrong, in a few words each; `metrics` has sentences
    problems: tuple[SafeText, ...] = ()  # what an operator should know: plugins that failed, …
    shutdown: ShutdownView | None = None
    ledger: LedgerView | None = None  # set once the engine has stopped
    clients: int = 0  # attached to the host, this console among them; 0 without a host
    change: ChangeView | None = None
