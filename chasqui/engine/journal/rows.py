"""Rows: what is written to a journal and read from it, in the order of the schema's columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import msgspec

encode: Final = msgspec.json.encode


class OpenRow(NamedTuple):
    """A task that is not final. Moments are microseconds since the epoch; texts are JSON."""

    number: int
    type: str
    state: int
    priority: int
    attempt: int
    interrupted: int
    """In how many crashes in a row it was running."""
    not_before_us: int
    created_us: int
    key: str | None
    params: str
    options: str | None
    again: int = 0
    """Whether it may have run before, in another life."""
    started_us: int | None = None
    worker: str | None = None
    pool: str | None = None
    """The pool that the submission named; None: that of the type."""


class GroupCommit(NamedTuple):
    """What one commit writes: rows as JSON arrays, each a text."""

    seq: int
    updates: Sequence[str] = ()
    accepts: Sequence[str] = ()
    failures: Sequence[str] = ()
    kept: Sequence[str] = ()
    priorities: Sequence[str] = ()


def array(rows: Sequence[str]) -> str | None:
    """Return rows as one JSON array; None for none."""
    return f"[{','.join(rows)}]" if rows else None


def kept_row(name: str, value: str | None) -> str:
    """Return the row of a value that is kept, as JSON, under a name; None deletes it."""
    return encode((name, value)).decode()
