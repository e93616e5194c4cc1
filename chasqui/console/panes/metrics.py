"""The metrics: the counts as a sum, each task type, findings, and charts of the past."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import msgspec
from textual.app import ComposeResult
from textual.containers import Vertical

from chasqui.console.actions import bindings_for
from chasqui.console.model.columns import Rows
from chasqui.console.model.format import integer, plain
from chasqui.console.model.line import Span, wrapped
from chasqui.console.model.summary import conservation_sentence, terms
from chasqui.console.model.types import COLUMNS, pool_lines, type_facts, type_row
from chasqui.console.panes.pane import Pane
from chasqui.console.widgets.history_chart import HistoryChart
from chasqui.console.widgets.snap_table import SnapTable
from chasqui.console.widgets.text_block import Line, TextBlock
from chasqui.control.port import ENDED, OPEN, LatencyView, Snapshot, TypeRow, ViewQuery
from chasqui.control.safe_text import SafeText
from chasqui.durations import duration

LATENCY_COLUMNS = ("count", "p50", "p95", "p99", "max")
IDLE = {
    "new": "the engine has not started",
    "paused": "paused: no task starts until the engine is resumed",
    "stopping": "stopping: running tasks may finish",
    "stopped": "stopped",
}
"""Shown instead of a diagnosis, which an engine in these states does not have."""
MAX_SAID = 6  # lines; they take room from the charts, not from the table


class MetricsPane(Pane):
    """Counts and distributions, a row for each type, sentences, and charts."""

    KIND = "metrics"
    BINDINGS = bindings_for("metrics", namespace="screen.")
    TITLE = "Metrics"

    _rows: tuple[TypeRow, ...] = ()
    _shown: Snapshot | None = None

    def compose(self) -> ComposeResult:
        """Make the numbers, the table, the sentences and the charts."""
        yield TextBlock(id="numbers")
        yield SnapTable(COLUMNS, id="types-table")
        yield TextBlock(id="said")
        with Vertical(id="charts"):
            yield HistoryChart("throughput", "/s", id="chart-throughput")
            yield HistoryChart("backlog", id="chart-backlog")
            yield HistoryChart("busy workers", id="chart-busy")

    def ask(self, query: ViewQuery) -> ViewQuery:
        """Add the rows to ask for to a query."""
        return msgspec.structs.replace(query, types=self.table.window, metrics=True)

    def show(self, snapshot: Snapshot) -> None:
        """Show the metrics of a snapshot."""
        self._show_block("#numbers", tuple(self._numbers(snapshot)))
        self._shown = snapshot
        self._show_said()
        page = snapshot.type_page
        if page is not None:
            self._rows = page.rows
            rows = Rows(page.rows, lambda row: row.name, lambda row: type_row(row, self.glyphs))
            self.table.set_rows(rows, offset=page.offset, total=page.total)
            self.table.explain_empty("There are no task types.", "`chasqui-tui plugins` says why")
        if snapshot.metrics is None:
            return
        charts = {
            "#chart-throughput": snapshot.metrics.finished_per_second,
            "#chart-backlog": snapshot.metrics.backlog,
            "#chart-busy": snapshot.metrics.busy,
        }
        for id, values in charts.items():
            self.query_one(id, HistoryChart).show(values)

    def on_resize(self) -> None:
        """Wrap the sentences again."""
        self._show_said()

    def labels(self, snapshot: Snapshot) -> Mapping[str, str]:
        """Name what the keys do to the selected type."""
        row = self.selected_type
        if row is None:
            return {**super().labels(snapshot), "type.pause": "", "type.reset": ""}
        return {
            **super().labels(snapshot),
            "type.pause": "Resume type" if row.is_paused else "Pause type",
            "type.reset": "Reset breaker" if row.state in ("breaker open", "half open") else "",
        }

    @property
    def selected_type(self) -> TypeRow | None:
        """The type under the cursor, or None when it is no longer in the list."""
        selected = self.table.selected
        key = selected.key if selected else None
        return next((row for row in self._rows if row.name == key), None)

    def facts(self, snapshot: Snapshot) -> Sequence[Span]:
        """Describe the selected type."""
        row = self.selected_type
        return self.gone("type") if row is None else type_facts(row, self.glyphs)

    def _show_said(self) -> None:
        if self._shown is not None:
            self._show_block("#said", tuple(self._said(self._shown)))

    def _show_block(self, id: str, lines: tuple[Line, ...]) -> None:
        block = self.query_one(id, TextBlock)
        if block.styles.height is None or block.styles.height.value != len(lines):
            block.styles.height = len(lines)  # changes only when a sentence comes or goes
        block.show(lines)

    def _numbers(self, snapshot: Snapshot) -> Iterator[Line]:
        counts = snapshot.counts
        yield (
            conservation_sentence(counts, self.glyphs),
            Span(f"rejected {integer(counts.rejected)}", "warn" * bool(counts.rejected)),
        )
        yield (Span("  = " + terms(counts, *OPEN)),)
        yield (Span("  + " + terms(counts, *ENDED)),)
        heading = "".join(f"{title:>10}" for title in LATENCY_COLUMNS)
        yield (Span(f"{'':6}{heading}", "header"),)
        metrics = snapshot.metrics
        yield self._latency("wait", metrics.wait if metrics else snapshot.wait)
        yield self._latency("run", metrics.run if metrics else snapshot.run)
        yield from pool_lines(snapshot.pools, self.glyphs)

    def _said(self, snapshot: Snapshot) -> Iterator[Line]:
        """Say what is wrong, in sentences that are never cut, as many as fit."""
        found = snapshot.metrics.findings if snapshot.metrics else ()
        sentences: tuple[SafeText, ...] = (*found, *snapshot.problems)
        if not sentences:
            idle, well = IDLE.get(snapshot.state), f"{self.glyphs.check} nothing to report"
            yield (Span(idle, "dim") if idle else Span(well, "ok"),)
            return
        width = max(20, self.size.width - 4)
        room = MAX_SAID
        for number, sentence in enumerate(sentences):
            lines = wrapped(plain(sentence, self.glyphs), width - 2)
            left = len(sentences) - number
            if len(lines) + (left > 1) > room:
                yield (Span(f"{self.glyphs.warning} {left} more to report: see ? Help", "warn"),)
                return
            for at, line in enumerate(lines):
                mark = " " if at else self.glyphs.warning
                yield (Span(f"{mark} {line}", "warn"),)
            room -= len(lines)

    def _latency(self, name: str, latency: LatencyView) -> Line:
        values = [integer(latency.count)]
        if latency.count:
            times = (latency.p50, latency.p95, latency.p99, latency.max)
            values.extend(plain(duration(seconds), self.glyphs) for seconds in times)
        else:
            values.extend([self.glyphs.dash] * 4)
        return (Span(f"{name:6}" + "".join(f"{value:>10}" for value in values)),)
