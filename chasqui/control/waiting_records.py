"""The records of what waits: task by task, and a type at a time."""

from __future__ import annotations

from typing import Literal

from chasqui.control.record import Record
from chasqui.control.safe_text import SafeText
from chasqui.pool.states import TaskState

LaneKind = Literal["queued", "scheduled", "parked"]


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
    is_parked: bool = False  # it is in the journal only: no undo puts it back once cancelled


class LaneRow(Record, frozen=True, kw_only=True):
    """What waits of a type in a pool; all that is scheduled, of whatever type; or what is parked.

    Those that may start are listed first, then what is held, scheduled and parked.
    """

    kind: LaneKind = "queued"
    type: SafeText = SafeText("")  # empty for what is scheduled
    pool: SafeText = SafeText("")  # empty where there is only one
    count: int = 0
    reason: SafeText = SafeText("")  # why no task of it starts now; empty: the next one may
    held: bool = False  # it is paused, or its breaker is open: time and workers do not help
    oldest: float = 0.0  # seconds that its first task has waited
    limits: SafeText = SafeText("")  # "2 at a time, 10/s"; empty: none
    first: tuple[TaskRow, ...] = ()  # its next tasks
