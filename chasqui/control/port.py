"""The port: everything a console may see of an engine, and everything it may ask of it.

A `Snapshot` is a consistent reading of what a `ViewQuery` asks for. A command returns a
`CommandOutcome`: what was done, what was skipped, and why. All of it is msgspec structs, so that
the same port can work over a socket. The records are in four files: `records` for snapshots,
`queries` for what they are of, `details` for what is read one at a time, `commands` for what is
asked. Import them from here.

A port never blocks for the engine: `Port.snapshot` takes well under a millisecond, and commands
that take long (a shutdown) return at once and show their progress in the snapshots.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from chasqui.control.capabilities import Capabilities
from chasqui.control.commands import (
    ANOTHER_HOST,
    LOOKING,
    PUT_BACK_MOST,
    REORDERED_MOST,
    Cancel,
    CheckTasks,
    Chosen,
    Command,
    CommandOutcome,
    CountFailures,
    CountWaiting,
    DiscardFailures,
    FillForm,
    LiftStrike,
    Limit,
    Pause,
    PauseType,
    ReadFailures,
    Reprioritize,
    ResetBreaker,
    Resize,
    Resume,
    ResumeType,
    RetryEdited,
    RetryFailures,
    RunNext,
    SeeFailures,
    SetLogLevel,
    SetShutdownTimeout,
    SetTheme,
    Shutdown,
    StrikeValue,
    SubmitOptions,
    SubmitTask,
    SubmitTasks,
    Undo,
)
from chasqui.control.details import (
    AttemptView,
    ControlKind,
    DeedView,
    FrameView,
    LogLineView,
    ParameterInfo,
    StackView,
    TaskDetail,
    TaskTypeInfo,
    TraceView,
)
from chasqui.control.form_records import FilledForm
from chasqui.control.marked_records import MARKS, Marked, MarkedView
from chasqui.control.queries import ROWS, ViewQuery, Window
from chasqui.control.records import (
    BreakerView,
    ChangeView,
    ChartQuery,
    ChartView,
    Counts,
    CrewView,
    EngineState,
    EventView,
    FailureRow,
    FinishedRow,
    GroupRow,
    JournalStatus,
    LaneRow,
    LastEndStatus,
    LatencyView,
    LedgerView,
    LimitsView,
    MetricsView,
    Page,
    PoolRow,
    PoolSize,
    ProducerRow,
    ProgressView,
    RecentFailure,
    Record,
    RetriedView,
    Row,
    SettingsView,
    ShutdownMode,
    ShutdownView,
    SlowKind,
    Snapshot,
    TaskRow,
    TaskState,
    TypeRow,
    TypeState,
    TypeView,
    UndoView,
    WorkerPlace,
    WorkerRow,
    WorkerState,
)
from chasqui.control.submit_records import TASKS
from chasqui.pool.states import ENDED, FINAL, OPEN

__all__ = [
    "ANOTHER_HOST",
    "ENDED",
    "FINAL",
    "LOOKING",
    "MARKS",
    "OPEN",
    "PUT_BACK_MOST",
    "REORDERED_MOST",
    "ROWS",
    "TASKS",
    "AttemptView",
    "BreakerView",
    "Cancel",
    "Capabilities",
    "ChangeView",
    "ChartQuery",
    "ChartView",
    "CheckTasks",
    "Chosen",
    "Command",
    "CommandOutcome",
    "ControlKind",
    "CountFailures",
    "CountWaiting",
    "Counts",
    "CrewView",
    "DeedView",
    "DiscardFailures",
    "EngineState",
    "EventView",
    "FailureRow",
    "FillForm",
    "FilledForm",
    "FinishedRow",
    "FrameView",
    "GroupRow",
    "JournalStatus",
    "LaneRow",
    "LastEndStatus",
    "LatencyView",
    "LedgerView",
    "LiftStrike",
    "Limit",
    "LimitsView",
    "LogLineView",
    "Marked",
    "MarkedView",
    "MetricsView",
    "Page",
    "ParameterInfo",
    "Pause",
    "PauseType",
    "PoolRow",
    "PoolSize",
    "Port",
    "ProducerRow",
    "ProgressView",
    "ReadFailures",
    "RecentFailure",
    "Record",
    "Reprioritize",
    "ResetBreaker",
    "Resize",
    "Resume",
    "ResumeType",
    "RetriedView",
    "RetryEdited",
    "RetryFailures",
    "Row",
    "RunNext",
    "SeeFailures",
    "SetLogLevel",
    "SetShutdownTimeout",
    "SetTheme",
    "SettingsView",
    "Shutdown",
    "ShutdownMode",
    "ShutdownView",
    "SlowKind",
    "Snapshot",
    "StackView",
    "StrikeValue",
    "SubmitOptions",
    "SubmitTask",
    "SubmitTasks",
    "TaskDetail",
    "TaskRow",
    "TaskState",
    "TaskTypeInfo",
    "TraceView",
    "TypeRow",
    "TypeState",
    "TypeView",
    "Undo",
    "UndoView",
    "ViewQuery",
    "Window",
    "WorkerPlace",
    "WorkerRow",
    "WorkerState",
]


class Port(Protocol):
    """The only interface between a console and an engine. Several threads may use it at once."""

    @property
    def caps(self) -> Capabilities:
        """What the engine allows."""
        ...

    def snapshot(self, query: ViewQuery) -> Snapshot:
        """Read the engine."""
        ...

    def detail(self, number: int, log_after: int = 0) -> TaskDetail | None:
        """Return the details of a task, None when nothing of it is kept; change nothing.

        Its log has the lines after a cursor, `TaskDetail.log_cursor` of the answer before, and no
        more than fit into one answer.
        """
        ...

    def stack(self, worker: str, pool: str = "") -> StackView | None:
        """Return where a worker's task is in its code, None if no worker has this name.

        The name is that of a `WorkerRow`, which has the pool's in it where there are several.
        """
        ...

    def types(self) -> Sequence[TaskTypeInfo]:
        """List the task types that can be submitted, by name."""
        ...

    def check(self, type: str, params: Mapping[str, str]) -> CommandOutcome:
        """Check texts as typed into a form, and submit nothing.

        Do not wait for it on the thread that draws: a file may lie on a disk that does not answer.
        """
        ...

    def complete(self, type: str, name: str, text: str) -> Sequence[str]:
        """Return the paths that the text of a parameter may become; none for other parameters.

        Do not wait for it on the thread that draws, as for `check`.
        """
        ...

    def submit(
        self, type: str, params: Mapping[str, str], options: SubmitOptions
    ) -> CommandOutcome:
        """Submit a task from texts as typed into a form; never wait for room."""
        ...

    def apply(self, command: Command) -> CommandOutcome:
        """Carry out a command."""
        ...
