"""Records that are read one at a time: the details of a task, and a type with its form.

As in a snapshot, text is sanitised, times are seconds since the epoch and durations seconds.
"""

from __future__ import annotations

from typing import Literal

from chasqui.control.records import ProgressView, Record, TaskState, WorkerState
from chasqui.control.safe_text import SafeText

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


class AttemptView(Record, frozen=True, kw_only=True):
    """How an earlier attempt ended."""

    number: int
    started: float
    finished: float
    worker: SafeText
    error: SafeText


class LogLineView(Record, frozen=True, kw_only=True):
    """A line that a task's body has logged."""

    at: float
    level: SafeText  # "info", "warning", …
    text: SafeText


class FrameView(Record, frozen=True, kw_only=True):
    """A frame of a stack. It has no values of variables: they may be secrets."""

    file: SafeText  # the end of its path
    line: int
    function: SafeText
    code: SafeText = SafeText("")  # the line itself, if it could be read in time
    own: bool = True  # of the user's code: no frame of the standard library, of packages, of ours


class TraceView(Record, frozen=True, kw_only=True):
    """An error of a traceback, and where it was raised."""

    error: SafeText  # its class and its message, with its notes
    follows: Literal["", "cause", "context"] = ""
    """How it is linked to the one that was raised before it: by ``from``, or raised while that one
    was handled."""
    frames: tuple[FrameView, ...] = ()  # the innermost first; beyond the first 30, own ones only


class DeedView(Record, frozen=True, kw_only=True):
    """Something that was done to a task by hand."""

    at: float
    what: SafeText
    by: SafeText = SafeText("")  # which client asked for it, and why; empty: this process did


class TaskDetail(Record, frozen=True, kw_only=True):
    """The details of a task."""

    number: int
    type: SafeText
    state: TaskState
    plugin: SafeText = SafeText("")
    pool: SafeText = SafeText("")  # empty where there is only one
    reason: SafeText = SafeText("")  # why it may not start now
    is_parked: bool = False  # it is in the journal only: no undo puts it back once cancelled
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
    progress: ProgressView | None = None
    result: SafeText | None = None
    error: SafeText | None = None
    traceback: SafeText | None = None
    traces: tuple[TraceView, ...] = ()  # the same apart: the last error first; none of a tree
    cpu: float | None = None  # seconds of CPU time of its last attempt; None: not measured
    peak_memory: int = 0  # bytes that its process had at most; 0: not measured
    failure: SafeText = SafeText("")  # new, seen, retried or discarded; empty: not in that log
    retried_as: int | None = None  # the task that was submitted in its place
    deeds: tuple[DeedView, ...] = ()  # the last things done to it by hand, the oldest first
    log: tuple[LogLineView, ...] = ()  # the lines after the cursor asked with, the newest last
    log_dropped: int = 0  # lines between that cursor and the first of these that are not kept
    log_cursor: int = 0  # the cursor to ask for the lines after these
    log_more: bool = False  # whether more lines exist now: an answer is bounded


class StackView(Record, frozen=True, kw_only=True):
    """Where a worker's task is now."""

    worker: SafeText
    state: WorkerState
    task: int | None = None
    type: SafeText = SafeText("")
    started: float | None = None  # when the attempt began
    since: float  # each look from then on has found the innermost frames the same
    looked: float  # when it was looked at
    frames: tuple[FrameView, ...] = ()  # the innermost first; beyond the first 30, own ones only
    is_cut: bool = False  # the outer frames are missing: the stack is too deep


class ParameterInfo(Record, frozen=True, kw_only=True):
    """A parameter of a task type, as a form needs it; ``default`` is its text in the form."""

    name: str
    kind: ControlKind
    required: bool
    default: str | None = None
    is_exact: bool = True  # whether that text, typed in, means the default: not if no text does
    optional: bool = False  # an empty field means None
    help: SafeText = SafeText("")
    expects: SafeText = SafeText("")  # what to type in, with its bounds
    choices: tuple[str, ...] = ()
    item_kind: ControlKind | None = None  # of a list: what its items are


class TaskTypeInfo(Record, frozen=True, kw_only=True):
    """A task type that can be submitted."""

    name: str
    plugin: str
    help: SafeText
    package: SafeText = SafeText("")  # the distribution of its plugin, and its version
    parameters: tuple[ParameterInfo, ...] = ()
