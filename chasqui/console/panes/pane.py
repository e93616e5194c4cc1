"""What all panes share: a title with its digit, a part of the query, a part of the snapshot.

A pane never talks to the port: it is handed snapshots, and says which rows it wants.
"""

from __future__ import annotations

import time
from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import Literal, Self

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.geometry import Region

from chasqui.console.model.columns import Column
from chasqui.console.model.format import Glyphs
from chasqui.console.model.line import Span
from chasqui.console.widgets.snap_table import SnapTable
from chasqui.control.port import Snapshot, ViewQuery

TITLE_SECONDS = 1.0  # a new title repaints the whole pane, so titles change no more often than this


class Pane(Vertical):
    """One pane of the main screen."""

    KIND: Literal["workers", "backlog", "failures", "metrics"]
    TITLE: str

    glyphs: Glyphs
    _title = ""
    _titled_at = 0.0

    def __init__(self, digit: int, glyphs: Glyphs) -> None:
        super().__init__(id=self.KIND)
        self.digit = digit
        self.glyphs = glyphs

    @property
    def table(self) -> SnapTable:
        """The list that has the focus while the pane is in use."""
        return self.query_one(SnapTable)

    @property
    def needs_rows(self) -> bool:
        """Whether rows that should be on screen have not been read yet."""
        return self.table.needs_rows

    @abstractmethod
    def ask(self, query: ViewQuery) -> ViewQuery:
        """Add the rows to ask for to a query."""

    def labels(self, snapshot: Snapshot) -> Mapping[str, str]:
        """Return the present labels of actions by their ids; an empty label hides an action."""
        return {"list.filter": ""}  # where there is no filter, the key only says so

    @property
    def selected_number(self) -> int | None:
        """The number of the selected task."""
        return None

    @abstractmethod
    def show(self, snapshot: Snapshot) -> None:
        """Show this pane's part of a snapshot."""

    def tab(self, snapshot: Snapshot | None) -> str:
        """Return the title with its count."""
        return f"{self.digit} {self.TITLE}"

    def facts(self, snapshot: Snapshot) -> Sequence[Span]:
        """Describe the selected row."""
        return ()

    def set_title(self, title: str, focused: bool) -> None:
        """Set the title in the border, when it has changed."""
        now = time.monotonic()
        text = f"{title} *" if focused and self.glyphs.is_ascii else title
        if text != self._title and now - self._titled_at >= TITLE_SECONDS:
            self._title, self._titled_at = text, now
            self._draw_title()

    # The frame

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Draw the frame of the pane in use."""
        self._show_focus()

    def on_descendant_blur(self, event: events.DescendantBlur) -> None:
        """Draw the frame of a pane that is not in use."""
        self._show_focus()

    def _show_focus(self) -> None:
        self._restyle(self.has_focus_within, "-focused")
        self._draw_title()

    def _draw_title(self) -> None:
        """Put the title into the border; its style is a part of it, as one in CSS repaints all."""
        self.border_title = Content.styled(self._title, "bold" * self.has_class("-focused"))

    def set_active(self, is_active: bool) -> None:
        """Be the pane on screen where there is room for one only."""
        self._restyle(is_active, "-active")

    def _restyle(self, has_class: bool, name: str) -> None:
        """Have a class or not; its rules are about this pane and none of the widgets in it."""
        if has_class != self.has_class(name):
            self.set_class(has_class, name, update=False)
            self.app.stylesheet.update_nodes((self,))

    def refresh(
        self,
        *regions: Region,
        repaint: bool = True,
        layout: bool = False,
        recompose: bool = False,
    ) -> Self:
        """Repaint the frame; the widgets within fill the rest, and repaint themselves."""
        if not regions and not layout and self.styles.border_top[0]:
            width, height = self.outer_size
            regions = (
                Region(-1, -1, width, 1),
                Region(-1, 0, 1, height - 2),
                Region(width - 2, 0, 1, height - 2),
                Region(-1, height - 2, width, 1),
            )
        return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)

    def gone(self, what: str, name: object = None) -> Sequence[Span]:
        """Say that the selected row has left the list; without a name, its key is its name."""
        selection = self.table.selection
        if selection.key is None or self.table.total == 0:
            return ()
        if not selection.chosen:
            return (Span("up/down select a row", "dim"),)
        named = selection.key if name is None else name
        return (
            Span(f"{what} {named}".rstrip() + " is no longer in this list", "warn"),
            Span("up/down select another", "dim", priority=2),
        )


class ListPane(Pane):
    """A pane with a table of rows."""

    COLUMNS: Sequence[Column]

    def compose(self) -> ComposeResult:
        """Make the table."""
        yield SnapTable(self.COLUMNS, id=f"{self.KIND}-table")
