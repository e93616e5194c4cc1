"""Rings: the past of a few numbers in memory that never grows.

A ring holds the newest rows of one resolution. Its rows are numbered by time, so a moment at which
no sample was taken, because the machine slept or the process stood still, is a row of its own that
holds nothing (NaN): a gap is never taken for a zero. A number takes four bytes, so counts are exact
up to 16 million, and everything else to seven digits, which is more than a chart can show.

Nothing in here has a lock: a ring has one owner, who sees to it.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Sequence
from typing import Final, NamedTuple

GAP: Final = math.nan


class Resolution(NamedTuple):
    """How far apart rows are, and how many of them are kept."""

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
        """Add a row, later than all before; the numbers left out since the newest are gaps.

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
        """Return a column of the ``count`` newest rows, oldest first; there are never more."""
        count = min(count, self.rows, self._newest + 1)
        first = self._newest - count + 1
        values = self._cells[column :: self.columns]
        cut = first % self.rows
        return (values[cut:] + values[:cut])[:count]

    def _set(self, number: int, row: Sequence[float]) -> None:
        at = number % self.rows * self.columns
        self._cells[at : at + self.columns] = array("f", row)
