"""The backlog: accepted tasks that wait, in the order in which they will start, and why."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from chasqui.console.actions import bindings_for
from chasqui.console.model.columns import Cell, Column, Rows, TableRow
from chasqui.console.model.format import ROLES, plain, state_text
from chasqui.console.model.line import Span
from chasqui.console.model.summary import ended
from chasqui.console.model.waiting import held, why_shorter, why_waiting
from chasqui.console.panes.pane import ListPane
from chasqui.control.port import Snapshot, TaskRow, ViewQuery
from chasqui.durations import age


class BacklogPane(ListPane):
    """A row for each waiting task; the selection is a task's number."""

    KIND = "backlog"
    BINDINGS = bindings_for("backlog", namespace="screen.")
    TITLE = "Backlog"
    COLUMNS = (
        Column("TASK", 8, 0, right=True, least=6),
        Column("STATE", 11, 3),
        Column("WHY WAITING", 13, 0, least=8),
        Column("TYPE", 16, 0, least=8),
        Column("PRI", 4, 4, right=True),
        Column("AGE", 5, 1, right=True),
        Column("PARAMETERS", 18, 2, flexible=True, least=10),
        Column("POOL", 9, 5),
    )

    example: str = ""
    """A task type to try, named while the backlog is empty."""
    _rows: tuple[TaskRow, ...] = ()

    def ask(self, query: ViewQuery) -> ViewQuery:
        """Add the rows to ask for to a query."""
        return msgspec.structs.replace(query, backlog=self.table.window)

    def show(self, snapshot: Snapshot) -> None:
        """Show the waiting tasks of a snapshot."""
        page = snapshot.backlog_page
        if page is None:
            return
        self._rows = page.rows
        rows = Rows(page.rows, lambda row: row.number, lambda row: self._row(row, snapshot.at))
        self.table.set_rows(rows, offset=page.offset, total=page.total)
        self.table.explain_empty(*self._empty(snapshot))

    def tab(self, snapshot: Snapshot | None) -> str:
        """Return the title with the number of waiting tasks."""
        if snapshot is None:
            return super().tab(None)
        return f"{super().tab(snapshot)} {snapshot.counts.queued + snapshot.counts.scheduled:,}"

    @property
    def selected_task(self) -> TaskRow | None:
        """The waiting task under the cursor, or None when it no longer waits."""
        selected = self.table.selected
        key = selected.key if selected else None
        return next((row for row in self._rows if row.number == key), None)

    @property
    def selected_number(self) -> int | None:
        """The number of the selected task, even when it no longer waits."""
        key = self.table.selection.key
        return key if isinstance(key, int) else None

    def facts(self, snapshot: Snapshot) -> Sequence[Span]:
        """Describe the selected task."""
        row = self.selected_task
        if row is None:
            return self.gone("task")
        spans = (
            Span(f"task {row.number}", "title"),
            Span(self.table.plain(row.type)),
            Span(f"{row.state} {age(snapshot.at - row.created)}"),
            Span(plain(held(row, snapshot.at), self.glyphs), "warn"),
            Span(f"pool {self.table.plain(row.pool)}" if row.pool else "", priority=4),
            Span(f"priority {row.priority}", priority=3),
            Span(self.table.plain(row.params), "dim", priority=2),
        )
        return [span for span in spans if span.text]

    def _empty(self, snapshot: Snapshot) -> Sequence[str]:
        over = ended(snapshot)
        if over is not None:
            return over
        if snapshot.state == "paused":
            return ("Nothing waits, and the engine is paused.", "p resumes · s submits a task")
        example = f", for example {self.example}" if self.example else ""
        return ("Nothing waits.", f"s submits a task{example}")

    def _row(self, task: TaskRow, now: float) -> TableRow:
        return TableRow(
            task.number,
            (
                Cell(str(task.number)),
                Cell(state_text(task.state, self.glyphs), ROLES.get(task.state, "")),
                Cell(why_waiting(task, now), "warn", why_shorter(task, now)),
                Cell(task.type),
                Cell(str(task.priority), "" if task.priority else "dim"),
                Cell(age(now - task.created)),
                Cell(task.params, "dim"),
                Cell(task.pool, "dim"),
            ),
        )
