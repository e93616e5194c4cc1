"""The sizes of a terminal at which the main screen changes, and what it reads before it is made."""

from __future__ import annotations

from textual.geometry import Size

from chasqui.console.model.tiles import SIDE_BY_SIDE, STACKED, TALL
from chasqui.console.widgets.snap_table import MARGIN_ROWS
from chasqui.console.widgets.too_small import NEEDED
from chasqui.control.port import ViewQuery, Window

WIDTHS: list[tuple[int, str]] = [
    (0, "-tiny"),
    (NEEDED[0], "-narrow"),
    (STACKED, "-stacked"),
    (SIDE_BY_SIDE, "-wide"),
]
HEIGHTS: list[tuple[int, str]] = [(0, "-tiny-h"), (NEEDED[1], "-short"), (TALL, "-tall")]
FIRST_ROWS = Window(offset=0, limit=MARGIN_ROWS)


def classes_at(size: Size) -> set[str]:
    """Return the classes that the main screen has at a size, as Textual finds them."""
    fits = (
        [name for least, name in steps if cells >= least]
        for steps, cells in ((WIDTHS, size.width), (HEIGHTS, size.height))
    )
    return {names[-1] for names in fits}


def first_query(size: Size) -> ViewQuery:
    """Return what to ask for while the widgets are being made: the rows of the panes to come."""
    rows = FIRST_ROWS
    if size.width < STACKED or size.height < TALL:
        return ViewQuery(workers=rows)
    if size.width < SIDE_BY_SIDE:
        return ViewQuery(workers=rows, backlog=rows, lanes=rows)
    return ViewQuery(workers=rows, backlog=rows, lanes=rows, groups=rows, types=rows, metrics=True)
