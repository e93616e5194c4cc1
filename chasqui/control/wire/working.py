"""The verbs that give an engine work, wait for it, and steer it: their arguments and answers."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from chasqui.control.commands import Command
from chasqui.control.safe_text import SafeText
from chasqui.control.submit_records import TASKS as TASKS
from chasqui.control.submit_records import SubmitTask as SubmitTask
from chasqui.control.wire.looking import Args
from chasqui.control.wire.messages import ErrorRecord
from chasqui.control.wire.permanent import AnswerRecord

NUMBERS: Final = 10_000
"""How many tasks an ``await`` may name."""


class AwaitArgs(Args, frozen=True, kw_only=True):
    """Wait for the end of tasks; each is answered once, as soon as it has ended."""

    numbers: tuple[int, ...]
    timeout: float | None = None
    """Seconds; None: as long as the connection lasts."""


class FateErrorRecord(AnswerRecord, frozen=True, kw_only=True):
    """The error of a task."""

    type: SafeText
    message: SafeText
    details: Any | msgspec.UnsetType = msgspec.UNSET
    """What it says beside its text; left out when that is nothing."""


class FateRecord(AnswerRecord, frozen=True, kw_only=True):
    """How a task ended; its keys are those of a row of `run`.

    ``state`` is ``unknown`` when nothing of the task is kept, and ``left`` when the engine has
    stopped without it.
    """

    number: int
    type: SafeText = SafeText("")
    params: Any = None
    state: str = "unknown"
    attempts: int = 0
    result: Any = None
    error: FateErrorRecord | None = None
    waited: float | None = None
    ran: float | None = None


class AwaitAnswer(AnswerRecord, frozen=True, kw_only=True):
    """Some fates, in order of ending; after the timeout the last part names those not ended."""

    fates: tuple[FateRecord, ...] = ()
    open: tuple[int, ...] = ()


class SubmitArgs(Args, frozen=True, kw_only=True):
    """Submit tasks, in order, and wait for room in the backlog for so many seconds in all.

    With ``keep`` the host keeps them until this connection awaits them: without that nothing is
    left of a task that completes before it is awaited.
    """

    tasks: tuple[SubmitTask, ...]
    wait_room: float = 0.0
    keep: bool = False
    reason: str = ""


class SubmitAnswer(AnswerRecord, frozen=True, kw_only=True):
    """For each task its number, or why it was not accepted; in the order of the request."""

    results: tuple[int | ErrorRecord, ...]


class ApplyArgs(Args, frozen=True, kw_only=True):
    """See `Port.apply`; the answer is a `CommandOutcome`."""

    command: Command
    reason: str = ""
