"""The metrics: every count in one sum, waiting and run times, and three short histories."""

from __future__ import annotations

from collections.abc import Iterator

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical

from chasqui.console.model.format import duration, integer, plain
from chasqui.console.model.line import Span
from chasqui.console.model.summary import ENDED, WAITING, conservation_sentence, terms
from chasqui.console.panes.pane import Pane
from chasqui.console.widgets.history_chart import HistoryChart
from chasqui.console.widgets.text_block import Line, TextBlock
from chasqui.control.port import Latency, Snapshot

LATENCY_COLUMNS = ("count", "p50", "p95", "p99", "max")
MAX_PROBLEMS = 3


class Numbers(TextBlock, can_focus=True):
    """The numbers; it has the focus while the pane is in use."""

    def on_focus(self, event: events.Focus) -> None:
        """Nothing to draw: the border shows the focus."""


class MetricsPane(Pane):
    """Counts, distributions and charts."""

    KIND = "metrics"
    TITLE = "Metrics"

    def compose(self) -> ComposeResult:
        """Make the numbers and the charts."""
        yield Numbers(id="numbers")
        with Vertical(id="charts"):
            yield HistoryChart("throughput", "/s", id="chart-throughput")
            yield HistoryChart("backlog", id="chart-backlog")
            yield HistoryChart("busy workers", id="chart-busy")

    def show(self, snapshot: Snapshot) -> None:
        """Show the metrics of a snapshot."""
        numbers = self.query_one(Numbers)
        lines = tuple(self._lines(snapshot))
        if numbers.styles.height is None or numbers.styles.height.value != len(lines):
            numbers.styles.height = len(lines)  # changes only when a problem comes or goes
        numbers.show(lines)
        if snapshot.metrics is None:
            return
        charts = {
            "#chart-throughput": snapshot.metrics.finished_per_second,
            "#chart-backlog": snapshot.metrics.backlog,
            "#chart-busy": snapshot.metrics.busy,
        }
        for id, values in charts.items():
            self.query_one(id, HistoryChart).show(values)

    def _lines(self, snapshot: Snapshot) -> Iterator[Line]:
        counts = snapshot.counts
        yield (
            conservation_sentence(counts, self.glyphs),
            Span(f"rejected {integer(counts.rejected)}", "warn" * bool(counts.rejected)),
        )
        yield (Span("  = " + terms(counts, *WAITING)),)
        yield (Span("  + " + terms(counts, *ENDED)),)
        heading = "".join(f"{title:>10}" for title in LATENCY_COLUMNS)
        yield (Span(f"{'':6}{heading}", "header"),)
        metrics = snapshot.metrics
        yield self._latency("wait", metrics.wait if metrics else snapshot.wait)
        yield self._latency("run", metrics.run if metrics else snapshot.run)
        for problem in snapshot.problems[:MAX_PROBLEMS]:
            yield (Span(f"{self.glyphs.warning} {plain(problem, self.glyphs)}", "warn"),)
        if len(snapshot.problems) > MAX_PROBLEMS:
            more = len(snapshot.problems) - MAX_PROBLEMS
            yield (Span(f"{self.glyphs.warning} and {more} more, see ? Help", "warn"),)

    def _latency(self, name: str, latency: Latency) -> Line:
        values = [integer(latency.count)]
        if latency.count:
            times = (latency.p50, latency.p95, latency.p99, latency.max)
            values.extend(plain(duration(seconds), self.glyphs) for seconds in times)
        else:
            values.extend([self.glyphs.dash] * 4)
        return (Span(f"{name:6}" + "".join(f"{value:>10}" for value in values)),)
