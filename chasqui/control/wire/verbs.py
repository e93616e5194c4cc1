"""The verbs: what each takes, what it answers, and the role that it needs.

The list is closed: a host does nothing else. Those that keep their form for ever are in `permanent`
and need no hello; all others need a hello of this protocol, and refuse arguments that they do not
have. They are in `looking` and `working`.

A verb whose answer may be long sends it in parts, see `parts`; ``await`` and ``events`` send a part
as soon as there is something to say.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

import msgspec

from chasqui.control.commands import CommandOutcome
from chasqui.control.wire.looking import (
    AuditAnswer,
    AuditArgs,
    CheckArgs,
    CompleteAnswer,
    CompleteArgs,
    DetailAnswer,
    DetailArgs,
    EventsAnswer,
    EventsArgs,
    NoArgs,
    RowsAnswer,
    RowsArgs,
    SnapshotAnswer,
    SnapshotArgs,
    StackAnswer,
    StackArgs,
    TypesAnswer,
)
from chasqui.control.wire.permanent import Hello, HelloArgs, NoArgsEver, Role, StopAnswer, StopArgs
from chasqui.control.wire.status import Status
from chasqui.control.wire.working import ApplyArgs, AwaitAnswer, AwaitArgs, SubmitAnswer, SubmitArgs


class Verb(NamedTuple):
    """What is true of a verb."""

    role: Role
    args: type[msgspec.Struct]
    answer: type[msgspec.Struct]
    is_permanent: bool = False


VERBS: Final[Mapping[str, Verb]] = {
    "hello": Verb("observe", HelloArgs, Hello, is_permanent=True),
    "status": Verb("observe", NoArgsEver, Status, is_permanent=True),
    "drain": Verb("operate", StopArgs, StopAnswer, is_permanent=True),
    "shutdown": Verb("operate", StopArgs, StopAnswer, is_permanent=True),
    "snapshot": Verb("observe", SnapshotArgs, SnapshotAnswer),
    "detail": Verb("observe", DetailArgs, DetailAnswer),
    "stack": Verb("observe", StackArgs, StackAnswer),
    "types": Verb("observe", NoArgs, TypesAnswer),
    "check": Verb("observe", CheckArgs, CommandOutcome),
    "complete": Verb("observe", CompleteArgs, CompleteAnswer),
    "events": Verb("observe", EventsArgs, EventsAnswer),
    "await": Verb("observe", AwaitArgs, AwaitAnswer),
    "rows": Verb("observe", RowsArgs, RowsAnswer),
    "audit": Verb("observe", AuditArgs, AuditAnswer),
    "submit": Verb("operate", SubmitArgs, SubmitAnswer),
    "apply": Verb("operate", ApplyArgs, CommandOutcome),
}
"""Every verb. ``apply`` with a command that changes nothing needs the role ``observe`` only."""
