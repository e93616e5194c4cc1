"""Entries: what is written down of a task that has ended, in MessagePack.

An entry is an array, as `HistoryEntry` names its parts. Most are made on the worker of a task, in a
third of a microsecond, without a `HistoryEntry` in between. Concatenated entries are the inside of
an array, so a thousand are joined without looking into them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final, NamedTuple

PARAMS_BYTES: Final = 4 * 1024  # of all parameters of a task together
RESULT_BYTES: Final = 16 * 1024


class Whole(NamedTuple):
    """What there is to say of a task beside its parameters and a result that needs no care."""

    type: str
    state: str
    attempts: int
    created: float | None
    """When it was accepted, on the monotonic clock, if not when it was put into the backlog."""
    key: str | None
    params: Any
    is_raw: bool
    """Whether these are the arguments themselves; else they are as in a row, with marks."""
    has_result: bool = False
    result: Any = None
    """As in a row."""
    exception: str = ""
    message: str = ""
    note: str = ""
    """Why parameters or the result are not all there."""


class HistoryEntry(NamedTuple):
    """A task that has ended; its moments are on the monotonic clock."""

    pool: str
    type: str
    """The lane that it was in: the name of its type, if it has one."""
    worker: str | None
    number: int
    facts: Any
    """Its arguments; of a work without a type, its name; or a `Whole`."""
    queued: float
    claimed: float | None
    ended: float
    epoch: float
    """What to add to these moments to have them in seconds since the epoch."""
    results: Sequence[Any] = ()
    """The result, if it is kept and needs no care."""
    usage: Sequence[Any] = ()
    """The seconds of CPU time and the bytes at its peak, if they were measured."""

    @property
    def finished(self) -> float:
        """When it ended, in seconds since the epoch."""
        return self.ended + self.epoch


def beginning(pool: str, lane: str, worker: str) -> bytes:
    """Return what the entries of a lane's tasks on a worker begin with.

    What follows is an array of all that comes after `HistoryEntry.worker`.
    """
    import msgspec  # 12 ms, and it is imported already where a task has a type

    return b"\x94" + b"".join(map(msgspec.msgpack.encode, map(utf8, (pool, lane, worker))))


def utf8(value: Any) -> Any:
    """Return a text as UTF-8 can hold it, and any other value as it is."""
    return value.encode("utf-8", "backslashreplace").decode() if type(value) is str else value


def written(entry: HistoryEntry) -> bytes:
    """Return an entry as it is read."""
    import msgspec

    pool, lane, worker, *rest = entry
    return msgspec.msgpack.encode((pool, lane, worker, rest))


def packed(entries: Sequence[bytes]) -> bytes:
    """Return entries as one array."""
    return b"\xdd" + len(entries).to_bytes(4, "big") + b"".join(entries)


def unpacked(array: bytes) -> list[HistoryEntry]:
    """Return the entries of an array."""
    import msgspec  # 12 ms, and it is imported already where a task has ended

    return [_read(parts) for parts in msgspec.msgpack.decode(array)]


def read(entries: Iterable[bytes]) -> list[HistoryEntry]:
    """Return entries that are not joined yet."""
    import msgspec

    return [_read(msgspec.msgpack.decode(entry)) for entry in entries]


def _read(parts: list[Any]) -> HistoryEntry:
    pool, lane, worker, rest = parts
    entry = HistoryEntry(pool, lane, worker, *rest)
    return entry._replace(facts=Whole(*entry.facts)) if type(entry.facts) is list else entry
