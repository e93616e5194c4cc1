"""The finished tasks that a host remembers as text, newest first."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from typing import Any, Final

import msgspec

from chasqui.commands.columns import aligned
from chasqui.console.model.format import Glyphs, plain, state_text
from chasqui.control.client.client import Client
from chasqui.control.safe_text import safe_line
from chasqui.control.wire.looking import RowsAnswer, RowsArgs
from chasqui.durations import age, duration
from chasqui.sizes import size

HEAD: Final = ("TASK", "TYPE", "STATE", "AGO", "RAN", "ATTEMPTS", "OUTCOME", "PARAMETERS")
USED: Final = ("CPU", "PEAK")
USED_AT: Final = 5  # behind how long it ran
CELL: Final = 200  # characters
MOST: Final = 1000  # rows

Row = dict[str, Any]


def read(client: Client) -> RowsAnswer:
    """Read the newest rows."""
    return client.ask("rows", RowsArgs(what="history", limit=MOST), RowsAnswer)


def as_json(answer: RowsAnswer) -> str:
    """Return the rows as JSON."""
    return msgspec.json.encode({"rows": answer.rows, "cursor": answer.cursor}).decode()


def told(answer: RowsAnswer, glyphs: Glyphs) -> Iterator[str]:
    """Give the lines."""
    rows: list[Sequence[str]] = [HEAD, *(_cells(row, glyphs) for row in answer.rows)]
    if any("cpu" in row for row in answer.rows):
        used = [USED, *map(_used, answer.rows)]
        rows = [
            (*cells[:USED_AT], *more, *cells[USED_AT:])
            for cells, more in zip(rows, used, strict=True)
        ]
    yield from aligned(rows)
    if answer.cursor:
        yield f"and more than the {MOST:,} newest"


def _cells(row: Row, glyphs: Glyphs) -> tuple[str, ...]:
    ran = row["ran"]
    cells = (
        str(row["number"]),
        _text(row["type"]),
        state_text(row["state"], glyphs),
        age(max(0.0, time.time() - row["finished"])),
        "" if ran is None else duration(ran),
        str(row["attempts"]),
        _outcome(row),
        " ".join(f"{name}={_text(value)}" for name, value in row["params"].items()),
    )
    return tuple(plain(safe_line(cell, CELL), glyphs) for cell in cells)


def _used(row: Row) -> tuple[str, str]:
    """Return what a task of a process has used, as far as that was measured."""
    cpu, peak = row.get("cpu"), row.get("peak_memory")
    return "" if cpu is None else duration(cpu), size(peak) if peak else ""


def _outcome(row: Row) -> str:
    error = row["error"]
    if error is None:
        return "" if row["result"] is None else _text(row["result"])
    return f"{error['type']}: {error['message']}" if row["state"] == "failed" else ""


def _text(value: Any) -> str:
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()
