"""The lines of the metrics pane: what is wrong, how long tasks wait and run, and the sums."""

from __future__ import annotations

from collections.abc import Iterator

from chasqui.console.model.format import Glyphs, integer, plain
from chasqui.console.model.line import Span, wrapped
from chasqui.console.model.metrics_layout import SAID
from chasqui.console.model.summary import conservation_sentence, terms
from chasqui.control.port import ENDED, OPEN, LatencyView, Snapshot
from chasqui.control.safe_text import SafeText
from chasqui.durations import duration

IDLE = {
    "new": "the engine has not started",
    "paused": "paused: no task starts until the engine is resumed",
    "stopping": "stopping: running tasks may finish",
    "stopped": "stopped",
}
"""Shown instead of a diagnosis, which an engine in these states does not have."""
NARROWEST = 20

Line = tuple[Span, ...]


def said(snapshot: Snapshot, width: int, glyphs: Glyphs) -> Iterator[Line]:
    """Say what is wrong, in sentences that are never cut, as many as fit."""
    found = snapshot.metrics.findings if snapshot.metrics else ()
    sentences: tuple[SafeText, ...] = (*found, *snapshot.problems)
    if not sentences:
        idle, well = IDLE.get(snapshot.state), f"{glyphs.check} nothing to report"
        yield (Span(idle, "dim") if idle else Span(well, "ok"),)
        return
    room = SAID
    for number, sentence in enumerate(sentences):
        lines = wrapped(plain(sentence, glyphs), max(NARROWEST, width) - 2)
        left = len(sentences) - number
        if len(lines) + (left > 1) > room:
            yield (Span(f"{glyphs.warning} {left} more to report: see ? Help", "warn"),)
            return
        for at, line in enumerate(lines):
            mark = " " if at else glyphs.warning
            yield (Span(f"{mark} {line}", "warn"),)
        room -= len(lines)


def spread(snapshot: Snapshot, glyphs: Glyphs) -> tuple[Line, ...]:
    """Say how long tasks have waited and run, over the life of the engine."""
    metrics = snapshot.metrics
    return (
        _latency("wait", metrics.wait if metrics else snapshot.wait, glyphs),
        _latency("run", metrics.run if metrics else snapshot.run, glyphs),
    )


def sums(snapshot: Snapshot, glyphs: Glyphs) -> tuple[Line, ...]:
    """Show the counts as a sum."""
    counts = snapshot.counts
    rejected = Span(f"rejected {integer(counts.rejected)}", "warn" * bool(counts.rejected))
    return (
        (conservation_sentence(counts, glyphs), rejected),
        (Span("  = " + terms(counts, *OPEN)),),
        (Span("  + " + terms(counts, *ENDED)),),
    )


def _latency(name: str, latency: LatencyView, glyphs: Glyphs) -> Line:
    spans = [Span(f"{name:4}", "title")]
    values = {"p50": latency.p50, "p95": latency.p95, "p99": latency.p99, "max": latency.max}
    for title, seconds in values.items():
        text = plain(duration(seconds), glyphs) if latency.count else glyphs.dash
        spans.append(Span(f"{title} {text:<6}"))
    return (*spans, Span(f"of {integer(latency.count)}", "dim", priority=3))
