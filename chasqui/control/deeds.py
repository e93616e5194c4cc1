"""What was done by hand to single tasks, and by whom: retried, cancelled, discarded.

The last deeds are kept, each with the numbers that its outcome lists, so that the page of a task
says who did what to it.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import msgspec

from chasqui.control.commands import (
    LOOKING,
    Command,
    CommandOutcome,
    Reprioritize,
    SeeFailures,
    SubmitTasks,
)
from chasqui.control.details import DeedView, TaskDetail
from chasqui.control.safe_text import SafeText, safe_line
from chasqui.pool import forking
from chasqui.pool.clock import Clock

DEEDS: Final = 200
LOOKED_AT: Final = 16  # of the newest deeds, to find the one that is to be signed
TEXT: Final = 300  # characters
WORDS: Final[Mapping[str, str]] = {
    "Cancel": "cancelled, or asked to stop",
    "RetryFailures": "retried",
    "RetryEdited": "retried with other parameters",
    "DiscardFailures": "discarded",
    "RunNext": "raised to the front",
    "Undo": "undone what was done last",
}
UNSIGNED: Final = SafeText("")
UNNOTED: Final = (*LOOKING, SeeFailures, SubmitTasks)
"""They change no task that was there; a deed keeps its command, and with it the tasks of a file."""
MADE: Final = "submitted in place of another task"


@dataclass(frozen=True, slots=True)
class Deed:
    """A command that was carried out."""

    at: float
    command: Command
    numbers: frozenset[int]
    made: frozenset[int]
    by: SafeText = UNSIGNED


class Deeds:
    """A bounded list of deeds. Any thread."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()  # guards the one below
        forking.watch(self)
        self._deeds: deque[Deed] = deque(maxlen=DEEDS)

    def note(self, command: Command, outcome: CommandOutcome) -> None:
        """Note a command that was carried out, if it has changed any task."""
        if isinstance(command, UNNOTED) or not (outcome.numbers or outcome.made):
            return
        numbers = outcome.numbers
        if (number := getattr(command, "number", None)) is not None:
            numbers = (number,)
        deed = Deed(
            self._clock.time(),
            command,
            frozenset(numbers) - frozenset(outcome.made),
            frozenset(outcome.made),
        )
        with self._lock:
            self._deeds.append(deed)

    def sign(self, command: Command, by: str) -> None:
        """Say who asked for a command that was carried out a moment ago."""
        signed = safe_line(by, TEXT)
        with self._lock:
            newest = range(len(self._deeds) - 1, max(-1, len(self._deeds) - 1 - LOOKED_AT), -1)
            for at in newest:
                if self._deeds[at].command is command:
                    self._deeds[at] = replace(self._deeds[at], by=signed)
                    return

    def added_to(self, detail: TaskDetail) -> TaskDetail:
        """Return the detail of a task with what was done to it, the oldest first."""
        number = detail.number
        with self._lock:
            found = [deed for deed in self._deeds if number in deed.numbers or number in deed.made]
        if not found:
            return detail
        views = tuple(
            DeedView(
                at=deed.at,
                what=SafeText(MADE if number in deed.made else _words(deed.command)),
                by=deed.by,
            )
            for deed in found
        )
        return msgspec.structs.replace(detail, deeds=views)


def _words(command: Command) -> str:
    name = type(command).__name__
    spelled = "".join(f" {sign.lower()}" if sign.isupper() else sign for sign in name).strip()
    if isinstance(command, Reprioritize):
        return f"given priority {command.priority}"
    return WORDS.get(name, spelled)
