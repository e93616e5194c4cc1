"""Turning a reading and the engine's past into what the metrics pane shows."""

from __future__ import annotations

import math
from collections.abc import Iterable

from chasqui.control import views
from chasqui.control.port import MetricsView
from chasqui.control.safe_text import SafeText, safe_line
from chasqui.engine.diagnosis import diagnose
from chasqui.engine.engine import Engine
from chasqui.engine.reading import Reading

SECONDS = 300  # of the past that charts show
SENTENCE = 500  # characters


class MetricViews:
    """The metrics of one engine.

    What is concluded is concluded once a second: the past that it rests on has no finer steps, and
    of twenty types it takes three milliseconds.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._second = -1
        self._findings: tuple[SafeText, ...] = ()

    def view(self, reading: Reading) -> MetricsView:
        """View distributions, short histories, and what is to be concluded."""
        past = self._engine.history(rows=SECONDS).columns
        ended = zip(
            past.get("completed", ()),
            past.get("failed", ()),
            past.get("cancelled", ()),
            strict=True,
        )
        return MetricsView(
            wait=views.latency(reading.wait),
            run=views.latency(reading.run),
            finished_per_second=_numbers(sum(one) for one in ended),
            backlog=_numbers(past.get("queued", ())),
            busy=_numbers(past.get("running", ())),
            findings=self._concluded(reading),
        )

    def _concluded(self, reading: Reading) -> tuple[SafeText, ...]:
        second = int(self._engine.clock.monotonic())
        if second != self._second:
            self._second = second
            self._findings = tuple(safe_line(one.text, SENTENCE) for one in diagnose(reading))
        return self._findings


def _numbers(values: Iterable[float]) -> tuple[float, ...]:
    """Draw a second in which nobody looked, since the machine slept, as one without work."""
    return tuple(0.0 if math.isnan(value) else value for value in values)
