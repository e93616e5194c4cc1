"""The verbs that look: their arguments and answers. All may be used in the role ``observe``."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from chasqui.control.details import StackView, TaskDetail, TaskTypeInfo
from chasqui.control.port import ViewQuery
from chasqui.control.safe_text import SafeText
from chasqui.control.wire.permanent import AnswerRecord


class Args(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The arguments of a verb; an unknown one is refused."""


class NoArgs(Args, frozen=True, kw_only=True):
    """No arguments."""


class SnapshotArgs(Args, frozen=True, kw_only=True):
    """A reading for these panes.

    ``since`` is the ``revision`` of the last answer to an equal query on this connection, 0 if none
    is held: sections that have not changed since are left out.
    """

    query: ViewQuery = ViewQuery()
    since: int = 0


class SnapshotAnswer(AnswerRecord, frozen=True, kw_only=True):
    """The sections of a `Snapshot` that have changed, each under the name of its field."""

    revision: int
    sections: dict[str, msgspec.Raw]


class DetailArgs(Args, frozen=True, kw_only=True):
    """See `Port.detail`."""

    number: int
    log_after: int = 0


class DetailAnswer(AnswerRecord, frozen=True, kw_only=True):
    """None: nothing of the task is kept."""

    detail: TaskDetail | None


class StackArgs(Args, frozen=True, kw_only=True):
    """See `Port.stack`."""

    worker: str
    pool: str = ""


class StackAnswer(AnswerRecord, frozen=True, kw_only=True):
    """None: no worker has this name."""

    stack: StackView | None


class TypesAnswer(AnswerRecord, frozen=True, kw_only=True):
    """The task types, by name."""

    types: tuple[TaskTypeInfo, ...]


class CheckArgs(Args, frozen=True, kw_only=True):
    """See `Port.check`; the answer is a `CommandOutcome`."""

    type: str
    params: dict[str, str]


class CompleteArgs(Args, frozen=True, kw_only=True):
    """The words that may stand where the last of these is typed.

    ``type`` is empty while the type itself is completed. ``words`` are those after the type:
    ``name=value`` or the beginning of a name.
    """

    type: str = ""
    words: tuple[str, ...] = ()


class CompleteAnswer(AnswerRecord, frozen=True, kw_only=True):
    """The candidates, each with a line of help or an empty one."""

    candidates: tuple[tuple[str, SafeText], ...]


class EventsArgs(Args, frozen=True, kw_only=True):
    """What happens from now on, until the connection ends."""

    filter: str = ""
    """Of the kinds of events, as `task_failed`; empty: all of them."""


class EventRow(AnswerRecord, frozen=True, kw_only=True):
    """An event."""

    at: float
    kind: str
    text: SafeText
    number: int | None = None
    type: SafeText = SafeText("")


class EventsAnswer(AnswerRecord, frozen=True, kw_only=True):
    """Some events, in order."""

    events: tuple[EventRow, ...] = ()


RowKind = Literal["failures", "history", "backlog"]


class RowsArgs(Args, frozen=True, kw_only=True):
    """Rows of a list as records that can be kept, from a cursor on."""

    what: RowKind
    filter: str = ""
    cursor: int = 0
    """That of the answer before; 0 begins."""
    limit: int = 1000


class RowsAnswer(AnswerRecord, frozen=True, kw_only=True):
    """Some rows. A failure's has the keys of a row of `run`, so that `--jobs` takes it again."""

    rows: tuple[dict[str, Any], ...] = ()
    cursor: int = 0
    """What to ask for next; 0: there are no more."""
    note: SafeText = SafeText("")
    """What was not understood in the filter."""


class AuditArgs(Args, frozen=True, kw_only=True):
    """The entries after a cursor."""

    after: int = 0


class AuditEntry(AnswerRecord, frozen=True, kw_only=True):
    """A change that a client has asked for."""

    number: int
    at: float
    uid: int
    pid: int
    client: SafeText
    verb: str
    what: SafeText
    """The command and what it is about, without values of parameters."""
    outcome: SafeText
    reason: SafeText = SafeText("")


class AuditAnswer(AnswerRecord, frozen=True, kw_only=True):
    """Some entries, the newest last, and the cursor to go on from."""

    entries: tuple[AuditEntry, ...] = ()
    cursor: int = 0
    missed: int = 0
    """How many between the cursor and the first of these are not kept."""
