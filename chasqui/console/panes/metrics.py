"""The metrics: what is wrong, pools, types by trouble, charts of three pasts, and the sums."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence

import msgspec
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widget import Widget

from chasqui.console.actions.table import bindings_for
from chasqui.console.model.charts import Plot, busy_now
from chasqui.console.model.columns import Rows, TableRow, of_pools
from chasqui.console.model.format import Glyphs
from chasqui.console.model.line import Span
from chasqui.console.model.metrics_layout import heights
from chasqui.console.model.metrics_lines import said, spread, sums
from chasqui.console.model.past import Past
from chasqui.console.model.pools import pool_lines, pools_of
from chasqui.console.model.types import (
    COLUMNS,
    IDLE_KEY,
    idle_does,
    idle_row,
    type_facts,
    type_row,
)
from chasqui.console.panes.pane import Pane
from chasqui.console.widgets.history_chart import HistoryChart
from chasqui.console.widgets.list_filter import ListFilter
from chasqui.console.widgets.sorted_table import SortedTable
from chasqui.console.widgets.text_block import Line, TextBlock
from chasqui.control.completing import TYPE_FIELDS
from chasqui.control.port import (
    ROWS,
    ChartQuery,
    ChartView,
    MetricsView,
    Page,
    Snapshot,
    TypeRow,
    ViewQuery,
    Window,
)

EXAMPLE = "plugin=demo paused"
FOLDED = 3  # as many types at rest are listed; more are folded into a row
SIDE_BY_SIDE = 36  # columns that a chart has at least


class MetricsPane(Pane):
    """Sentences, a line for each pool, a row for each type, charts, and the counts as a sum."""

    KIND = "metrics"
    BINDINGS = bindings_for("metrics", namespace="screen.")
    TITLE = "Metrics"

    _rows: tuple[TypeRow, ...] = ()
    _shown: Snapshot | None = None
    _idle = 0
    _several = False
    _unfolded = False

    def __init__(self, digit: int, glyphs: Glyphs) -> None:
        super().__init__(digit, glyphs)
        self.past = Past()
        self.filter: ListFilter = ListFilter(TYPE_FIELDS, EXAMPLE)

    def compose(self) -> ComposeResult:
        """Make the sentences, the pools, the table, the charts and the numbers."""
        yield TextBlock(id="said")
        yield TextBlock(id="pools")
        yield self.filter
        yield SortedTable(COLUMNS, id="types-table", rest=IDLE_KEY)
        with Horizontal(id="charts"):
            yield HistoryChart(Plot("ended"), id="chart-ended")
            yield HistoryChart(Plot("backlog"), id="chart-backlog")
            yield HistoryChart(Plot("busy workers"), id="chart-busy")
        yield TextBlock(id="spread")
        yield TextBlock(id="sums")

    @property
    def table(self) -> SortedTable:
        """The types."""
        return self.query_one(SortedTable)

    # What is asked for

    def ask(self, query: ViewQuery) -> ViewQuery:
        """Add the rows to ask for to a query."""
        window = self.table.window
        if self._folds:  # a row of the table stands for the types at rest
            first = max(0, window.offset - 1)
            window = Window(offset=first, limit=min(window.limit + 1, ROWS))
        room = max(1, self.query_one("#chart-ended", HistoryChart).room)
        charts = ChartQuery(seconds=self.past.seconds, values=min(room, 1440))
        of = self.filter.text
        return msgspec.structs.replace(
            query, types=window, types_of=of, metrics=True, charts=charts
        )

    def show(self, snapshot: Snapshot) -> None:
        """Show the metrics of a snapshot."""
        self._shown = snapshot
        if snapshot.type_page is not None:
            self.filter.show(snapshot.type_page)
            self._several = bool(snapshot.pools)
            self._show_types(snapshot.type_page, snapshot.idle_types)
        self.table.follow(snapshot.at)
        self._arrange()
        if snapshot.metrics is not None:
            self._show_charts(snapshot, snapshot.metrics)

    def tab(self, snapshot: Snapshot | None) -> str:
        """Return the title with the number of sentences about what is wrong."""
        if snapshot is None:
            return super().tab(None)
        breakers = (*snapshot.breakers, *snapshot.half_open)  # `wrong` leaves them out
        count = len(snapshot.wrong) + len(snapshot.problems) + len(breakers)
        return super().tab(snapshot) + f" {self.glyphs.warning}{count}" * bool(count)

    @property
    def rows_wanted(self) -> int:
        """All that it can get, for its charts."""
        return self.screen.size.height

    def on_resize(self) -> None:
        """Share the lines again."""
        self._arrange()

    # The types

    @property
    def _folds(self) -> bool:
        return self._idle > FOLDED and not self.filter.text

    def _show_types(self, page: Page[TypeRow], idle: int) -> None:
        self._idle = idle
        if self.is_on_fold and self.table.total == 1:
            self.table.selection.chosen = False  # with a single row there was nothing to choose
        self._rows = page.rows
        self.table.show_columns(of_pools(COLUMNS, self._several))
        busy = page.total - idle
        items: list[TypeRow | None] = list(page.rows)
        total, offset = page.total, page.offset
        if self._folds:
            total = page.total + 1 if self._unfolded else busy + 1
            at = busy - page.offset
            if 0 <= at <= len(items):
                items.insert(at, None)
            elif at < 0:
                offset += 1  # the row of the fold is above
            items = items[: max(0, total - offset)]
        rows = Rows(items, _key_of, self._row_of)
        self.table.set_rows(rows, offset=offset, total=total)
        none = ("There are no task types.", "`chasqui-tui plugins` says why")
        if self.filter.text:
            none = ("No task type matches the filter.", self.clears)
        self.table.explain_empty(*none)

    def _row_of(self, item: TypeRow | None) -> TableRow:
        if item is None:
            return idle_row(self._idle, self._idle_does)
        return type_row(item, self.glyphs)

    @property
    def _idle_does(self) -> str:
        return idle_does(self._unfolded, self.keys.named("type.open"))

    @property
    def is_on_fold(self) -> bool:
        """Whether the row of the types at rest is selected."""
        selected = self.table.selected
        return selected is not None and selected.key == IDLE_KEY

    def fold(self) -> None:
        """List the types at rest, or fold them."""
        self._unfolded = not self._unfolded

    @property
    def selected_type(self) -> TypeRow | None:
        """The type under the cursor, or None when it is no longer in the list."""
        selected = self.table.selected
        key = selected.key if selected else None
        return next((row for row in self._rows if row.name == key), None)

    def labels(self, snapshot: Snapshot) -> Mapping[str, str]:
        """Name what the keys do to the selected type."""
        row = self.selected_type
        if row is None:
            opens = ("Fold" if self._unfolded else "Show") if self.is_on_fold else ""
            none = {"type.pause": "", "type.reset": "", "type.open": opens}
            return {**super().labels(snapshot), **none}
        return {
            **super().labels(snapshot),
            "type.limits": "Limits",
            "type.pause": "Resume type" if row.is_paused else "Pause type",
            "type.reset": "Reset breaker" if row.state in ("breaker open", "half open") else "",
        }

    def facts(self, snapshot: Snapshot) -> Sequence[Span]:
        """Describe the selected type."""
        if self.is_on_fold:
            return (
                Span(f"{self._idle:,} types without work for ten minutes"),
                Span(self._idle_does, "key"),
            )
        row = self.selected_type
        return self.gone("type") if row is None else type_facts(row, self.glyphs)

    # The charts

    def _show_charts(self, snapshot: Snapshot, metrics: MetricsView) -> None:
        past = metrics.charts or ChartView(
            ended=metrics.finished_per_second, backlog=metrics.backlog, running=metrics.busy
        )
        plots = {
            "#chart-ended": Plot("ended", past.ended, past.seconds, "/s", now=snapshot.rate),
            "#chart-backlog": Plot(
                "backlog",
                past.backlog,
                past.seconds,
                capacity=snapshot.queue_size,
                now=snapshot.counts.queued,
            ),
            "#chart-busy": Plot(
                "busy workers",
                past.running,
                past.seconds,
                capacity=snapshot.workers,
                now=busy_now(past.running, past.seconds, snapshot.busy),
            ),
        }
        for id, plot in plots.items():
            self.query_one(id, HistoryChart).show(plot)

    # The lines

    def _arrange(self) -> None:
        """Give each part the lines that it needs, and show what changes there."""
        snapshot, size = self._shown, self.size
        if snapshot is None or not size.height:
            return
        sentences = tuple(said(snapshot, self.size.width - 4, self.glyphs))
        pools = tuple(pool_lines(pools_of(snapshot), self.glyphs))
        shares = heights(
            size.height - self.filter.outer_size.height,
            said=len(sentences),
            pools=len(pools),
            types=self.table.total,
            balanced=snapshot.counts.balanced,
        )
        self._show_block("#said", sentences, shares.said)
        self._show_block("#pools", pools, shares.pools)
        self._show_block("#spread", spread(snapshot, self.glyphs), shares.spread)
        self._show_block("#sums", sums(snapshot, self.glyphs), shares.sums)
        charts = self.query_one("#charts")
        _set_height(charts, shares.charts)
        fits = max(1, size.width // SIDE_BY_SIDE)
        for number, chart in enumerate(charts.query(HistoryChart)):
            if chart.display != (number < fits):
                chart.display = number < fits

    def _show_block(self, id: str, lines: tuple[Line, ...], height: int) -> None:
        block = self.query_one(id, TextBlock)
        _set_height(block, height)
        block.show(lines[:height])


def _key_of(item: TypeRow | None) -> Hashable:
    return IDLE_KEY if item is None else item.name


def _set_height(widget: Widget, lines: int) -> None:
    """Give a widget so many lines; a layout costs, so the same again is left."""
    height = widget.styles.height
    if height is None or height.value != lines:
        widget.styles.height = lines
        widget.display = lines > 0
