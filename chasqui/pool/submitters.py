"""Submitters that wait for room, as they are shown."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Blocked:
    """A submitter that waits for room.

    Example: `chasqui-tui help pool`.
    """

    thread: str
    site: str
    """The file and line that called; empty if it is no code, such as the lines of a run."""
    since: float
    """When it began to wait, in seconds since the epoch."""
