"""A row of a table as a strip: its cells in the columns that fit, and a mark of the scrollbar.

Neighbours in one style are one segment, and so are a cell and the gap after it: a terminal is sent
the style of each segment.
"""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from chasqui.console.model.columns import Cell, Column, fit_columns
from chasqui.console.model.format import Glyphs, plain
from chasqui.console.widgets.drawn import Drawn, fit_cells


def draw_row(
    drawn: Drawn,
    columns: tuple[Column, ...],
    cells: Sequence[Cell],
    gutter: tuple[str, str],
    mark: str,
    *roles: str,
) -> Strip:
    """Draw a line of a table: its gutter, the cells, and the scrollbar if there is one.

    Args:
        gutter: the bar of the cursor, and the glyph of a marked row; both keep their width.
        roles: those of the whole row.
    """
    bar, marked = gutter
    width, glyphs = drawn.size.width, drawn.glyphs
    room = width - bool(mark)
    line = _Line(room)
    line.add(bar, drawn.style_of(*roles))
    line.add(marked, drawn.style_of(*roles, "key"))
    indent = line.length
    for fitted in fit_columns(columns, width - 1 - indent):
        if line.length > indent:
            line.gap(drawn.style_of(*roles))
        cell = cells[fitted.index]
        cut = min(fitted.width, room - line.length)
        if cut <= 0:
            break
        text = fit_cells(_shown(cell, cut, glyphs), cut, glyphs.ellipsis, right=fitted.column.right)
        line.add(text, drawn.style_of(*roles, cell.role))
    line.add(" " * (room - line.length), drawn.style_of(*roles))
    segments = line.segments()
    if mark:
        segments.append(Segment(mark, drawn.style_of("dim")))
    return Strip(segments, width)


class _Line:
    """Segments of a line, as few as possible."""

    def __init__(self, room: int) -> None:
        self._room = room
        self._parts: list[tuple[str, Style]] = []
        self.length = 0

    def add(self, text: str, style: Style) -> None:
        """Add a text, to the one before it if that looks the same."""
        if not text:
            return
        self.length += len(text) if text.isascii() else cell_len(text)
        before, look = self._parts[-1] if self._parts else ("", style)
        if look == style or (text.isspace() and look.bgcolor == style.bgcolor):
            self._parts[-1:] = [(before + text, look)]
        else:
            self._parts.append((text, style))

    def gap(self, style: Style) -> None:
        """Add a space in the style of the row, if there is room."""
        if self.length < self._room:
            self.add(" ", style)

    def segments(self) -> list[Segment]:
        """Return the segments."""
        return [Segment(text, style) for text, style in self._parts]


def _shown(cell: Cell, room: int, glyphs: Glyphs) -> str:
    """Return the longest text of a cell that fits, else the first, which is cut."""
    first = plain(cell.text, glyphs)
    if not cell.shorter or cell_len(first) <= room:
        return first
    texts = (plain(text, glyphs) for text in cell.shorter)
    return next((text for text in texts if cell_len(text) <= room), first)
