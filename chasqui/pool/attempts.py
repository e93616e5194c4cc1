"""Attempts: the progress that a running attempt reports, and how earlier attempts ended."""

from __future__ import annotations

from typing import NamedTuple


class Progress(NamedTuple):
    """What a task last reported: ``done`` of ``total`` (None: unknown) and a short message.

    Example: `chasqui-tui help testing`.
    """

    done: float
    total: float | None = None
    message: str = ""


class Attempt(NamedTuple):
    """How an earlier attempt ended; its times are seconds since the epoch.

    Example: `chasqui-tui help retries`.
    """

    number: int
    started: float
    finished: float
    worker: str
    exception: str
    """The name of the exception's class."""
    message: str
    traceback: str
