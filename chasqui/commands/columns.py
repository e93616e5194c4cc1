"""Rows as aligned columns of plain text, for a person or for `awk`."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence

GAP = "  "


def aligned(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Give the rows as lines, each column as wide as its widest cell.

    Columns of numbers are aligned to the right. The last column is not padded.
    """
    columns = max(map(len, rows), default=0)
    filled = [[*row, *[""] * (columns - len(row))] for row in rows]
    widths = [max(width(row[at]) for row in filled) for at in range(columns)]
    right = [_is_numeric([row[at] for row in filled]) for at in range(columns)]
    for row in filled:
        cells = [
            " " * (widths[at] - width(cell)) + cell
            if right[at]
            else cell + " " * (widths[at] - width(cell))
            for at, cell in enumerate(row)
        ]
        yield GAP.join(cells).rstrip()


def width(text: str) -> int:
    """Return how many cells a safe text takes."""
    if text.isascii():
        return len(text)
    return sum(map(_cells, text))


def _cells(character: str) -> int:
    if unicodedata.category(character)[0] == "M":
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _is_numeric(cells: Sequence[str]) -> bool:
    """Tell whether the cells below a heading are numbers; empty ones are no matter."""
    below = [cell for cell in cells[1:] if cell]
    return bool(below) and all(cell.replace(",", "").isdecimal() for cell in below)
