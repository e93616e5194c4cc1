"""The port: everything a console may see of an engine, and everything it may ask of it.

A `Snapshot` is one consistent reading: frozen, windowed to what the query asks for, and sanitised,
so that whoever draws it needs no care of its own. A command returns an `Outcome`: what was done,
what was skipped, and why. All of it is msgspec structs, so that the same port can be spoken over a
socket. Times called ``at``, ``since``, ``created``, ``started`` and ``finished`` are seconds since
the epoch; ages are for the reader to compute from `Snapshot.at`. Durations are in seconds.

A port never blocks for the engine: `Port.snapshot` takes well under a millisecond, and commands
that take long (a shutdown) return at once and show their progress in the snapshots.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Generic, Literal, Protocol, TypeVar

import msgspec

from chasqui.control.safe_text import SafeText

EngineState = Literal["new", "running", "paused", "stopping", "stopped", "degraded"]
TaskState = Literal["queued", "scheduled", "running", "completed", "failed", "cancelled"]
WorkerState = Literal["starting", "idle", "running", "stuck", "abandoned", "stopping", "lost"]
ShutdownMode = Literal["drain", "cancel", "abort"]
ControlKind = Literal[
    "text",
    "secret",
    "path",
    "integer",
    "number",
    "boolean",
    "choice",
    "datetime",
    "date",
    "time",
    "duration",
    "list",
    "json",
]


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """A frozen part of a snapshot."""


Row = TypeVar("Row", bound=Record)


# What is asked


class Window(Record, frozen=True, kw_only=True):
    """Which rows of a list are on screen."""

    offset: int = 0
    limit: int = 50


class ViewQuery(Record, frozen=True, kw_only=True):
    """The panes on screen; what is None is hidden, and costs nothing."""

    workers: Window | None = None
    backlog: Window | None = None
    failures: Window | None = None
    metrics: bool = False


class SubmitOptions(Record, frozen=True, kw_only=True):
    """How to submit, beside the parameters."""

    priority: int = 0
    time_limit: float | None = None  # seconds that the body may run


# What is seen


class Capabilities(Record, frozen=True, kw_only=True):
    """What this port's engine allows."""

    engine_name: str = "default"
    embedded: bool = True  # the engine lives and dies with the console
    read_only: bool = False
    can_cancel_running: bool = True  # by asking: a thread cannot be killed
    can_resize: bool = True


class Progress(Record, frozen=True, kw_only=True):
    """How far a running task says it is."""

    done: float
    total: float | None = None
    message: SafeText = SafeText("")


class Counts(Record, frozen=True, kw_only=True):
    """The counters of one reading, each counted on its own."""

    accepted: int = 0
    rejected: int = 0
    queued: int = 0
    scheduled: int = 0
    running: int = 0
    completed: int = 0
    failed: int = 0
    cancelled: int = 0

    @property
    def accounted(self) -> int:
        """Add up where accepted tasks are now; equal to ``accepted`` unless something is lost."""
        waiting = self.queued + self.scheduled + self.running
        return waiting + self.completed + self.failed + self.cancelled

    @property
    def balanced(self) -> bool:
        """Tell whether every accepted task is accounted for."""
        return self.accepted == self.accounted


class Latency(Record, frozen=True, kw_only=True):
    """A distribution of durations, in seconds."""

    count: int = 0
    p50: float = 0.0
    p95: float = 0.0
    p99: float = 0.0
    max: float = 0.0


class WorkerRow(Record, frozen=True, kw_only=True):
    """One worker."""

    name: SafeText
    state: WorkerState
    since: float  # when it entered this state
    task: int | None = None
    type: SafeText = SafeText("")
    done: int = 0
    failed: int = 0
    progress: Progress | None = None


class TaskRow(Record, frozen=True, kw_only=True):
    """One task that waits or runs."""

    number: int
    type: SafeText
    state: TaskState
    created: float
    params: SafeText = SafeText("")
    priority: int = 0
    attempt: int = 0  # how often it was started before
    due: float | None = None  # when a scheduled task will be put into the backlog


class FailureRow(Record, frozen=True, kw_only=True):
    """One failed task, newest first."""

    number: int
    type: SafeText
    at: float
    error: SafeText  # "ValueError: the first line of its message"
    params: SafeText = SafeText("")
    worker: SafeText = SafeText("")
    attempts: int = 1


class Page(Record, Generic[Row], frozen=True, kw_only=True):
    """The rows of one window; ``total`` counts all of them, ``rev`` changes when any row does."""

    rows: tuple[Row, ...] = ()
    offset: int = 0
    total: int = 0
    rev: int = 0


class MetricsView(Record, frozen=True, kw_only=True):
    """Distributions and short histories; a history has one value a second, the newest last."""

    wait: Latency = Latency()
    run: Latency = Latency()
    finished_per_second: tuple[float, ...] = ()
    backlog: tuple[float, ...] = ()
    busy: tuple[float, ...] = ()


class LedgerView(Record, frozen=True, kw_only=True):
    """The report of a shutdown: every accepted task with exactly one fate."""

    accepted: int
    completed: int
    failed: int
    cancelled: int
    left: int
    abandoned: int
    clean: bool
    seconds: float
    named: tuple[SafeText, ...] = ()  # the tasks left or abandoned, a line each, bounded


class ShutdownView(Record, frozen=True, kw_only=True):
    """A shutdown under way."""

    mode: ShutdownMode
    remaining: float  # seconds until its deadline
    timeout: float


class Snapshot(Record, frozen=True, kw_only=True):
    """One consistent reading of the engine."""

    at: float
    name: SafeText = SafeText("default")
    state: EngineState = "running"
    uptime: float = 0.0
    workers: int = 0  # workers there are
    busy: int = 0
    queue_size: int = 0
    counts: Counts = Counts()
    rate: float = 0.0  # tasks finished per second, over the last ten seconds
    wait: Latency = Latency()
    run: Latency = Latency()
    worker_page: Page[WorkerRow] | None = None
    backlog_page: Page[TaskRow] | None = None
    failure_page: Page[FailureRow] | None = None
    metrics: MetricsView | None = None
    problems: tuple[SafeText, ...] = ()  # what an operator should know: plugins that failed, …
    shutdown: ShutdownView | None = None
    ledger: LedgerView | None = None  # set once the engine has stopped


class AttemptView(Record, frozen=True, kw_only=True):
    """How an attempt before the last has ended."""

    number: int
    started: float
    finished: float
    worker: SafeText
    error: SafeText


class TaskDetail(Record, frozen=True, kw_only=True):
    """All there is to know of one task."""

    number: int
    type: SafeText
    state: TaskState
    plugin: SafeText = SafeText("")
    priority: int = 0
    attempts: int = 0
    worker: SafeText = SafeText("")
    created: float | None = None
    started: float | None = None
    finished: float | None = None
    due: float | None = None
    key: SafeText | None = None
    submissions: int = 1  # how many submissions of its key it stands for
    earlier: tuple[AttemptView, ...] = ()
    params: tuple[tuple[SafeText, SafeText], ...] = ()
    progress: Progress | None = None
    result: SafeText | None = None
    error: SafeText | None = None
    traceback: SafeText | None = None


class ParameterInfo(Record, frozen=True, kw_only=True):
    """One parameter of a task type, as a form needs it; ``default`` is its text in the form."""

    name: str
    kind: ControlKind
    required: bool
    default: str | None = None
    optional: bool = False  # an empty field means None
    help: SafeText = SafeText("")
    expects: SafeText = SafeText("")  # what is to be typed in, with its bounds
    choices: tuple[str, ...] = ()


class TaskTypeInfo(Record, frozen=True, kw_only=True):
    """One task type that can be submitted."""

    name: str
    plugin: str
    help: SafeText
    package: SafeText = SafeText("")  # the distribution that brings its plugin, and its version
    parameters: tuple[ParameterInfo, ...] = ()


# What can be asked


class Pause(Record, frozen=True, kw_only=True, tag=True):
    """Start no more tasks until resumed."""


class Resume(Record, frozen=True, kw_only=True, tag=True):
    """Start tasks again."""


class Resize(Record, frozen=True, kw_only=True, tag=True):
    """Set the number of workers of a pool, and remember it in the overrides file."""

    workers: int
    pool: str = "default"


class Cancel(Record, frozen=True, kw_only=True, tag=True):
    """Cancel waiting tasks, and ask running ones to stop."""

    numbers: tuple[int, ...]


class SetTheme(Record, frozen=True, kw_only=True, tag=True):
    """Remember the console's theme in the overrides file."""

    theme: str


class Shutdown(Record, frozen=True, kw_only=True, tag=True):
    """Stop the engine: drain, cancel what is queued, or abort what runs as well.

    A later, sharper shutdown sharpens the one under way.
    """

    mode: ShutdownMode = "drain"
    timeout: float | None = None  # None: the engine's shutdown_timeout


Command = Pause | Resume | Resize | Cancel | SetTheme | Shutdown


class Outcome(Record, frozen=True, kw_only=True):
    """What a command did; ``skipped`` names each thing it left alone and why."""

    ok: bool
    reason: SafeText = SafeText("")
    numbers: tuple[int, ...] = ()  # the tasks submitted or changed
    skipped: tuple[tuple[int, SafeText], ...] = ()
    problems: tuple[tuple[str, SafeText], ...] = ()  # wrong parameters, each with its reason
    notes: tuple[tuple[str, SafeText], ...] = ()  # what is worth knowing of a right parameter


class Port(Protocol):
    """The one door between a console and an engine."""

    @property
    def caps(self) -> Capabilities:
        """What the engine allows."""
        ...

    def snapshot(self, query: ViewQuery) -> Snapshot:
        """Read the engine."""
        ...

    def detail(self, number: int) -> TaskDetail | None:
        """Describe one task, or return None when nothing of it is kept."""
        ...

    def task_types(self) -> Sequence[TaskTypeInfo]:
        """List the task types that can be submitted, by name."""
        ...

    def check(self, type: str, params: Mapping[str, str]) -> Outcome:
        """Judge texts as typed into a form, and submit nothing.

        Whoever asks should not wait for it on the thread that draws: it looks at files, on the
        engine's machine, and a file may lie on a disk that does not answer.
        """
        ...

    def submit(self, type: str, params: Mapping[str, str], options: SubmitOptions) -> Outcome:
        """Submit one task from texts as typed into a form; never wait for room."""
        ...

    def apply(self, command: Command) -> Outcome:
        """Carry out a command."""
        ...
