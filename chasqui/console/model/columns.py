"""The columns of a table, and which of them fit a width.

Columns with the highest priority number are dropped first, down to those of `ESSENTIAL`, which are
narrowed before any of them is dropped. The flexible column gets the space that is left. A number is
never cut in the middle: its column is never narrower, or its cell has a shorter form.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Generic, NamedTuple, TypeVar

GAP = 1  # cells between columns
ESSENTIAL = 2  # the highest priority number of columns that are narrowed rather than dropped


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table."""

    title: str
    width: int
    priority: int = 0
    """0 is always shown; the highest number is dropped first."""
    flexible: bool = False
    right: bool = False
    least: int = 0
    """The fewest cells to which it may be narrowed; 0: it may not."""
    sort: str = ""
    """What the port calls the order by this column; empty: the list cannot be sorted by it."""

    @property
    def narrowest(self) -> int:
        """The fewest cells that it takes."""
        return self.least or self.width


# Cells and rows are tuples: hundreds are made and compared at each reading.


class Cell(NamedTuple):
    """One value of a row, with the role that decides its colour."""

    text: str
    role: str = ""
    shorter: tuple[str, ...] = ()
    """Shorter texts, for where the text does not fit, the longest first."""


class TableRow(NamedTuple):
    """One row: its key outlives refreshes, its cells match the columns of the table."""

    key: Hashable
    cells: tuple[Cell, ...]


Item = TypeVar("Item")


class Rows(Generic[Item]):
    """The rows of a page, each made when it is first looked at: most are not on screen.

    Args:
        items: what the rows are about.
        key: returns the key of a row.
        make: returns the row of an item.
    """

    def __init__(
        self,
        items: Sequence[Item],
        key: Callable[[Item], Hashable],
        make: Callable[[Item], TableRow],
    ) -> None:
        self._items = items
        self._make = make
        self._made: dict[int, TableRow] = {}
        self.keys = [key(item) for item in items]

    def __len__(self) -> int:
        return len(self._items)

    def __getitem__(self, index: int) -> TableRow:
        row = self._made.get(index)
        if row is None:
            row = self._made[index] = self._make(self._items[index])
        return row

    def __iter__(self) -> Iterator[TableRow]:
        return (self[index] for index in range(len(self)))


NO_ROWS: Rows[TableRow] = Rows((), lambda row: row.key, lambda row: row)


@dataclass(frozen=True, slots=True)
class Fitted:
    """A column that is shown, and its width."""

    index: int
    column: Column
    width: int


@lru_cache(maxsize=64)
def of_pools(columns: tuple[Column, ...], several: bool) -> tuple[Column, ...]:
    """Return the columns; that of the pool, the last, only where there are several."""
    return columns if several else tuple(one for one in columns if one.title != "POOL")


@lru_cache(maxsize=64)
def fit_columns(columns: tuple[Column, ...], width: int) -> tuple[Fitted, ...]:
    """Choose the columns that fit, and their widths."""
    kept = list(enumerate(columns))
    _drop(kept, width, ESSENTIAL, lambda column: column.width)
    _drop(kept, width, 0, lambda column: column.narrowest)
    spare = width - _needed(kept, lambda column: column.narrowest)
    widths = {}
    for index, column in sorted(kept, key=lambda pair: (pair[1].priority, pair[0])):
        more = max(0, min(spare, column.width - column.narrowest))
        widths[index] = column.narrowest + more
        spare -= more
    flexible = next((index for index, column in kept if column.flexible), None)
    if flexible is not None:
        widths[flexible] += max(0, spare)
    return tuple(Fitted(index, column, widths[index]) for index, column in kept)


def column_at(columns: tuple[Column, ...], width: int, x: int, indent: int) -> Column | None:
    """Return the column at a cell of a line of this width, or None beside all of them."""
    start = indent
    for fitted in fit_columns(columns, width - 1 - indent):
        if start <= x < start + fitted.width:
            return fitted.column
        start += fitted.width + GAP
    return None


Measure = Callable[[Column], int]


def _drop(kept: list[tuple[int, Column]], width: int, keep: int, measure: Measure) -> None:
    """Drop the least important columns until the rest fits, but none up to this priority."""
    while len(kept) > 1 and _needed(kept, measure) > width:
        least = max(kept, key=lambda pair: (pair[1].priority, pair[0]))
        if least[1].priority <= keep:
            return
        kept.remove(least)


def _needed(kept: Sequence[tuple[int, Column]], measure: Measure) -> int:
    return sum(measure(column) for _, column in kept) + GAP * max(0, len(kept) - 1)
