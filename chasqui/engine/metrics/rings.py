"""Rings: the past of a few numbers, in constant memory.

A ring holds the newest rows at one resolution. Its rows are numbered by time, so a moment without a
sample, because the machine slept or the process was stopped, is a row of NaN: a gap never looks
like a zero. A number takes four bytes, so counts are exact up to 16 million, and everything else
has seven digits, which is more than a chart can show.

A ring has no lock: its one owner must guard it.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Sequence
from typing import Final, NamedTuple

GAP: Final = math.nan


class Resolution(NamedTuple):
    """The distance between rows, and how many are kept."""

    seconds: int
    rows: int


RESOLUTIONS: Final = (Resolution(1, 600), Resolution(10, 720), Resolution(60, 1440))
"""Ten minutes by the second, two hours by ten seconds, and a day by the minute."""


class Ring:
    """The newest rows of a table with a fixed number of columns."""

    __slots__ = ("_cells", "_newest", "columns", "rows")

    def __init__(self, rows: int, columns: int) -> None:
        self.rows = rows
        self.columns = columns
        self._newest = -1
        self._cells = array("f", [GAP]) * (rows * columns)

    @property
    def newest(self) -> int:
        """The number of the newest row; -1 while there is none."""
        return self._newest

    def put(self, number: int, row: Sequence[float]) -> None:
        """Add a row, later than all before; row numbers that are left out become gaps.

        Raises:
            ValueError: the row is not later, or has more or fewer columns than the ring.
        """
        if number <= self._newest:
            raise ValueError(f"row {number} is not later than row {self._newest}")
        if len(row) != self.columns:
            raise ValueError(f"a row here has {self.columns} columns, got {len(row)}")
        for skipped in range(max(self._newest + 1, number - self.rows + 1), number):
            self._set(skipped, [GAP] * self.columns)
        self._set(number, row)
        self._newest = number

    def last(self, column: int, count: int) -> array[float]:
        """Return a column of at most ``count`` newest rows, oldest first."""
        count = min(count, self.rows, self._newest + 1)
        first = self._newest - count + 1
        values = self._cells[column :: self.columns]
        cut = first % self.rows
        return (values[cut:] + values[:cut])[:count]

    def _set(self, number: int, row: Sequence[float]) -> None:
        at = number % self.rows * self.columns
        self._cells[at : at + self.columns] = array("f", row)
