"""The failures, newest first: what failed, when, and the first line of why."""

from __future__ import annotations

from collections.abc import Sequence

from chasqui.console.actions import bindings_for
from chasqui.console.model.columns import Cell, Column, TableRow
from chasqui.console.model.format import age
from chasqui.console.model.line import Span
from chasqui.console.panes.pane import ListPane
from chasqui.control.port import FailureRow, Snapshot


class FailuresPane(ListPane):
    """One row for each failed task; the selection is a task's number."""

    KIND = "failures"
    BINDINGS = bindings_for("failures", namespace="screen.")
    TITLE = "Failures"
    COLUMNS = (
        Column("TASK", 8, 0, right=True),
        Column("TYPE", 16, 1),
        Column("AGO", 5, 0, right=True),
        Column("TRIES", 5, 3, right=True),
        Column("WORKER", 9, 4),
        Column("ERROR", 16, 0, flexible=True),
    )

    _rows: tuple[FailureRow, ...] = ()

    def show(self, snapshot: Snapshot) -> None:
        """Show the failures of a snapshot."""
        page = snapshot.failure_page
        if page is None:
            return
        self._rows = page.rows
        self.show_page(page, [self._row(row, snapshot.at) for row in page.rows])
        self.table.explain_empty(
            "No task has failed.",
            "Failed tasks are listed here; Enter then opens one with its traceback",
        )

    def tab(self, snapshot: Snapshot | None) -> str:
        """Return the title with the number of failed tasks, as the engine counts them."""
        if snapshot is None:
            return super().tab(None)
        failed = snapshot.counts.failed
        mark = f"{self.glyphs.cross} " if failed else ""
        return f"{super().tab(snapshot)} {mark}{failed:,}"

    @property
    def selected_number(self) -> int | None:
        """The number of the selected task."""
        key = self.table.selection.key
        return key if isinstance(key, int) else None

    def facts(self, snapshot: Snapshot) -> Sequence[Span]:
        """Describe the selected failure."""
        selected = self.table.selected
        key = selected.key if selected else None
        row = next((row for row in self._rows if row.number == key), None)
        if row is None:
            return self.gone("task")
        return (
            Span(f"task {row.number}", "title"),
            Span(self.table.plain(row.error), "error"),
            Span(self.table.plain(row.params), "dim", priority=2),
        )

    def _row(self, failure: FailureRow, now: float) -> TableRow:
        return TableRow(
            failure.number,
            (
                Cell(str(failure.number)),
                Cell(failure.type),
                Cell(age(now - failure.at)),
                Cell(str(failure.attempts), "dim"),
                Cell(failure.worker, "dim"),
                Cell(failure.error, "error"),
            ),
        )
