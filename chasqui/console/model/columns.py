"""The columns of a table, and which of them fit a width.

Columns with the highest priority number go first; what is left over goes to the one flexible
column. A column is never cut in the middle of a number: it is shown whole or not at all.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

GAP = 1  # cells between columns


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table."""

    title: str
    width: int
    priority: int = 0
    """0 is always shown; the highest number is dropped first."""
    flexible: bool = False
    right: bool = False
    both_ends: bool = False
    """What is too long is cut in the middle, since its end says as much as its beginning."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One value of a row, with the role that decides its colour."""

    text: str
    role: str = ""
    shorter: tuple[str, ...] = ()
    """What to show instead where the text does not fit, the longest first."""


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row: its key outlives refreshes, its cells match the columns of the table."""

    key: Hashable
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Fitted:
    """A column that is shown, and how wide."""

    index: int
    column: Column
    width: int


def fit_columns(columns: Sequence[Column], width: int) -> tuple[Fitted, ...]:
    """Choose the columns that fit, and their widths."""
    kept = list(enumerate(columns))
    while len(kept) > 1 and _needed(kept) > width:
        least = max(kept, key=lambda pair: (pair[1].priority, pair[0]))
        if least[1].priority == 0:
            break
        kept.remove(least)
    spare = max(0, width - _needed(kept))
    flexible = [index for index, column in kept if column.flexible]
    return tuple(
        Fitted(index, column, column.width + (spare if flexible[:1] == [index] else 0))
        for index, column in kept
    )


def _needed(kept: Sequence[tuple[int, Column]]) -> int:
    return sum(column.width for _, column in kept) + GAP * max(0, len(kept) - 1)
