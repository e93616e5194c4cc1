"""Turning a reading and the engine's past into what the metrics pane shows."""

from __future__ import annotations

import math
from collections.abc import Iterable

from chasqui.control import views
from chasqui.control.port import MetricsView
from chasqui.control.safe_text import SafeText, safe_line
from chasqui.durations import age
from chasqui.engine.engine import BaseEngine
from chasqui.engine.metrics.diagnosis import Finding, diagnose
from chasqui.engine.metrics.reading import Reading
from chasqui.pool.states import ENDED

SECONDS = 300  # of the past that charts show
SENTENCE = 500  # characters
SHORT = 40


class MetricViews:
    """The metrics of one engine.

    What is concluded is concluded once a second: the past that it rests on has no finer steps, and
    of twenty types it takes three milliseconds.
    """

    def __init__(self, engine: BaseEngine) -> None:
        self._engine = engine
        self._second = -1
        self._findings: tuple[Finding, ...] = ()

    def view(self, reading: Reading) -> MetricsView:
        """View distributions, short histories, and what is to be concluded."""
        past = self._engine.history(rows=SECONDS).columns
        ended = zip(*(past.get(state, ()) for state in ENDED), strict=True)
        return MetricsView(
            wait=views.latency(reading.wait),
            run=views.latency(reading.run),
            finished_per_second=_numbers(sum(one) for one in ended),
            backlog=_numbers(past.get("queued", ())),
            busy=_numbers(past.get("running", ())),
            findings=tuple(safe_line(one.text, SENTENCE) for one in self._concluded(reading)),
        )

    def wrong(self, reading: Reading) -> tuple[SafeText, ...]:
        """Say in a few words each what is wrong; open breakers are named elsewhere."""
        found = [one for one in self._concluded(reading) if one.kind != "breaker"]
        return tuple(safe_line(in_short(one), SHORT) for one in found)

    def _concluded(self, reading: Reading) -> tuple[Finding, ...]:
        second = int(self._engine.clock.monotonic())
        if second != self._second:
            self._second = second
            self._findings = diagnose(reading)
        return self._findings


def in_short(finding: Finding) -> str:
    """Name a finding where there is no room for its sentence."""
    numbers = finding.numbers
    match finding.kind:
        case "saturated":
            return f"saturated {age(numbers['pool.full_for'])}"
        case "producers":
            return f"producers blocked {age(numbers['pool.blocked_for'])}"
        case "unheeded":
            return f"task {numbers['task.number']} does not stop"
        case "schedule":
            return f"{finding.schedule} left out"
        case "hog" | "slower":
            return f"{finding.type} {'takes all' if finding.kind == 'hog' else 'is slower'}"
        case "workers":
            return f"{numbers['pool.workers_needed']} workers needed"
        case "gil":
            return "workers wait for the GIL"
    return "not measured" if finding.kind == "unmetered" else finding.kind


def _numbers(values: Iterable[float]) -> tuple[float, ...]:
    """Draw a second without a sample, since the machine slept, as one without work."""
    return tuple(0.0 if math.isnan(value) else value for value in values)
