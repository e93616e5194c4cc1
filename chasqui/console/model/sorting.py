"""The order of a list: by which of its columns, and from which end.

An order is a name of the port: ``age``, or ``-age`` for the largest first; empty for the list's
own.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from chasqui.console.model.columns import Cell, Column
from chasqui.console.model.format import Glyphs

LARGEST_FIRST: Final = ("age", "priority")  # what an operator looks for is the most of these


def first_of(name: str) -> str:
    """Return the order in which a column is first sorted."""
    return f"-{name}" if name in LARGEST_FIRST else name


def beside(columns: Sequence[Column], order: str, step: int) -> str:
    """Return the order of a column to the right or to the left; the list's own is between them."""
    names = ["", *(column.sort for column in columns if column.sort)]
    at = names.index(order.lstrip("-"))
    return first_of(names[(at + step) % len(names)])


def inverted(order: str) -> str:
    """Return an order from its other end; the list's own has none."""
    return order and (order[1:] if order.startswith("-") else f"-{order}")


def of_column(column: Column, order: str) -> str:
    """Return the order after a click on a column's title: by it, or from its other end."""
    if column.sort == order.lstrip("-"):
        return inverted(order)
    return first_of(column.sort)


def titled(column: Column, order: str, glyphs: Glyphs) -> Cell:
    """Return the title of a column, with an arrow if the list is sorted by it."""
    if not column.sort or column.sort != order.lstrip("-"):
        return Cell(column.title, "header")
    arrow = glyphs.falling if order.startswith("-") else glyphs.rising
    return Cell(column.title + arrow, "header", (column.title[: column.narrowest - 1] + arrow,))


def named(columns: Sequence[Column], order: str) -> str:
    """Name an order."""
    title = next((one.title for one in columns if one.sort and one.sort == order.lstrip("-")), "")
    if not title:
        return "listed as they will start"
    return f"sorted by {title}, the {'largest' if order.startswith('-') else 'smallest'} first"
