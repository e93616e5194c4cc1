"""The records of a CSV, as spreadsheets write it: a text in quotes may go over several lines."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from chasqui.control.intake.jobs import InvalidLine
from chasqui.control.intake.lines import InputLine


class TableRecord(NamedTuple):
    """A record: the line that it begins on, and its values, or why it has none."""

    line: int
    values: Sequence[str]
    why: str = ""
    own: str = ""
    """What stands in the input; empty if that is too long."""


class Table:
    """The records of lines, of which the blank ones are given as well.

    Args:
        by: the character between two values.
    """

    def __init__(self, by: str, lines: Iterator[InputLine]) -> None:
        self._lines = lines
        self._begin = self._line = 0
        self._own: list[str] = []
        self._reader = csv.reader(self._texts(), delimiter=by, strict=True)

    def next(self) -> TableRecord | None:
        """Return the next record that is not blank; None at the end."""
        while True:
            self._begin = 0
            self._own.clear()
            try:
                values = next(self._reader)
            except StopIteration:
                return None
            except (csv.Error, InvalidLine) as error:
                why = _said(str(error))
                return TableRecord(self._begin or self._line, [], why, "\n".join(self._own))
            if any(value.strip() for value in values):
                return TableRecord(self._begin, values, own="\n".join(self._own))

    def _texts(self) -> Iterator[str]:
        return map(self._text, self._lines)

    def _text(self, line: InputLine) -> str:
        self._line = line.number
        self._begin = self._begin or line.number
        if line.text is None:
            raise InvalidLine(line.problem)
        self._own.append(line.text)
        return line.text + "\n"


def _said(error: str) -> str:
    """Say what Python's reader of CSV says, as an operator understands it."""
    if error.startswith("field larger"):
        return f"has a value of over {csv.field_size_limit():,} characters; is a quote missing?"
    if error == "unexpected end of data":
        return "begins a text in quotes that does not end"
    return error if error.startswith("is ") else f"is not CSV: {error}"
