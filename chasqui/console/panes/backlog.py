"""The backlog: accepted tasks that wait, and why: by types, or task by task as they will start.

It lists types once there are several of them; a filter lists tasks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec
from textual.app import ComposeResult

from chasqui.console.actions.table import bindings_for
from chasqui.console.model import lanes as lanes_model
from chasqui.console.model.columns import Cell, Column, Rows, TableRow, of_pools
from chasqui.console.model.format import ROLES, Glyphs, plain, state_text
from chasqui.console.model.lanes import LaneLine
from chasqui.console.model.line import Span
from chasqui.console.model.sorting import of_column
from chasqui.console.model.summary import ended
from chasqui.console.model.waiting import held, why_shorter, why_waiting
from chasqui.console.panes.pane import FilteredPane
from chasqui.console.widgets.list_filter import ListFilter
from chasqui.console.widgets.snap_table import SnapTable
from chasqui.console.widgets.sorted_table import SortedTable
from chasqui.control.completing import BACKLOG_FIELDS
from chasqui.control.port import (
    Command,
    CountWaiting,
    LaneRow,
    Page,
    Snapshot,
    TaskRow,
    ViewQuery,
    Window,
)
from chasqui.durations import age

EXAMPLE = "type=demo.* age>1m priority<5 params~text"
STATES = ("queued", "scheduled")


LANES = Window(limit=200)  # types that are listed; more are found by a filter


class BacklogPane(FilteredPane):
    """A row for each waiting task, or for each type with its next tasks.

    The selection is a task's number or a `LaneKey`.
    """

    KIND = "backlog"
    BINDINGS = bindings_for("backlog", namespace="screen.")
    TITLE = "Backlog"
    COLUMNS = (
        Column("TASK", 8, 0, right=True, least=6, sort="number"),
        Column("STATE", 11, 3, sort="state"),
        Column("WHY WAITING", 13, 0, least=8),
        Column("TYPE", 16, 0, least=8, sort="type"),
        Column("PRI", 4, 4, right=True, sort="priority"),
        Column("AGE", 5, 1, right=True, sort="age"),
        Column("PARAMETERS", 18, 2, flexible=True, least=10, sort="params"),
        Column("POOL", 9, 5),
    )

    example: str = ""
    """A task type to try, named while the backlog is empty."""
    _rows: tuple[TaskRow, ...] = ()

    def __init__(self, digit: int, glyphs: Glyphs) -> None:
        super().__init__(digit, glyphs, ListFilter(BACKLOG_FIELDS, EXAMPLE, {"state": STATES}))
        self.tasks = SnapTable(self.COLUMNS, id=f"{self.KIND}-table")
        self._lanes = SortedTable(lanes_model.COLUMNS, id="lanes-table")
        self._by_type: bool | None = None  # None: as soon as there are several
        self._lines: list[LaneLine] = []

    def compose(self) -> ComposeResult:
        """Make the filter and both lists; one of them is on screen."""
        yield self.filter
        yield self.tasks
        self._lanes.display = False
        self._lanes.marks = self.tasks.marks  # the same tasks are in both
        yield self._lanes

    @property
    def lists_types(self) -> bool:
        """Whether types are listed."""
        return bool(self._by_type) and not self.filter.text

    @property
    def table(self) -> SnapTable:
        """The list on screen."""
        return self._lanes if self.lists_types else self.tasks

    def count_listed(self) -> Command:
        """Return the question how many tasks match the filter."""
        return CountWaiting(filter=self.filter.text)

    def switch_view(self) -> None:
        """Switch between types and tasks; a filter is dropped with that."""
        self._by_type = not self.lists_types
        if not self.filter.clear():
            self._show_list()

    def open_lane(self) -> bool:
        """List the tasks of the selected type; tell whether a type is selected."""
        lane = self.selected_lane
        if lane is None:
            return False
        chosen = lanes_model.filter_of(lane)
        if chosen:
            self.filter.select(chosen)
        else:
            self._by_type = False
        self._show_list()
        return True

    def start_over(self) -> None:
        """List what the filter selects, from the first task on; without one, types again."""
        self._show_list()
        if not self.lists_types:
            super().start_over()

    def _show_list(self) -> None:
        """Have the right list on screen, and the keys with it if the other one had them."""
        had_keys = False
        for table in self.query(SnapTable):
            had_keys = had_keys or table.has_focus
            table.display = table is self.table
        if had_keys:
            self.screen.set_focus(self.table)  # at once: the next key may have arrived already

    def ask(self, query: ViewQuery) -> ViewQuery:
        """Add the rows to ask for to a query, and what is marked among them."""
        query = msgspec.structs.replace(query, backlog_marked=self.tasks.marks.asked)
        if self.lists_types:
            return msgspec.structs.replace(query, lanes=LANES)
        if self._by_type is None:
            query = msgspec.structs.replace(query, lanes=LANES)
        return msgspec.structs.replace(
            query,
            backlog=self.table.window,
            backlog_of=self.filter.text,
            backlog_order=self.tasks.order,
        )

    def sort(self, order: str) -> None:
        """List the tasks in another order, from the first on; see `model.sorting`."""
        self.tasks.order = order
        self.start_over()

    def on_snap_table_header_clicked(self, event: SnapTable.HeaderClicked) -> None:
        """Sort by the clicked column; the screen reads it."""
        event.stop()
        self.sort(of_column(event.column, self.tasks.order))
        self.post_message(ListFilter.Changed())

    def show(self, snapshot: Snapshot) -> None:
        """Show the waiting tasks of a snapshot."""
        self.tasks.marks.follow(snapshot.backlog_marked)
        lanes = snapshot.lane_page
        if lanes is not None and self._by_type is None and self._are_several(lanes.rows):
            self._by_type = True
            self._show_list()
        if self.lists_types:
            if lanes is not None:
                self._show_lanes(snapshot, lanes)
            return
        page = snapshot.backlog_page
        if page is None:
            return
        self._rows = page.rows
        self.table.show_columns(of_pools(self.COLUMNS, bool(snapshot.pools)))
        self.fill(
            page,
            lambda row: row.number,
            lambda row: self._row(row, snapshot.at),
            self._empty(snapshot, page),
        )

    def _are_several(self, lanes: Sequence[LaneRow]) -> bool:
        """Tell whether types say more than tasks, and the user has chosen no task yet."""
        return len(lanes) > 1 and not self.table.selection.chosen

    def _show_lanes(self, snapshot: Snapshot, lanes: Page[LaneRow]) -> None:
        unlisted = lanes_model.unlisted(lanes.total - len(lanes.rows), self.keys)
        self._lines = lanes_model.lines_of(lanes.rows, unlisted)
        self.table.show_columns(of_pools(lanes_model.COLUMNS, bool(snapshot.pools)))
        rows = Rows(
            self._lines,
            lambda line: line.key,
            lambda line: lanes_model.row_of(line, snapshot.at, self.glyphs),
        )
        self._lanes.set_rows(rows, offset=0, total=len(rows))
        self._lanes.follow(snapshot.at)
        self.table.explain_empty(*self._empty(snapshot))

    def labels(self, snapshot: Snapshot) -> Mapping[str, str]:
        """Name the view to switch to, and how many marked ones a key is about."""
        labels = {"backlog.view": "Tasks" if self.lists_types else "Types"}
        if self.tasks.marks:
            labels["task.cancel"] = f"Cancel {len(self.tasks.marks):,}"
            labels["task.run_next"] = f"Next {len(self.tasks.marks):,}"
        return {**super().labels(snapshot), **labels}

    def tab(self, snapshot: Snapshot | None) -> str:
        """Return the title with the number of waiting tasks."""
        if snapshot is None:
            return super().tab(None)
        waiting = snapshot.counts.queued + snapshot.counts.scheduled + snapshot.journal.parked
        return f"{super().tab(snapshot)} {waiting:,}"

    @property
    def selected_lane(self) -> LaneRow | None:
        """The type whose head is under the cursor, or the line of how many more it has."""
        selected = self.table.selected
        key = selected.key if selected else None
        found = (line for line in self._lines if line.key == key and line.task is None)
        line = next(found, None) if self.lists_types else None
        return None if line is None or line.unlisted else line.lane

    @property
    def selected_task(self) -> TaskRow | None:
        """The waiting task under the cursor, or None when it no longer waits."""
        selected = self.table.selected
        key = selected.key if selected else None
        if self.lists_types:
            return next((line.task for line in self._lines if line.key == key), None)
        return next((row for row in self._rows if row.number == key), None)

    @property
    def selected_row(self) -> TaskRow | LaneRow | None:
        """The task or type under the cursor."""
        return self.selected_task or self.selected_lane

    @property
    def selected_number(self) -> int | None:
        """The number of the selected task, even when it no longer waits."""
        key = self.table.selection.key
        return key if isinstance(key, int) else None

    def facts(self, snapshot: Snapshot) -> Sequence[Span]:
        """Describe the selected task."""
        lane = self.selected_lane
        if lane is not None:
            return lanes_model.facts(lane, snapshot.at, self.glyphs, self.keys)
        row = self.selected_task
        if row is None:
            key = self.table.selection.key
            if key == lanes_model.UNLISTED:
                return (Span(self._lines[-1].unlisted if self._lines else "", "dim"),)
            if isinstance(key, lanes_model.LaneKey):
                return self.gone("what waits of", key.type)
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

    def _empty(self, snapshot: Snapshot, page: Page[TaskRow] | None = None) -> Sequence[str]:
        over = ended(snapshot, self.keys)
        if over is not None:
            return over
        if page is not None and page.is_partial:
            return ("Looking through what waits.",)
        if self.filter.text:
            return ("No waiting task matches the filter.", self.clears)
        submits = f"{self.keys.named('engine.submit')} submits a task"
        if snapshot.state == "paused":
            resumes = f"{self.keys.named('engine.pause')} resumes"
            return ("Nothing waits, and the engine is paused.", f"{resumes} · {submits}")
        example = f", for example {self.example}" if self.example else ""
        return ("Nothing waits.", f"{submits}{example}")

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
