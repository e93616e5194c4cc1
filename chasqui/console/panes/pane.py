"""What all panes share: a title with its digit, a part of the query, a part of the snapshot.

A pane never talks to the port: it is handed snapshots, and says which rows it wants.
"""

from __future__ import annotations

import time
from abc import abstractmethod
from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Self, TypeVar

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.geometry import Region

from chasqui.console.actions.action import Pane as PaneKind
from chasqui.console.model.columns import Column, Rows, TableRow
from chasqui.console.model.format import Glyphs
from chasqui.console.model.keymap import Keymap, keys_of
from chasqui.console.model.line import Span
from chasqui.console.widgets.filter_prompt import FilterPrompt
from chasqui.console.widgets.list_filter import ListFilter
from chasqui.console.widgets.snap_table import SnapTable
from chasqui.control.port import Page, Record, Snapshot, ViewQuery
from chasqui.durations import age

EMPTY_ROWS = 3  # what an empty list says
TITLE_SECONDS = 1.0  # a new title repaints the whole pane, so titles change no more often than this

Item = TypeVar("Item", bound=Record)


class Pane(Vertical):
    """One pane of the main screen."""

    KIND: PaneKind
    TITLE: str
    IS_PAST = False
    """Whether it lists what is over: its count matters least."""

    glyphs: Glyphs
    filter: ListFilter | None = None
    """The filter of the list; what it selects is asked of the port."""
    _title = ("", "", "")
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
    def keys(self) -> Keymap:
        """The keys that actions have."""
        return keys_of(self.app)

    @property
    def clears(self) -> str:
        """What an empty list says of its filter."""
        return f"{self.keys.named('list.clear')} clears the filter"

    @property
    def needs_rows(self) -> bool:
        """Whether rows that should be on screen have not been read yet."""
        return self.table.needs_rows

    @property
    def prompt(self) -> FilterPrompt | None:
        """The prompt for the filter of the list; None: it has no filter."""
        return None if self.filter is None else self.filter.prompt

    @property
    def filter_text(self) -> str:
        """The filter of the list; empty: all rows are listed."""
        return "" if self.filter is None else self.filter.text

    @property
    def is_filtered(self) -> bool:
        """Whether the list shows what a filter selects."""
        return bool(self.filter_text)

    def select(self, text: str) -> None:
        """List what a filter selects."""
        if self.filter is not None:
            self.filter.select(text)

    def type_filter(self, vocabulary: Mapping[str, Sequence[str]]) -> None:
        """Open the prompt; the vocabulary is the known values by field."""
        if self.filter is not None:
            self.filter.edit(vocabulary)

    def drop_filter(self) -> bool:
        """Drop the filter; tell whether there was one."""
        return self.filter is not None and self.filter.clear()

    def go_back(self) -> bool:
        """Go back to the list that this one was opened from; tell whether there is one."""
        return False

    @property
    def marked(self) -> Sequence[Span]:
        """Say how many rows are marked."""
        count = len(self.table.marks)
        return (Span(f"{count:,} marked", "key"),) if count else ()

    def on_list_filter_changed(self, event: ListFilter.Changed) -> None:
        """List what the filter selects; the screen reads it."""
        if self.filter is not None:
            self.start_over()

    def start_over(self) -> None:
        """Begin at the first row of what is listed from now on."""
        self.table.start_over(self.table.columns)

    def on_list_filter_keys_back(self, event: ListFilter.KeysBack) -> None:
        """Give the keys back to the list."""
        event.stop()
        self.table.focus()

    def forget_numbers(self) -> None:
        """Take all marks away, and select no row that is known by a number: others have those."""
        for table in self.query(SnapTable):
            table.marks.clear()
            table.selection.forget_number()
            table.repaint_lines()

    @abstractmethod
    def ask(self, query: ViewQuery) -> ViewQuery:
        """Add the rows to ask for to a query."""

    def labels(self, snapshot: Snapshot) -> Mapping[str, str]:
        """Return the present labels of actions by their ids; an empty label hides an action."""
        back = "Clear" if self.is_filtered else "Unmark" if self.table.marks else ""
        undo = snapshot.undo
        return {
            "list.clear": back,
            "engine.undo": f"Undo {age(undo.remaining)}" if undo else "",
            "type.pause": "",
            "type.limits": "",  # where a list is of tasks, both are in the help and the palette
        }

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

    @property
    def rows_wanted(self) -> int:
        """How many rows this pane would fill, with its frame."""
        around = self.outer_size.height - self.table.size.height
        return around + self.table.HEADER + max(self.table.total, EMPTY_ROWS)

    def set_title(self, titles: tuple[str, str, str]) -> None:
        """Set the title in the border, between those of panes behind it, when one has changed."""
        now = time.monotonic()
        if titles != self._title and now - self._titled_at >= TITLE_SECONDS:
            self._title, self._titled_at = titles, now
            self._draw_title()

    # The frame

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Draw the frame of the pane in use."""
        self._show_focus()

    def on_descendant_blur(self, event: events.DescendantBlur) -> None:
        """Draw the frame of a pane that is not in use."""
        self._show_focus()

    def _show_focus(self) -> None:
        self._restyle({"-focused": self.has_focus_within})
        self._draw_title()

    def _draw_title(self) -> None:
        """Put the title into the border; its style is a part of it, as one in CSS repaints all."""
        before, title, after = self._title
        is_focused = self.has_class("-focused")
        self.border_title = Content.assemble(
            f"{before}  " * bool(before),
            (title, "bold" * is_focused),
            " *" * (is_focused and self.glyphs.is_ascii),
            f"  {after}" * bool(after),
        )

    def set_place(self, *, active: bool, front: bool, beside: bool) -> None:
        """Be the pane on screen where there is room for one, for all boxes, for two."""
        self._restyle({"-active": active, "-front": front, "-beside": beside})

    def _restyle(self, classes: Mapping[str, bool]) -> None:
        """Have classes or not; their rules are about this pane and none of the widgets in it."""
        changed = {name: on for name, on in classes.items() if on != self.has_class(name)}
        for name, on in changed.items():
            self.set_class(on, name, update=False)
        if changed:
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
    STAYS_FIRST = False
    """See `Selection.stays_first`."""

    def compose(self) -> ComposeResult:
        """Make the table."""
        yield SnapTable(self.COLUMNS, id=f"{self.KIND}-table", stays_first=self.STAYS_FIRST)


class FilteredPane(ListPane):
    """A pane with a table of rows, and a filter of them that the port applies."""

    def __init__(self, digit: int, glyphs: Glyphs, filter: ListFilter) -> None:
        super().__init__(digit, glyphs)
        self.filter: ListFilter = filter

    def compose(self) -> ComposeResult:
        """Make the filter and the table."""
        yield self.filter
        yield from super().compose()

    def fill(
        self,
        page: Page[Item],
        key: Callable[[Item], Hashable],
        make: Callable[[Item], TableRow],
        empty: Sequence[str],
    ) -> None:
        """List a page of what the filter selects.

        Args:
            page: as it was read.
            key: returns what a row is found again by.
            make: returns the row of what is listed.
            empty: what an empty list says.
        """
        rows = Rows(page.rows, key, make)
        self.table.set_rows(rows, offset=page.offset, total=page.total)
        self.filter.show(page)
        self.table.explain_empty(*empty)
