"""A read-only port: commands that change an engine are refused, on the engine's side.

It wraps any port, and refuses before that port is asked, so no console decides what it may do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

from chasqui.control.port import (
    LOOKING,
    Capabilities,
    Command,
    CommandOutcome,
    Port,
    Snapshot,
    StackView,
    SubmitOptions,
    TaskDetail,
    TaskTypeInfo,
    ViewQuery,
)
from chasqui.control.safe_text import SafeText

REFUSED: Final = CommandOutcome(
    ok=False, kind="refused", reason=SafeText("this console is read-only: it changes nothing")
)


class ReadOnlyPort:
    """Lets a console see what a port shows, and change nothing."""

    def __init__(self, port: Port) -> None:
        self._port = port

    @property
    def caps(self) -> Capabilities:
        """What the engine allows to a read-only console."""
        return msgspec.structs.replace(self._port.caps, read_only=True)

    def snapshot(self, query: ViewQuery) -> Snapshot:
        """Read the engine."""
        return self._port.snapshot(query)

    def detail(self, number: int, log_after: int = 0) -> TaskDetail | None:
        """Return the details of a task, or None when nothing of it is kept."""
        return self._port.detail(number, log_after)

    def stack(self, worker: str, pool: str = "") -> StackView | None:
        """Return where a worker's task is in its code, or None."""
        return self._port.stack(worker, pool)

    def types(self) -> Sequence[TaskTypeInfo]:
        """List the task types that can be submitted, by name."""
        return self._port.types()

    def check(self, type: str, params: Mapping[str, str]) -> CommandOutcome:
        """Check texts as typed into a form, and submit nothing."""
        return self._port.check(type, params)

    def complete(self, type: str, name: str, text: str) -> Sequence[str]:
        """Offer nothing: who may not submit need not know which files exist."""
        return ()

    def submit(
        self, type: str, params: Mapping[str, str], options: SubmitOptions
    ) -> CommandOutcome:
        """Refuse to submit."""
        return REFUSED

    def apply(self, command: Command) -> CommandOutcome:
        """Carry out a command that changes nothing; refuse every other."""
        return self._port.apply(command) if isinstance(command, LOOKING) else REFUSED
