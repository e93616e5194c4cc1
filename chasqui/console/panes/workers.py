"""The workers: what each is doing, for how long, and its progress."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from chasqui.console.actions import bindings_for
from chasqui.console.model.columns import Cell, Column, Rows, TableRow
from chasqui.console.model.format import ROLES, progress_shorter, progress_text, state_text
from chasqui.console.model.line import Span
from chasqui.console.model.summary import ended
from chasqui.console.panes.pane import ListPane
from chasqui.control.port import Snapshot, ViewQuery, WorkerRow
from chasqui.durations import age

MOST_TIMES = 999  # as long as usual; more tells no more
NAMED_WITH_POOL = 14  # cells of a worker's name where there are several pools


class WorkersPane(ListPane):
    """A row for each worker; the selection is a worker's name."""

    KIND = "workers"
    BINDINGS = bindings_for("workers", namespace="screen.")
    TITLE = "Workers"
    COLUMNS = (
        Column("WORKER", 6, 0),
        Column("STATE", 11, 0),
        Column("TASK", 6, 0, right=True, least=5),
        Column("TYPE", 12, 1, least=8),
        Column("FOR", 5, 1, right=True),
        Column("PROGRESS", 16, 1, flexible=True, least=8),
        Column("DONE", 6, 4, right=True),
        Column("FAILED", 6, 3, right=True),
    )

    _rows: tuple[WorkerRow, ...] = ()
    _workers: Mapping[str, int] = {}

    def ask(self, query: ViewQuery) -> ViewQuery:
        """Add the rows to ask for to a query."""
        return msgspec.structs.replace(query, workers=self.table.window)

    def show(self, snapshot: Snapshot) -> None:
        """Show the workers of a snapshot."""
        page = snapshot.worker_page
        if page is None:
            return
        self._rows = page.rows
        self._workers = {pool.name: pool.workers for pool in snapshot.pools}
        self._workers.setdefault("", snapshot.workers)
        first = self.COLUMNS[0]
        if snapshot.pools:
            first = Column(first.title, NAMED_WITH_POOL, least=8)
        self.table.show_columns((first, *self.COLUMNS[1:]))
        rows = Rows(page.rows, lambda row: row.name, lambda row: self._row(row, snapshot.at))
        self.table.set_rows(rows, offset=page.offset, total=page.total)
        none = ("There are no workers.", "] adds one · s submits a task")
        self.table.explain_empty(*(ended(snapshot) or none))

    def tab(self, snapshot: Snapshot | None) -> str:
        """Return the title with the number of workers."""
        return f"{super().tab(snapshot)} {snapshot.workers:,}" if snapshot else super().tab(None)

    @property
    def selected_worker(self) -> WorkerRow | None:
        """The worker under the cursor."""
        selected = self.table.selected
        key = selected.key if selected else None
        return next((row for row in self._rows if row.name == key), None)

    @property
    def selected_number(self) -> int | None:
        """The task that the selected worker runs."""
        worker = self.selected_worker
        return worker.task if worker else None

    def workers_of(self, pool: str) -> int:
        """Return how many workers a pool has; a single pool needs no name."""
        return self._workers.get(pool) or self._workers.get("") or 1

    def facts(self, snapshot: Snapshot) -> Sequence[Span]:
        """Describe the selected worker."""
        worker = self.selected_worker
        if worker is None:
            return self.gone("worker")
        spans = [Span(self.table.plain(worker.name), "title")]
        if worker.task is None:
            spans.append(Span(f"{worker.state} for {age(snapshot.at - worker.since)}"))
        else:
            spans.append(Span(f"task {worker.task}"))
            spans.append(Span(self.table.plain(worker.type)))
            if trouble := _trouble(worker, snapshot.at):
                spans.append(Span(trouble[0], "warn", shorter=trouble[1:]))
            spans.append(Span(self.table.plain(progress_text(worker.progress)), priority=2))
        return [span for span in spans if span.text]

    def _row(self, worker: WorkerRow, now: float) -> TableRow:
        role, sign = ROLES.get(worker.state, ""), state_text(worker.state, self.glyphs)
        progress = Cell(progress_text(worker.progress), "active", progress_shorter(worker.progress))
        if trouble := _trouble(worker, now):
            role = "error" if worker.slow == "unstopped" else "warn"
            sign = f"{self.glyphs.warning} {worker.state}"
            progress = Cell(trouble[0], role, trouble[1:])
        return TableRow(
            worker.name,
            (
                Cell(worker.name),
                Cell(sign, role),
                Cell("" if worker.task is None else str(worker.task)),
                Cell(worker.type),
                Cell(age(now - worker.since)),
                progress,
                Cell(f"{worker.done:,}"),
                Cell(f"{worker.failed:,}", "error" if worker.failed else "dim"),
            ),
        )


def _trouble(worker: WorkerRow, now: float) -> tuple[str, ...]:
    """Say why a worker is slow, and in ever fewer words."""
    if worker.asked_at is not None:
        ago = age(now - worker.asked_at)
        told = f"asked to stop {ago} ago, still runs"
        return told, f"asked to stop {ago}", f"stop {ago}", "no stop"
    if worker.slow == "long":
        times = (now - worker.since) / worker.usual if worker.usual else MOST_TIMES
        told = f"over {MOST_TIMES}" if times >= MOST_TIMES else f"{int(times)}"
        return f"slow: {told} x its p95", f"slow {told} x", "slow"
    return ()
