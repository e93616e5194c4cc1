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

HEAD: Final = ("TASK", "TYPE", "STATE", "AGO", "RAN", "ATTEMPTS", "OUTCOME", "PARAMETERS")
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


def _outcome(row: Row) -> str:
    error = row["error"]
    if error is None:
        return "" if row["result"] is None else _text(row["result"])
    return f"{error['type']}: {error['message']}" if row["state"] == "failed" else ""


def _text(value: Any) -> str:
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()
