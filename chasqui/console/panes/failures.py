"""The failures: their kinds at first, or single failures: all, those of a kind, or of a filter.

What is listed changes only when the user asks for it. The line above the list says what is listed,
and how long a discard can still be undone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import msgspec
from textual.app import ComposeResult

from chasqui.console.actions.table import bindings_for
from chasqui.console.model.columns import Rows
from chasqui.console.model.failures import (
    GROUP_COLUMNS,
    OF_A_KIND_COLUMNS,
    SINGLE_COLUMNS,
    Listing,
    empty_words,
    failed_so_far,
    group_facts,
    group_row,
    heading,
    single_facts,
    single_row,
)
from chasqui.console.model.format import Glyphs
from chasqui.console.model.line import Span
from chasqui.console.panes.pane import Pane
from chasqui.console.widgets.filter_prompt import FilterPrompt
from chasqui.console.widgets.list_filter import ListFilter
from chasqui.console.widgets.one_line import OneLine
from chasqui.console.widgets.snap_table import SnapTable
from chasqui.console.widgets.sorted_table import SortedTable
from chasqui.control.port import Command, CountFailures, FailureRow, GroupRow, Snapshot, ViewQuery


class FailuresPane(Pane):
    """A row for each kind of failure, or for each failure; selected by its group or its number."""

    KIND = "failures"
    BINDINGS = bindings_for("failures", namespace="screen.")
    TITLE = "Failures"

    def __init__(self, digit: int, glyphs: Glyphs) -> None:
        super().__init__(digit, glyphs)
        self.listing = Listing()
        self._groups: tuple[GroupRow, ...] = ()
        self._singles: tuple[FailureRow, ...] = ()
        self._kinds = SortedTable(GROUP_COLUMNS, id="groups-table")
        self._failed = SnapTable(SINGLE_COLUMNS, id="failures-table")
        self._prompt = FilterPrompt()
        self._prompt.display = False

    def compose(self) -> ComposeResult:
        """Make the line, the prompt and both lists; one of them is on screen."""
        yield OneLine(id="failures-heading")
        yield self._prompt
        yield self._kinds
        self._failed.display = False
        yield self._failed

    @property
    def table(self) -> SnapTable:
        """The list on screen."""
        return self._kinds if self.listing.is_groups else self._failed

    def ask(self, query: ViewQuery) -> ViewQuery:
        """Add the rows to ask for to a query."""
        window = self.table.window
        query = msgspec.structs.replace(query, failures_marked=self.table.marks.asked)
        if self.listing.is_groups:
            return msgspec.structs.replace(query, groups=window)
        return msgspec.structs.replace(query, failures=window, failures_of=self.listing.chosen)

    def show(self, snapshot: Snapshot) -> None:
        """Show the failures of a snapshot."""
        self.table.marks.follow(snapshot.failures_marked)
        self.query_one("#failures-heading", OneLine).show(
            heading(self.listing, snapshot, self.glyphs, self.keys)
        )
        if self.listing.is_groups and snapshot.group_page is not None:
            page = snapshot.group_page
            self._groups = page.rows
            groups = Rows(
                page.rows,
                lambda row: row.id,
                lambda row: group_row(row, snapshot.at, self.glyphs),
            )
            self._kinds.set_rows(groups, offset=page.offset, total=page.total)
            self._kinds.follow(snapshot.at)
        elif not self.listing.is_groups and snapshot.failure_page is not None:
            singles = snapshot.failure_page
            self._singles = singles.rows
            rows = Rows(
                singles.rows, lambda row: row.number, lambda row: single_row(row, snapshot.at)
            )
            self.table.set_rows(rows, offset=singles.offset, total=singles.total)
        self.table.explain_empty(*empty_words(self.listing, snapshot, self.keys))

    def tab(self, snapshot: Snapshot | None) -> str:
        """Return the title with the number of failed tasks, marked while any is open."""
        if snapshot is None:
            return super().tab(None)
        failed, open_kinds = failed_so_far(snapshot), snapshot.open_kinds
        mark = f"{self.glyphs.cross} " if (failed if open_kinds is None else open_kinds) else ""
        return f"{super().tab(snapshot)} {mark}{failed:,}"

    def labels(self, snapshot: Snapshot) -> Mapping[str, str]:
        """Name the view to switch to, and how many a retry or discard is about."""
        labels = dict(super().labels(snapshot))
        labels["failures.view"] = "Singles" if self.listing.is_groups else "Kinds"
        if not labels["list.clear"]:
            labels["list.clear"] = "" if self.listing == Listing() else "Back"
        if count := len(self.table.marks):
            kinds = f" kind{'s' * (count != 1)}" if self.listing.is_groups else ""
            labels["failures.retry"] = f"Retry {count:,}{kinds}"
            labels["failures.discard"] = f"Discard {count:,}{kinds}"
        return labels

    def facts(self, snapshot: Snapshot) -> Sequence[Span]:
        """Describe the selected row."""
        row = self.selected_row
        if isinstance(row, GroupRow):
            spans = group_facts(row, snapshot.at, self.glyphs)
        elif row is not None:
            spans = single_facts(row, self.glyphs)
        else:
            return self.gone("this kind", "") if self.listing.is_groups else self.gone("task")
        return [span for span in spans if span.text]

    # The selection

    @property
    def selected_row(self) -> GroupRow | FailureRow | None:
        """The kind or the failure under the cursor, or None when it is no longer in the list."""
        selected = self.table.selected
        key = selected.key if selected else None
        if self.listing.is_groups:
            return next((row for row in self._groups if row.id == key), None)
        return next((row for row in self._singles if row.number == key), None)

    @property
    def marked_kinds(self) -> Sequence[GroupRow]:
        """The marked kinds, of those that were read."""
        return [row for row in self._groups if row.id in self.table.marks]

    @property
    def selected_number(self) -> int | None:
        """The number of the selected task; for a kind, that of its newest kept failure."""
        row = self.selected_row
        if isinstance(row, GroupRow):
            return row.example
        key = self.table.selection.key
        return key if isinstance(key, int) else None

    # What is listed

    def count_listed(self) -> Command | None:
        """Return the question how many failures are listed; None while kinds are."""
        if self.listing.is_groups:
            return None
        return CountFailures(chosen=self.listing.chosen)

    def open_group(self) -> bool:
        """List the failures of the selected kind; tell whether it keeps several."""
        row = self.selected_row
        if not isinstance(row, GroupRow) or row.kept == 1:
            return False
        self._list(Listing(group=row))
        return True

    def switch_view(self) -> None:
        """Switch between single failures and their kinds."""
        self._list(self.listing.switched())

    def drop_filter(self) -> bool:
        """Drop the filter; tell whether there was one."""
        had = bool(self.listing.filter)
        if had:
            self._list(self.listing.back())
        return had

    def go_back(self) -> bool:
        """Go back to the kinds; tell whether anything else was listed."""
        before = self.listing
        self._list(self.listing.back())
        return self.listing != before

    @property
    def filter_text(self) -> str:
        """The filter of the list; empty: all failures or kinds are listed."""
        return self.listing.filter

    def select(self, text: str) -> None:
        """List the failures that a filter selects."""
        self._filter(text)

    @property
    def prompt(self) -> FilterPrompt:
        """The prompt for the filter."""
        return self._prompt

    def type_filter(self, vocabulary: Mapping[str, Sequence[str]]) -> None:
        """Open the filter prompt; the vocabulary is the known values by field."""
        self._prompt.edit(self.listing.filter, vocabulary)

    def on_filter_prompt_edited(self, event: FilterPrompt.Edited) -> None:
        """List what the filter selects so far."""
        event.stop()
        self._filter(event.text)

    def on_filter_prompt_ended(self, event: FilterPrompt.Ended) -> None:
        """List what the filter selects, and give the keys back to the list."""
        event.stop()
        self._filter(event.text)
        if event.by_key:
            self.table.focus()

    def _filter(self, text: str) -> None:
        if text != self.listing.filter:
            self._list(replace(self.listing, filter=text))
            self.post_message(ListFilter.Changed())

    def _list(self, listing: Listing) -> None:
        """List other failures, from the first on."""
        if listing == self.listing:
            return
        self.listing = listing
        for table in self.query(SnapTable):
            table.display = table is self.table
        if not listing.is_groups:  # among the kinds, the selected kind stays selected
            self.table.start_over(OF_A_KIND_COLUMNS if listing.group else SINGLE_COLUMNS)
