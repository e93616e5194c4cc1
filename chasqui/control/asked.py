"""What a command is, and the commands on tasks that wait; the others are in `commands`."""

from __future__ import annotations

from typing import Final

from chasqui.control.marked_records import Marked
from chasqui.control.record import Record

REORDERED_MOST: Final = 1000
"""Tasks that run next by one command, as many as an engine takes at a time."""


class Asked(
    Record, frozen=True, kw_only=True, tag=True, tag_field="command", forbid_unknown_fields=True
):
    """A command; on a wire, its tag names it."""


class Cancel(Asked, frozen=True, kw_only=True):
    """Cancel waiting tasks, and ask running ones to stop: those named, and those of a token."""

    numbers: tuple[int, ...] = ()
    token: str | None = None  # `CommandOutcome.token`
    waiting_only: bool = False  # leave those alone that have started meanwhile


class RunNext(Asked, frozen=True, kw_only=True):
    """Have waiting tasks start before all others of their pool, in this order.

    The notes name those that something holds still, each with the reason.
    """

    numbers: tuple[int, ...] = ()
    token: str | None = None  # `CommandOutcome.token`; those that it names come after the others


class Reprioritize(Asked, frozen=True, kw_only=True):
    """Give waiting tasks another priority; they go behind those that have it already."""

    numbers: tuple[int, ...] = ()
    token: str | None = None  # `CommandOutcome.token`; those that it names come after the others
    priority: int


class CountWaiting(Asked, frozen=True, kw_only=True):
    """Change nothing; return the numbers of waiting tasks, and some of them as notes.

    They are those that a filter selects, or of all those that are marked. A filter of which
    something is not understood is refused.
    """

    filter: str = ""
    marked: Marked | None = None  # the filter is then left out of account
