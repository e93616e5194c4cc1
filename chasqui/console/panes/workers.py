"""The workers: what each is doing, how far it is, and when it will be done."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import msgspec

from chasqui.console.actions.table import bindings_for
from chasqui.console.model import crew, pool_heads
from chasqui.console.model.columns import Rows, TableRow
from chasqui.console.model.format import Glyphs, number, percent
from chasqui.console.model.line import Span
from chasqui.console.model.pace import Paces
from chasqui.console.model.pinned import Pinned
from chasqui.console.model.summary import ended
from chasqui.console.model.workers import (
    beside_processes,
    columns,
    is_over,
    trouble,
    use_text,
    worker_cells,
)
from chasqui.console.panes.pane import FilteredPane
from chasqui.console.widgets.list_filter import ListFilter
from chasqui.control.completing import WORKER_FIELDS
from chasqui.control.port import (
    CrewView,
    PoolRow,
    PoolSize,
    ProducerRow,
    Snapshot,
    ViewQuery,
    WorkerRow,
)
from chasqui.durations import age, duration

ROUNDED = 10_000  # from here on the row may round the numbers of a progress
EXAMPLE = "type=demo.* age>1m slow"
Row = WorkerRow | crew.Beside


class WorkersPane(FilteredPane):
    """A row for each worker, below a head for its pool where there are several.

    The cursor is on a worker, by its name. What is done to its task is meant for the task that the
    person at the keys has seen there; see `chasqui.console.model.pinned`.
    """

    KIND = "workers"
    BINDINGS = bindings_for("workers", namespace="screen.")
    TITLE = "Workers"
    COLUMNS = columns(0, several_pools=False)
    STAYS_FIRST = True

    def __init__(self, digit: int, glyphs: Glyphs) -> None:
        super().__init__(digit, glyphs, ListFilter(WORKER_FIELDS, EXAMPLE))
        self.pinned = Pinned[int]()
        self.pinned_type = Pinned[str]()
        self._paces = Paces()
        self._rows: tuple[WorkerRow, ...] = ()
        self._crew = CrewView()
        self._beside: tuple[crew.Beside, ...] = ()
        self._heads: tuple[crew.Beside, ...] = ()
        self._several = False
        self._longest_type = self._longest_name = 0
        self._at = 0.0

    def ask(self, query: ViewQuery) -> ViewQuery:
        """Add the rows to ask for to a query."""
        worker = self.selected_worker
        place_of = worker.name if worker is not None and worker.task is not None else ""
        window = pool_heads.asked(self.table.window, len(self._heads))
        of = self.filter.text
        return msgspec.structs.replace(query, workers=window, workers_of=of, place_of=place_of)

    def show(self, snapshot: Snapshot) -> None:
        """Show the workers of a snapshot."""
        page = snapshot.worker_page
        if page is None:
            return
        self._rows, self._at, self._crew = page.rows, snapshot.at, snapshot.crew or CrewView()
        self._several = bool(snapshot.pools)
        # It never gets narrower again: columns that move at each reading cannot be read.
        longest = max([len(row.type) for row in page.rows], default=0)
        self._longest_type = max(self._longest_type, longest)
        if self._longest_name or any(row.pid is not None for row in page.rows):
            self._longest_name = max([self._longest_name, *[len(row.name) for row in page.rows]])
        shown_columns = columns(
            self._longest_type, several_pools=self._several, longest_name=self._longest_name
        )
        self.table.show_columns(shown_columns)
        self._paces.follow(page.rows, snapshot.at)
        self._heads = pool_heads.heads_of(snapshot.pools)
        heads = self._heads if page.total else ()
        shown, first = pool_heads.woven(page.rows, page.offset, page.total, heads)
        after = crew.extras(snapshot.crew, snapshot.at, snapshot.pools)
        self._beside = (*heads, *after)
        if page.offset + len(page.rows) >= page.total:
            shown += after[max(0, page.offset - page.total) :]
        rows = Rows(shown, _key, lambda row: self._cells(row, snapshot.at))
        self.table.set_rows(rows, offset=first, total=page.total + len(self._beside))
        if self.table.are_renewed:
            self.pinned, self.pinned_type = Pinned[int](), Pinned[str]()
        self.filter.show(page)
        adds = self.keys.named("workers.up").removeprefix("[ ")
        none = (
            "There are no workers.",
            f"{adds} adds one · {self.keys.named('engine.submit')} submits a task",
        )
        if self.filter.text:
            none = ("No worker matches the filter.", self.clears)
        self.table.explain_empty(*(ended(snapshot, self.keys) or none))
        self._follow()

    def tab(self, snapshot: Snapshot | None) -> str:
        """Return the title with the number of workers; where it is changed, with the config's.

        Both are of this reading: one that is not asked for the workers does not say the config's.
        """
        if snapshot is None:
            return super().tab(None)
        sizes = snapshot.crew.sizes if snapshot.crew is not None else ()
        count, differs = snapshot.workers, ""
        if sizes and snapshot.pools:
            differs = f"{self.glyphs.differs}config"
        elif sizes:  # some of those that are there may leave after their task
            count, differs = sizes[0].workers, f"{self.glyphs.differs}{sizes[0].configured:,}"
        return f"{super().tab(snapshot)} {count:,}{differs}"

    @property
    def selected_worker(self) -> WorkerRow | None:
        """The worker under the cursor."""
        selected = self.table.selected
        key = selected.key if selected else None
        return next((row for row in self._rows if row.name == key), None)

    @property
    def selected_extra(self) -> crew.Extra | None:
        """The row under the cursor, if it is the head of a pool or one after the workers."""
        selected = self.table.selected
        key = selected.key if selected else None
        return next((one.extra for one in self._beside if one.key == key), None)

    @property
    def selected_pool(self) -> str:
        """The pool of the selected row; empty where there is only one, or on no row of a pool."""
        row = self.selected_worker or self.selected_extra
        if row is None or isinstance(row, int) or not self._several:
            return ""
        return row.name if isinstance(row, PoolRow) else row.pool

    def size_of(self, pool: str) -> PoolSize | None:
        """Return the size of a pool if it differs from the config's."""
        return next((one for one in self._crew.sizes if one.pool == pool), None)

    @property
    def selected_number(self) -> int | None:
        """The task that was seen on the selected worker, even if it has just ended.

        A row beside the workers has none, also when it has left the list.
        """
        self._follow()
        return self.pinned.meant if self.pinned.is_of(self.table.selection.key) else None

    @property
    def runs_another_type(self) -> bool:
        """Whether the selected worker has gone on to a task of a type that was not seen there."""
        self._follow()
        worker = self.selected_worker
        return worker is not None and worker.type != "" and self.pinned_type.has_changed

    def facts(self, snapshot: Snapshot) -> Sequence[Span]:
        """Describe the selected worker."""
        self._follow()
        worker, extra = self.selected_worker, self.selected_extra
        if extra is not None:
            return self._extra_facts(extra, snapshot.at)
        if worker is None:
            key = self.table.selection.key
            return self.gone("worker") if isinstance(key, str) else self.gone("what waited", "")
        return [span for span in self._facts(worker, snapshot.at) if span.text]

    def _facts(self, worker: WorkerRow, now: float) -> Sequence[Span]:
        name, type = self.table.plain(worker.name), self.table.plain(worker.type)
        if self.pinned.has_changed and self.table.selection.chosen:
            said = f"task {self.pinned.meant} has ended: {self.keys.named('task.open')} opens it"
            goes_on = f"{name} runs {worker.task} now" if worker.task is not None else ""
            return (Span(said), Span(goes_on))
        done = Span(f"{worker.done:,} done, {worker.failed:,} failed", priority=4)
        if worker.task is None:
            told = f"{worker.state} for {age(now - worker.since)}"
            return (Span(name, "title"), Span(told), *_process(worker), done)
        spans = [Span(f"{worker.task}", "title"), Span(type), Span(name)]
        if why := trouble(worker, now):
            spans.append(Span(why[0], "warn", shorter=why[1:]))
        elif is_over(worker, now):
            spans.append(Span(f"longer than 95 % of its type ({duration(worker.usual)})", "warn"))
        if worker.leaves:
            forms = ("this worker leaves when its task has ended", "leaves after its task")
            spans.append(Span(forms[0], "warn", priority=2, shorter=forms[1:]))
        progress = worker.progress
        if progress is not None and progress.total:
            share = f"{percent(progress.done, progress.total)}%"
            if progress.total >= ROUNDED:
                share = f"{number(progress.done)}/{number(progress.total)} {share}"
            spans.append(Span(share, "active", priority=2))
        return (*spans, *self._place_facts(worker), *_process(worker), done)

    def _place_facts(self, worker: WorkerRow) -> Sequence[Span]:
        """Say which attempt it is, how long it may run, and where it is in its code."""
        place = self._crew.place
        if place is None or (place.worker, place.task) != (worker.name, worker.task):
            return ()
        attempt = f"attempt {place.attempt:,}"
        if place.attempts is not None:
            attempt += f" of {place.attempts:,}"
        limit = "limit none" if place.limit is None else f"limit {duration(place.limit)}"
        spans = [Span(attempt, priority=3), Span(limit, priority=3)]
        if place.file:
            at = f"at {self.table.plain(place.file.rpartition('/')[2])}:{place.line}"
            function = f" {self.table.plain(place.function)}"
            seconds = self._at - place.since
            since = f" for {age(seconds)}" if seconds >= 1 else ""
            forms = (f"{at}{function}{since}", f"{at}{since}", at)
            spans.append(Span(forms[0], "active", priority=1, shorter=forms[1:]))
        return spans

    def _extra_facts(self, extra: crew.Extra, now: float) -> Sequence[Span]:
        if isinstance(extra, PoolRow):
            size, name = self.size_of(extra.name), self.table.plain(extra.name)
            said = "" if size is None else crew.size_text(size)
            opens, key = self.keys.named("task.open"), self.keys.named("workers.config")
            return pool_heads.head_facts(name, extra, said, opens, key)
        if isinstance(extra, PoolSize):
            pool = Span(f"pool {self.table.plain(extra.pool)}", "title")
            key = self.keys.named("workers.config")
            return (pool, Span(crew.size_text(extra), "warn"), Span(f"{key} puts it back"))
        if isinstance(extra, ProducerRow):
            waits = f"waits for room for {age(now - extra.since)}"
            site = f"at {self.table.plain(extra.site)}" if extra.site else ""
            return (Span(self.table.plain(extra.thread), "title"), Span(waits, "warn"), Span(site))
        return (Span(f"{extra:,} more producers wait for room", "warn"),)

    def _cells(self, row: Row, now: float) -> TableRow:
        key = self.keys.key("workers.config")
        if not isinstance(row, WorkerRow):
            if isinstance(row.extra, PoolRow):
                size = self.size_of(row.extra.name)
                head = pool_heads.head_cells(row, row.extra, size, self.glyphs, key)
            else:
                head = crew.cells_of(row, now, self.glyphs, key, several=self._several)
            return beside_processes(head) if self._longest_name else head
        return worker_cells(
            row,
            now,
            self.glyphs,
            pace=self._paces.rates.get(row.task or 0, 0.0),
            left=self._paces.left(row),
            named=self._several,
            processes=bool(self._longest_name),
        )

    def _follow(self) -> None:
        worker = self.selected_worker
        if worker is not None:
            chosen = self.table.selection.chosen
            self.pinned.follow(worker.name, worker.task, self._at, chosen=chosen)
            self.pinned_type.follow(worker.name, worker.type, self._at, chosen=chosen)


def _process(worker: WorkerRow) -> Sequence[Span]:
    """Name the process of a worker, and what it uses, if it has one."""
    if worker.pid is None:
        return ()
    return (Span(use_text(worker), priority=4, shorter=(f"pid {worker.pid}",)),)


def _key(row: Row) -> Hashable:
    return row.name if isinstance(row, WorkerRow) else row.key
