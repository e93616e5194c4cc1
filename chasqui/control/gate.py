"""The gate of a read-only port: what only looks goes through, and all else is refused here.

Every port asks it before it does anything, so that no console decides what another may do.
"""

from __future__ import annotations

from typing import Final

from chasqui.control.commands import LOOKING, Command, Outcome
from chasqui.control.safe_text import SafeText

REFUSED: Final = Outcome(
    ok=False, kind="refused", reason=SafeText("this console is read-only: it changes nothing")
)


def refusal(command: Command | None, *, read_only: bool) -> Outcome | None:
    """Return why a command is not let through, None when it is; without a command: a submission."""
    if read_only and not isinstance(command, LOOKING):
        return REFUSED
    return None
