"""The sizes of a terminal at which the main screen changes, and what it reads before it is made."""

from __future__ import annotations

from textual.geometry import Size

from chasqui.console.widgets.snap_table import MARGIN_ROWS
from chasqui.console.widgets.too_small import NEEDED
from chasqui.control.port import ViewQuery, Window

TILED = (110, 36)  # columns and lines from which on all panes are on screen
WIDTHS: list[tuple[int, str]] = [(0, "-tiny"), (NEEDED[0], "-narrow"), (TILED[0], "-wide")]
HEIGHTS: list[tuple[int, str]] = [(0, "-tiny-h"), (NEEDED[1], "-short"), (TILED[1], "-tall")]
FIRST_ROWS = Window(offset=0, limit=MARGIN_ROWS)


def first_query(size: Size) -> ViewQuery:
    """Return what to ask for while the widgets are being made: the rows of the panes to come."""
    if size.width < TILED[0] or size.height < TILED[1]:
        return ViewQuery(workers=FIRST_ROWS)
    rows = FIRST_ROWS
    return ViewQuery(workers=rows, backlog=rows, groups=rows, types=rows, metrics=True)
