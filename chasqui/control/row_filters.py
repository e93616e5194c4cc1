"""Filters of lists that are short: the rows are made first, and then selected."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Final

from chasqui.control.completing import note_of
from chasqui.control.port import Row, TypeRow, WorkerRow
from chasqui.control.safe_text import SafeText
from chasqui.engine.filters.filter import Reader, parse

NONE: Final = -1  # the number of no task


def _worker_text(row: WorkerRow) -> str:
    slow = "slow asked to stop" if row.slow == "unstopped" else "slow" * bool(row.slow)
    message = "" if row.progress is None else row.progress.message
    return f"{row.name} {row.state} {row.type} {slow} {message}"


def _type_text(row: TypeRow) -> str:
    return f"{row.name} {row.state} {row.note}"


WORKERS: Final[Mapping[str, Reader]] = {
    "": lambda rows: map(_worker_text, rows),
    "type": lambda rows: [row.type for row in rows],
    "number": lambda rows: [NONE if row.task is None else row.task for row in rows],
    "age": lambda rows: [row.since for row in rows],
    "worker": lambda rows: [row.name.rpartition("/")[2] for row in rows],
    "pool": lambda rows: [row.pool for row in rows],
}
TYPES: Final[Mapping[str, Reader]] = {
    "": lambda rows: map(_type_text, rows),
    "type": lambda rows: [row.name for row in rows],
    "plugin": lambda rows: [row.name.rpartition(".")[0] for row in rows],
    "pool": lambda rows: [row.pool for row in rows],
}


def narrowed(
    rows: Sequence[Row],
    filter: str,
    readers: Mapping[str, Reader],
    fields: Collection[str],
    now: float,
) -> tuple[list[Row], SafeText]:
    """Return the rows that a filter selects, and what was not understood of it.

    Args:
        now: seconds since the epoch.
    """
    found = parse(filter)
    return found.select(rows, readers, now), note_of(found, fields)
