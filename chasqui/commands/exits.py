"""Exit statuses, by name. They are part of the interface."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from chasqui.errors import (
    AlreadyHosted,
    BacklogFull,
    ChasquiError,
    JournalBusy,
    JournalUnavailable,
    NoHost,
    SocketUnusable,
    UnknownType,
)

DONE: Final = 0
UNHEALTHY: Final = 1  # done, but tasks failed or the answer is unhealthy
USAGE: Final = 2  # usage, config or input
NO_SUCH: Final = 3  # no such host, task or type
REFUSED: Final = 4  # the host does not let this user do that
UNREACHABLE: Final = 69  # no host answers, or one of another version
BUSY: Final = 75
INTERRUPTED: Final = 130  # SIGINT, with work left
READER_GONE: Final = 141
TERMINATED: Final = 143  # SIGTERM, with work left

OF_KINDS: Final[Mapping[str, int]] = {
    "usage": USAGE,
    "invalid": USAGE,
    "unknown_type": NO_SUCH,
    "refused": REFUSED,
    "unknown_verb": UNREACHABLE,
    "version": UNREACHABLE,
    "gone": UNREACHABLE,
    "busy": BUSY,
    "full": BUSY,
    "internal": UNHEALTHY,
}
"""By the kind of error that a host answers with."""


LATER: Final = (BacklogFull, AlreadyHosted, JournalBusy, JournalUnavailable)
"""Errors after which the same command may succeed."""


def combined(statuses: Iterable[int]) -> int:
    """Return the one status for several: the largest, which is one of a signal if any is."""
    return max(statuses, default=DONE)


def status_of(error: ChasquiError) -> int:
    """Return the exit status that an error stands for."""
    if isinstance(error, UnknownType | NoHost):
        return NO_SUCH
    if isinstance(error, SocketUnusable):
        return UNREACHABLE
    kind = getattr(error, "kind", "")  # of a `WireError`, which is not imported for the others
    if kind in OF_KINDS:
        return OF_KINDS[kind]
    return BUSY if isinstance(error, LATER) else USAGE
