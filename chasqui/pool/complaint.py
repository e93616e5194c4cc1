"""Complaints: what a caller's own code raised, logged without a chance for it to raise again."""

from __future__ import annotations

import logging

from chasqui import foreign, raised
from chasqui.pool.rendering import rendered


def complain(log: logging.Logger, error: BaseException, message: str, *args: object) -> None:
    """Log that something raised, with its traceback as text.

    Not as ``exc_info``: a handler would look at the error itself, and let through what that raises.
    """
    try:
        text = rendered(error, raised.frames(error)).rstrip("\n")
        log.error(f"{message}\n%s", *args, text)
    except BaseException as broken:  # a handler is a caller's own code as well
        foreign.let_through(broken)
