"""Chosen keys of rows, and rows as tables: `--columns`, `--output=csv` and `--output=tsv`."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec

from chasqui.commands.given import Usage
from chasqui.commands.run.forms import Form, Shown
from chasqui.commands.run.line_keys import LineKey
from chasqui.commands.run.visible import visible
from chasqui.commands.writing import Row, encode
from chasqui.engine.values.marks import mark

KEYS: Final = (
    "line",
    "number",
    "type",
    "params",
    "state",
    "attempts",
    "result",
    "error",
    "waited",
    "ran",
)
"""The keys of every row, in order."""
USED_KEYS: Final = ("cpu", "peak_memory")
"""The keys of rows of tasks whose usage was measured."""
LOG_KEYS: Final = ("log", "log_dropped")
NESTED: Final = ("params", "result", "error")
"""Keys whose values may have keys of their own."""
DELIMITERS: Final[Mapping[str, str]] = {"csv": ",", "tsv": "\t"}


class ColumnsForm(Form):
    """Rows as lines of JSON with chosen keys only."""

    def __init__(self, columns: Sequence[str]) -> None:
        self._columns = tuple(columns)

    def shown(self, key: LineKey, row: Row, data: bytes) -> Shown:
        """Return the chosen keys of a row, by the names that they were chosen by."""
        return Shown(encode({column: value_at(row, column) for column in self._columns}))


class TableForm(Form):
    """Rows of a table below a header.

    Args:
        visibly: whether control characters are made visible, for a terminal.
    """

    def __init__(
        self, columns: Sequence[str], *, delimiter: str = ",", visibly: bool = False
    ) -> None:
        self._columns = tuple(columns)
        self._delimiter = delimiter
        self._visibly = visibly
        self.head = self._line(self._columns)

    def shown(self, key: LineKey, row: Row, data: bytes) -> Shown:
        """Return the row of the table."""
        return Shown(self._line([cell(value_at(row, column)) for column in self._columns]))

    def _line(self, cells: Sequence[str]) -> bytes:
        text = io.StringIO(newline="")
        csv.writer(text, delimiter=self._delimiter, lineterminator="\n").writerow(cells)
        data = text.getvalue().encode("utf-8", "backslashreplace")
        return visible(data) if self._visibly else data


def columns_of(text: str | None, *, log: bool = False) -> tuple[str, ...]:
    """Return the columns that an argument chooses, all for None; raises Usage."""
    known = (*KEYS, *LOG_KEYS) if log else KEYS
    if text is None:
        return known
    known = (*known, *USED_KEYS)
    columns = tuple(one.strip() for one in text.split(","))
    for column in columns:
        key, dot, rest = column.partition(".")
        if key not in known:
            raise Usage(f"--columns: rows have no key {key!r}; there are {', '.join(known)}")
        if dot and (key not in NESTED or not rest):
            raise Usage(f"--columns: {column!r} names nothing; {' and '.join(NESTED)} have parts")
        if columns.count(column) > 1:
            raise Usage(f"--columns: {column!r} is given twice")
    return columns


def value_at(row: Row, column: str) -> Any:
    """Return what a row has at a path of keys such as ``result.size``; None for nothing."""
    key, _, rest = column.partition(".")
    return _inside(row.get(key), rest)


def cell(value: Any) -> str:
    """Return a value as a cell: a text as it is, None as nothing, anything else as JSON."""
    if value is None:
        return ""
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


def _inside(value: Any, path: str) -> Any:
    if not path:
        return value
    if not isinstance(value, Mapping):
        return None
    if mark(value) == "mapping":
        value = value["mapping"]
    parts = path.split(".")
    for count in (len(parts), *range(1, len(parts))):  # a key may have dots itself
        key = ".".join(parts[:count])
        if key in value:
            return _inside(value[key], ".".join(parts[count:]))
    return None
