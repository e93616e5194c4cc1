"""The records of tasks that have ended, as a list shows them."""

from __future__ import annotations

from chasqui.control.record import Record
from chasqui.control.safe_text import SafeText
from chasqui.pool.states import TaskState


class FinishedRow(Record, frozen=True, kw_only=True):
    """A task that has ended; the newest is listed first."""

    number: int
    type: SafeText
    state: TaskState
    at: float  # when it ended
    waited: float | None = None  # seconds before its last start; None: it never started
    ran: float | None = None  # seconds; None: it never started
    result: SafeText = SafeText("")  # as JSON or text; empty: none, or its type keeps none
    error: SafeText = SafeText("")  # "ValueError: the first line of its message"
    has_expired: bool = False  # it failed because it did not start in time
    params: SafeText = SafeText("")
    worker: SafeText = SafeText("")
    pool: SafeText = SafeText("")  # empty where there is only one
    attempts: int = 1
    cpu: float | None = None  # seconds of CPU time of its last attempt; None: not measured
    peak_memory: int = 0  # bytes that its process had at most; 0: not measured
