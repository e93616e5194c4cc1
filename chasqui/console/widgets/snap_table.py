"""A table of rows from snapshots: windowed, selected by key, repainted line by line.

`SnapTable.set_rows` takes the rows of a window; `SnapTable.window` says which rows to ask for next.
That window reaches beyond the screen, so that a row the user chose is found again when rows before
it come or go. When it is not found, a wider window is asked for once.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any

from rich.segment import Segment
from textual import events
from textual.message import Message
from textual.strip import Strip

from chasqui.console.actions.table import bindings_for
from chasqui.console.model.columns import NO_ROWS, Column, Rows, TableRow, column_at
from chasqui.console.model.marks import Marks
from chasqui.console.model.selection import Selection
from chasqui.console.model.sorting import titled
from chasqui.console.widgets.drawn import fit_cells
from chasqui.console.widgets.quiet_focus import QuietFocus
from chasqui.console.widgets.row_strip import draw_row
from chasqui.control.port import ROWS, Window

MARGIN_ROWS = 60  # read beyond the screen on either side, to follow a row that was chosen
WHEEL_ROWS = 9  # the same while none was: the wheel is turned a few times before the next reading
SEARCH_ROWS = 1000  # read once on either side when the selected row is not where it was
CACHED_STRIPS = 2000


class SnapTable(QuietFocus, can_focus=True):
    """A table that draws its cells itself, without a widget for each.

    Args:
        stays_first: see `Selection.stays_first`.
    """

    HEADER = 1
    BINDINGS = bindings_for("list")
    DEFAULT_CSS = """
    SnapTable { height: 1fr; width: 1fr; }
    """

    @dataclass
    class Moved(Message):
        """The cursor or the window has moved: facts and rows may differ."""

    @dataclass
    class Opened(Message):
        """A row was double-clicked."""

    @dataclass
    class HeaderClicked(Message):
        """The title of a column was clicked by which the list can be sorted."""

        column: Column

    def __init__(
        self, columns: Sequence[Column], *, id: str | None = None, stays_first: bool = False
    ) -> None:
        super().__init__(id=id)
        self.columns = tuple(columns)
        self.selection = Selection(stays_first=stays_first)
        self.marks = Marks()
        self.order = ""
        """What the list is sorted by; see `model.sorting`."""
        self.rows: Rows[Any] = NO_ROWS
        self.first_row = self.total = 0
        self.empty: tuple[str, ...] = ()
        self.are_renewed = False
        """Whether the rows are the first that were read since the table came on screen again."""
        self.are_old = False  # the rows: they were read before the table was last hidden
        self._wanted: int | None = None
        self._searching = False
        self._searched_for: Hashable = None
        self._strips: dict[Hashable, Strip] = {}

    # Rows in and out

    @property
    def length(self) -> int:
        """How many rows there are in all."""
        return self.total

    @property
    def window(self) -> Window:
        """The rows to ask for."""
        if self._searching:
            first = max(0, self.selection.index - SEARCH_ROWS)
            return Window(offset=first, limit=2 * SEARCH_ROWS)
        is_sized = self.size.height > 0  # else it may be any page that is about to be shown
        margin = WHEEL_ROWS if is_sized and not self.selection.chosen else MARGIN_ROWS
        first = max(0, self.top - margin)
        shown = self.top - first + self.page + margin
        return Window(offset=first, limit=min(shown, ROWS))

    @property
    def needs_rows(self) -> bool:
        """Whether rows that should be on screen have not been read yet."""
        last = min(self.total, self.top + self.page)
        return self.top < self.first_row or last > self.first_row + len(self.rows)

    @property
    def selected(self) -> TableRow | None:
        """The selected row, or None when it is no longer in the list."""
        if not self.selection.here:
            return None
        at = self.selection.index - self.first_row
        return self.rows[at] if 0 <= at < len(self.rows) else None

    def on_hide(self) -> None:
        """Take the rows for old, once others are on screen."""
        self.are_old = True

    def set_rows(self, rows: Rows[Any], *, offset: int, total: int) -> None:
        """Take the rows of a window, find the selected row again, and repaint what has changed."""
        was_here, was_at = self.selection.here, self.selection.index
        in_view = self.top <= was_at < self.top + self.page
        self.rows, self.first_row, self.total = rows, offset, total
        self.selection.follow(self.rows.keys, offset, total)
        self._search_once(was_here)
        if self._wanted is not None and offset <= self._wanted < offset + len(self.rows):
            self.selection.move_to(self._wanted, self.rows.keys, offset, total)
            self._wanted = None
        self.top = max(0, min(self.top, total - self.page))
        if self.selection.here and in_view:
            self.keep_in_view(self.selection.index)
        # A view that is frozen has the rows read that are hidden.
        self.are_renewed = self.are_old and all(one.display for one in self.ancestors_with_self)
        self.are_old = self.are_old and not self.are_renewed
        self.repaint_lines()

    def show_columns(self, columns: Sequence[Column]) -> None:
        """Draw the rows in these columns; the same columns again cost nothing."""
        if tuple(columns) != self.columns:
            self.columns = tuple(columns)
            self._strips.clear()
            self._keys = ()

    def start_over(self, columns: Sequence[Column]) -> None:
        """Forget rows and selection: from now on the table lists other rows, in these columns."""
        self.show_columns(columns)
        self.rows, self.first_row, self.total, self.top = NO_ROWS, 0, 0, 0
        self.selection = Selection(stays_first=self.selection.stays_first)
        self._wanted, self._searching, self._searched_for = None, False, None
        self.repaint_lines()

    def explain_empty(self, *lines: str) -> None:
        """Say what an empty table means, and what to press."""
        if lines != self.empty:
            self.empty = lines
            self.repaint_lines()

    def look_around(self) -> None:
        """Ask for many rows around the selected one, once."""
        self._searching = True

    def _search_once(self, was_here: bool) -> None:
        if self._searching or self.selection.here:
            self._searching = False
        elif was_here and self.selection.chosen and self._searched_for != self.selection.key:
            self._searching = True
        self._searched_for = None if self.selection.here else self.selection.key

    # Moving

    def hold(self) -> None:
        """Be ready for a key about the selected row; here it is the one under the cursor."""

    def action_list_up(self) -> None:
        """Select the row above."""
        self.select(self.selection.index - 1)

    def action_list_down(self) -> None:
        """Select the row below; the first one when the selected row is gone."""
        self.select(self.selection.index + (1 if self.selection.here else 0))

    def action_list_page_up(self) -> None:
        """Select the row a page up."""
        self.select(self.selection.index - self.page)

    def action_list_page_down(self) -> None:
        """Select the row a page down."""
        self.select(self.selection.index + self.page)

    def action_list_first(self) -> None:
        """Select the first row."""
        self.select(0)

    def action_list_last(self) -> None:
        """Select the last row."""
        self.select(self.total - 1)

    def select(self, index: int) -> None:
        """Select a row; if it is outside the window, read it first."""
        index = max(0, min(index, self.total - 1))
        self._wanted = None
        if self.first_row <= index < self.first_row + len(self.rows):
            self.selection.move_to(index, self.rows.keys, self.first_row, self.total)
        else:
            self._wanted = index
        self.keep_in_view(index)
        self.repaint_lines()
        self.post_message(self.Moved())

    def scrolled(self) -> None:
        """Show the rows at the new position, and ask for missing ones."""
        self.repaint_lines()
        self.post_message(self.Moved())

    def on_click(self, event: events.Click) -> None:
        """Select the row under the pointer; open it at the second click."""
        at = self.top + event.y - self.HEADER
        if event.y < self.HEADER:
            indent = len("".join(self._gutter()))
            column = column_at(self.columns, self.size.width, event.x, indent)
            if column is not None and column.sort:
                self.post_message(self.HeaderClicked(column))
        if event.y >= self.HEADER and at < self.total:
            self.select(at)
            if event.chain == 2:
                self.post_message(self.Opened())

    # Drawing

    def on_resize(self) -> None:
        """Keep the selected row on screen."""
        self._strips.clear()
        self._keys = ()
        self.top = max(0, min(self.top, self.total - self.page))
        if self.selection.here:
            self.keep_in_view(self.selection.index)

    def notify_style_update(self) -> None:
        """Forget what was drawn in other colours."""
        super().notify_style_update()
        self._strips.clear()

    def render_line(self, y: int) -> Strip:
        """Draw the header, a row, or what an empty table means."""
        key = (self._line_key(y, *self.bar), self.size.width)
        if (strip := self._strips.get(key)) is None:
            if len(self._strips) > CACHED_STRIPS:
                self._strips.clear()
            strip = self._strips[key] = self._draw(y)
        return strip

    def _draw(self, y: int) -> Strip:
        if y < self.HEADER:
            titles = [titled(column, self.order, self.glyphs) for column in self.columns]
            return draw_row(self, self.columns, titles, self._gutter(), "", "header")
        row, mark = self._row_at(y), self.bar_mark(y - self.HEADER)
        if row is None:
            return self._draw_empty(y)
        if not self._is_selected(row):
            return draw_row(self, self.columns, row.cells, self._gutter(row), mark)
        roles = ("cursor", "title") if self.has_focus else ("title",)
        gutter = self._gutter(row, self.glyphs.bar)
        return draw_row(self, self.columns, row.cells, gutter, mark, *roles)

    def _gutter(self, row: TableRow | None = None, bar: str = " ") -> tuple[str, str]:
        """Return what is before the cells; a row has room for its mark while any row has one."""
        if not self.marks:
            return bar, ""
        return bar, self.glyphs.marked if row is not None and row.key in self.marks else " "

    def _draw_empty(self, y: int) -> Strip:
        width = self.size.width
        line = y - self.HEADER - 1
        if self.total or not 0 <= line < len(self.empty):
            return self.with_bar(Strip.blank(width, self.rich_style), y - self.HEADER)
        text = fit_cells("  " + self.plain(self.empty[line]), width, self.glyphs.ellipsis)
        return Strip([Segment(text, self.style_of("dim" if line else ""))], width)

    def _row_at(self, y: int) -> TableRow | None:
        at = self.top + y - self.HEADER - self.first_row
        return self.rows[at] if 0 <= at < len(self.rows) else None

    def _is_selected(self, row: TableRow | None) -> bool:
        return row is not None and self.selection.here and row.key == self.selection.key

    def _line_key(self, y: int, first: int, last: int) -> tuple[Hashable, ...]:
        """Return what line ``y`` depends on; the thumb of the scrollbar is on these lines."""
        if y < self.HEADER:
            return ("header", self.order, bool(self.marks))
        row, on_thumb = self._row_at(y), first <= y - self.HEADER < last
        if row is None:
            return ("empty", y, () if self.total else self.empty, last > 0, on_thumb)
        is_selected = self._is_selected(row)
        marked = (row.key in self.marks, bool(self.marks))
        return (row, is_selected, is_selected and self.has_focus, marked, last > 0, on_thumb)

    def repaint_lines(self) -> None:
        """Repaint the lines that have changed."""
        bar = self.bar  # once: each look at the size of a widget costs
        self.repaint([self._line_key(y, *bar) for y in range(self.size.height)])
