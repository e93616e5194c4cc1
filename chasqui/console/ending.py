"""How a console ended, for the command line, which does the rest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Reason = Literal[
    "quit", "leave", "drain", "cancel", "abort", "stopped", "sigint", "sigterm", "sighup", "crash"
]


@dataclass(frozen=True, slots=True)
class ConsoleExit:
    """Why the console was left.

    ``leave``: the host is to go on with its work without a console. ``drain``, ``cancel`` and
    ``abort``: such a shutdown is under way at the port. ``stopped``: the engine has stopped and its
    ledger was on screen. The others leave the engine as it was.
    """

    reason: Reason
    message: str | None = None
    crash: BaseException | None = None
    """The error that ended the console."""
