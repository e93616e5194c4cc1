"""The records of failed tasks, and of what was done with them; see `chasqui.control.records`."""

from __future__ import annotations

from chasqui.control.metric_records import EndedRecord
from chasqui.control.record import Record
from chasqui.control.safe_text import SafeText


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
    open: int  # of the kept ones, those neither retried nor discarded
    retried: int = 0  # of the kept ones
    retried_well: int = 0  # of those, how many retries have completed
    failed_again: int = 0
    retries_cancelled: int = 0
    first_seen: float
    last_seen: float
    example: int | None = None  # the number of the newest
    newest: SafeText = SafeText("")  # the error of the newest, not folded


class UndoView(Record, frozen=True, kw_only=True):
    """The last action on failures, or cancel of waiting tasks, while it can be undone."""

    verb: SafeText  # "retry", "discard" or "cancel"
    count: int  # of the failures or tasks concerned
    remaining: float  # seconds until it can no longer be undone
    number: int | None = None  # of the failure or task, if it is the only one


class RetriedView(EndedRecord, frozen=True, kw_only=True):
    """What has become of the last retry: how its tasks have ended so far."""

    at: float
    count: int  # the tasks that it has started
