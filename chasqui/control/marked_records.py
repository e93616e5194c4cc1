"""What an operator has marked in a list, and what has become of it.

A console names rows by number or by group, never by position. What `*` marks may be a million
tasks: they are named by the token of the outcome that counted them, and stay with the engine.
"""

from __future__ import annotations

from typing import Annotated, Final

import msgspec

from chasqui.control.record import Record

MARKS: Final = 2000  # that are named one by one
LARGEST: Final = 2**63 - 1  # of a number in a journal
Number = Annotated[int, msgspec.Meta(ge=1, le=LARGEST)]


class Marked(Record, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is marked: what any of these names, but for ``without``.

    Raises:
        ValueError: over `MARKS` are named one by one, or no task can have such a number.
    """

    numbers: tuple[Number, ...] = ()
    groups: tuple[str, ...] = ()  # of failures
    token: str | None = None  # `CommandOutcome.token`
    without: tuple[Number, ...] = ()  # of the token's: their marks were taken away

    def __post_init__(self) -> None:
        Record.__post_init__(self)
        for named in (self.numbers, self.groups, self.without):
            if len(named) > MARKS:
                raise ValueError(f"at most {MARKS:,} are marked by name, got {len(named):,}")
        for number in (*self.numbers, *self.without):
            if not 0 < number <= LARGEST:
                raise ValueError(f"no task has the number {number}")


class MarkedView(Record, frozen=True, kw_only=True):
    """What has become of what is marked."""

    gone: tuple[int, ...] = ()  # numbers that were asked about, and have left the list
    gone_groups: tuple[str, ...] = ()
    token: str | None = None  # the one that was asked about
    total: int | None = None  # how many of the token's are left; None: they are being counted
    here: tuple[int, ...] = ()  # which rows of this reading are the token's
    lost: bool = False  # the token's set is no longer held
