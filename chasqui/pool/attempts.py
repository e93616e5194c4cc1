"""Attempts: how far the one that runs says it is, and how the ones before it have ended."""

from __future__ import annotations

from typing import NamedTuple


class Progress(NamedTuple):
    """How far a task says it is: ``done`` of ``total`` (None: not known) and a few words."""

    done: float
    total: float | None = None
    message: str = ""


class Attempt(NamedTuple):
    """How an earlier attempt has ended; its times are seconds since the epoch."""

    number: int
    started: float
    finished: float
    worker: str
    exception: str
    """The name of the exception's class."""
    message: str
    traceback: str
