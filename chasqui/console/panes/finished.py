"""The history: tasks that have ended, newest first, however they ended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from chasqui.console.actions.table import bindings_for
from chasqui.console.model.finished import COLUMNS, columns_for, facts, is_measured, row
from chasqui.console.model.format import Glyphs
from chasqui.console.model.line import Span
from chasqui.console.panes.pane import FilteredPane
from chasqui.console.widgets.list_filter import ListFilter
from chasqui.control.completing import FINISHED_FIELDS
from chasqui.control.port import ENDED, FinishedRow, Page, Snapshot, ViewQuery

EXAMPLE = "state=failed type=demo.* ran>10s age<1h text"


class FinishedPane(FilteredPane):
    """A row for each finished task; the selection is a task's number."""

    KIND = "finished"
    BINDINGS = bindings_for("finished", namespace="screen.")
    TITLE = "Finished"
    IS_PAST = True
    COLUMNS = COLUMNS
    STAYS_FIRST = True

    _rows: tuple[FinishedRow, ...] = ()
    _kept = 0
    """How many the history kept when all of it was listed last: also those of earlier lives."""

    def __init__(self, digit: int, glyphs: Glyphs) -> None:
        super().__init__(digit, glyphs, ListFilter(FINISHED_FIELDS, EXAMPLE, {"state": ENDED}))

    def ask(self, query: ViewQuery) -> ViewQuery:
        """Add the rows to ask for to a query."""
        return msgspec.structs.replace(
            query, finished=self.table.window, finished_of=self.filter.text
        )

    def show(self, snapshot: Snapshot) -> None:
        """Show the finished tasks of a snapshot."""
        page = snapshot.finished_page
        if page is None:
            return
        self._rows = page.rows
        if not self.filter.text and not page.is_partial:
            self._kept = page.total
        several = bool(snapshot.pools)
        columns = columns_for(page.rows, self.table.columns, several_pools=several)
        self.table.show_columns(columns)
        measured = is_measured(columns)
        self.fill(
            page,
            lambda task: task.number,
            lambda task: row(task, snapshot.at, self.glyphs, measured=measured),
            self._empty(snapshot, page),
        )

    def tab(self, snapshot: Snapshot | None) -> str:
        """Return the title with the number of tasks that have ended, in earlier lives too."""
        if snapshot is None:
            return super().tab(None)
        return f"{super().tab(snapshot)} {max(_ended(snapshot), self._kept):,}"

    def forget_numbers(self) -> None:
        """Forget how many another host has kept, too."""
        super().forget_numbers()
        self._kept = 0

    @property
    def selected_task(self) -> FinishedRow | None:
        """The finished task under the cursor, or None when it has left the history."""
        selected = self.table.selected
        key = selected.key if selected else None
        return next((task for task in self._rows if task.number == key), None)

    @property
    def selected_number(self) -> int | None:
        """The number of the selected task."""
        key = self.table.selection.key
        return key if isinstance(key, int) else None

    def facts(self, snapshot: Snapshot) -> Sequence[Span]:
        """Describe the selected task."""
        task = self.selected_task
        if task is None:
            return self.gone("task")
        return [span for span in facts(task, snapshot.at, self.glyphs) if span.text]

    def _empty(self, snapshot: Snapshot, page: Page[FinishedRow]) -> Sequence[str]:
        if page.is_partial:
            return ("Looking through the finished tasks.",)
        if self.filter.text:
            return ("No finished task matches the filter.", self.clears)
        if _ended(snapshot):
            return (
                "No finished task is kept any more.",
                "[history] in the config says how many are",
            )
        return ("No task has ended yet.", "1 shows what runs, 2 what waits")


def _ended(snapshot: Snapshot) -> int:
    counts: Mapping[str, int] = msgspec.structs.asdict(snapshot.counts)
    return sum(counts[state] for state in ENDED)
