"""Turning a reading and the engine's past into what the metrics pane shows."""

from __future__ import annotations

import math
from collections.abc import Iterable

import msgspec

from chasqui.control import views
from chasqui.control.charts import charts
from chasqui.control.port import ChartQuery, ChartView, MetricsView, PoolRow
from chasqui.control.safe_text import SafeText, safe_line
from chasqui.durations import largest_unit
from chasqui.engine.engine import BaseEngine
from chasqui.engine.metrics.diagnosis import Finding, diagnose
from chasqui.engine.metrics.reading import Reading
from chasqui.pool.states import ENDED

SECONDS = 300  # of the past that charts show
SENTENCE = 500  # characters
SHORT = 40
KEPT = 32  # charts of a second


class MetricViews:
    """The metrics of one engine.

    The diagnosis is made once a second: the past that it rests on has no finer steps, and for
    twenty types it takes three milliseconds.
    """

    def __init__(self, engine: BaseEngine) -> None:
        self._engine = engine
        # The second it was concluded in, and what. Replaced whole, so that any thread may read it.
        self._last: tuple[int, tuple[Finding, ...]] = (-1, ())
        # The charts of this second, by what was asked for; several consoles may ask differently.
        self._charts: tuple[int, dict[ChartQuery, ChartView]] = (-1, {})

    def view(
        self, reading: Reading, pools: tuple[PoolRow, ...] = (), query: ChartQuery | None = None
    ) -> MetricsView:
        """View distributions, the past, and findings."""
        view = MetricsView(
            wait=views.latency(reading.wait),
            run=views.latency(reading.run),
            findings=tuple(
                safe_line(finding.text, SENTENCE) for finding in self._diagnosed(reading)
            ),
            pools=pools,
        )
        if query is not None:
            return msgspec.structs.replace(view, charts=self.charts(query))
        past = self._engine.history(rows=SECONDS).columns
        ended = zip(*(past.get(state, ()) for state in ENDED), strict=True)
        return msgspec.structs.replace(
            view,
            finished_per_second=_numbers(sum(one) for one in ended),
            backlog=_numbers(past.get("queued", ())),
            busy=_numbers(past.get("running", ())),
        )

    def charts(self, query: ChartQuery) -> ChartView:
        """View the past of the engine or a type; the same for a whole second."""
        second = int(self._engine.clock.monotonic())
        at, known = self._charts
        if second != at or len(known) >= KEPT:
            known = {}
            self._charts = (second, known)
        found = known.get(query)
        if found is None:
            found = known[query] = charts(self._engine, query)
        return found

    def wrong(self, reading: Reading) -> tuple[SafeText, ...]:
        """Say what is wrong, in a few words for each finding; open breakers are shown elsewhere."""
        found = [finding for finding in self._diagnosed(reading) if finding.kind != "breaker"]
        return tuple(safe_line(in_short(one), SHORT) for one in found)

    def _diagnosed(self, reading: Reading) -> tuple[Finding, ...]:
        second = int(self._engine.clock.monotonic())
        at, findings = self._last
        if second != at:
            findings = diagnose(reading)
            self._last = (second, findings)
        return findings


def in_short(finding: Finding) -> str:
    """Return a finding in a few words, where its sentence has no room."""
    numbers = finding.numbers
    match finding.kind:
        case "saturated":
            return f"saturated {largest_unit(numbers['pool.full_for'])}"
        case "producers":
            return f"producers blocked {largest_unit(numbers['pool.blocked_for'])}"
        case "behind":
            return f"full in {largest_unit(numbers['pool.full_in'])}"
        case "unstopped":
            return f"task {numbers['task.number']} does not stop"
        case "slow":
            return f"task {numbers['slow.number']} is slow"
        case "schedule":
            return f"{finding.schedule} left out"
        case "hog" | "slower":
            return f"{finding.type} {'takes all' if finding.kind == 'hog' else 'is slower'}"
        case "workers":
            return f"{numbers['pool.workers_needed']} workers needed"
        case "lost":
            short = numbers["pool.shortage.missing"]
            return f"{short:,} worker{'s' * (short != 1)} missing"
        case "gil":
            return "workers wait for the GIL"
        case "journal":
            return "new tasks are refused"
        case "parked":
            return f"{numbers['parked.count']:,} {finding.type} parked"
        case "killed":
            return "the last run was killed"
    return "not measured" if finding.kind == "unmetered" else finding.kind


def _numbers(values: Iterable[float]) -> tuple[float, ...]:
    """Draw seconds without a sample, as after the machine slept, as seconds without work."""
    return tuple(0.0 if math.isnan(value) else value for value in values)
