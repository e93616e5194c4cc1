"""The status line: what is true of the whole engine, and whether its numbers add up."""

from __future__ import annotations

from collections.abc import Iterator

from chasqui.console.model.format import ROLES, Glyphs, integer, plain, rate
from chasqui.console.model.line import KEEP, Span
from chasqui.control.port import Counts, Snapshot
from chasqui.durations import age, duration

NAME_CAP = 20
WAITING = ("queued", "scheduled", "running")
ENDED = ("completed", "failed", "cancelled")


def conservation(counts: Counts, glyphs: Glyphs) -> Span:
    """Say that every accepted task is accounted for, or both sums that differ."""
    if counts.balanced:
        return Span(f"total {counts.accepted:,} {glyphs.check}", "ok")
    sums = f"accepted {counts.accepted:,} {glyphs.differs} accounted {counts.accounted:,}"
    return Span(f"{glyphs.cross} {sums}", "alarm")


def conservation_sentence(counts: Counts, glyphs: Glyphs) -> Span:
    """Say the same in the words of the metrics pane."""
    if counts.balanced:
        word, role, sign = "=", "ok", glyphs.check
    else:
        word, role, sign = glyphs.differs, "alarm", glyphs.cross
    sums = f"{sign} accepted {counts.accepted:,} {word} accounted {counts.accounted:,}"
    return Span(sums, role)


def status_spans(snapshot: Snapshot, glyphs: Glyphs) -> tuple[Span, ...]:
    """Return the status line of a snapshot, each part with its priority."""
    counts = snapshot.counts
    state = f"{glyphs.states.get(snapshot.state, '?')} {snapshot.state.upper()}"
    full = 0 < snapshot.queue_size <= counts.queued
    spans = [
        Span(plain(snapshot.name, glyphs, cap=NAME_CAP), "title", priority=7),
        Span(state, _state_role(snapshot.state), priority=KEEP),
        Span(f"{snapshot.busy:,}/{snapshot.workers:,} busy", priority=4),
        Span(f"backlog {counts.queued:,}" + (" FULL" if full else ""), "warn" * full, priority=3),
        _failed(counts.failed, glyphs),
        Span(rate(snapshot.rate), priority=5),
        Span(f"p95 {plain(duration(snapshot.run.p95), glyphs)}", priority=8),
        Span(f"up {age(snapshot.uptime)}", priority=9),
    ]
    if counts.scheduled:
        spans.insert(4, Span(f"scheduled {counts.scheduled:,}", "warn", priority=5))
    spans.extend(_held(snapshot, glyphs))
    if snapshot.problems:
        count = len(snapshot.problems)
        text = f"{glyphs.warning} {count} problem" + "s" * (count > 1)
        spans.append(Span(text, "warn", priority=6))
    spans.append(conservation(counts, glyphs))
    return tuple(spans)


def stale_spans(seconds: float, error: str, glyphs: Glyphs) -> tuple[Span, ...]:
    """Return what stands before the last known status when it can no longer be read."""
    return (
        Span(f"{glyphs.cross} STALE {age(seconds)}", "alarm"),
        Span(plain(error, glyphs, cap=40), "error", priority=1),
    )


def ended(snapshot: Snapshot) -> tuple[str, str] | None:
    """Say that nothing will be done here any more, and what to press; None while that is not so."""
    if snapshot.state == "stopping":
        return ("The engine is stopping.", "Q shows how far it is")
    return ("The engine has stopped.", "q leaves") if snapshot.state == "stopped" else None


def terms(counts: Counts, *names: str) -> str:
    """Return these counts as the terms of a sum."""
    return " + ".join(f"{name} {integer(getattr(counts, name))}" for name in names)


def _held(snapshot: Snapshot, glyphs: Glyphs) -> Iterator[Span]:
    """Name what an operator would else look for in vain: types that do not start."""
    breakers = (("open", "alarm", snapshot.breakers), ("half open", "warn", snapshot.half_open))
    for state, role, (first, *more) in [one for one in breakers if one[2]]:
        what = f"breaker {state} {_name(first, glyphs)}"
        if more:
            what = f"{1 + len(more)} breakers {state}"
        sign = glyphs.warning if state == "open" else glyphs.states[state]
        yield Span(f"{sign} {what}", role, priority=1)
    if snapshot.paused_types:
        first, *more = snapshot.paused_types
        what = f"{1 + len(more)} types paused" if more else f"paused {_name(first, glyphs)}"
        yield Span(what, "warn", priority=4)


def _name(name: str, glyphs: Glyphs) -> str:
    return plain(name, glyphs, cap=NAME_CAP)


def _failed(failed: int, glyphs: Glyphs) -> Span:
    if failed:
        return Span(f"failed {glyphs.cross} {failed:,}", "error", priority=2)
    return Span("failed 0", priority=2)


def _state_role(state: str) -> str:
    return "alarm" if state == "degraded" else ROLES.get(state, "")
