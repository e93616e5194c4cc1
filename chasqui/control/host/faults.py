"""Faults of the host itself: a number for the client, all the rest for the log."""

from __future__ import annotations

import secrets

from chasqui import loggers
from chasqui.control.safe_text import safe_line
from chasqui.control.wire.messages import WireError
from chasqui.errors import ChasquiError

log = loggers.named("chasqui.control.host")


def internal(error: Exception) -> WireError:
    """Return the answer to a client for an error in the host; the log has the rest."""
    if isinstance(error, ChasquiError):
        return WireError("invalid", safe_line(str(error), 1000))
    number = secrets.token_hex(4)
    log.error("error %s in a request", number, exc_info=error)
    return WireError(
        "internal", f"an error in the host, number {number}", "its log has the traceback"
    )
