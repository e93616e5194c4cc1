"""What is known of a task, as facts: two to a line where they have room, the times as a line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from chasqui.console.model.format import Glyphs, progress_text
from chasqui.console.model.line import Span
from chasqui.console.model.task_log import clock
from chasqui.console.model.text import Pair, Styled
from chasqui.console.model.workers import MOST_MEMORY
from chasqui.control.port import FinishedRow, TaskDetail
from chasqui.durations import age, duration
from chasqui.sizes import size

LABEL = 10  # cells of the column of names
HANDLED: Final[Mapping[str, str]] = {"new": "not handled yet", "seen": "seen, not handled yet"}
"""The states of a failure that say nothing by themselves."""


def fact(name: str, value: str, role: str = "") -> Styled:
    """Return a fact; a long value goes on under its beginning."""
    return Styled((Span(f"{name:{LABEL}}", "dim"), Span(value, role)), LABEL)


def fact_lines(detail: TaskDetail, now: float, glyphs: Glyphs) -> Iterator[Styled | Pair]:
    """Yield the facts of a task."""
    if detail.progress is not None:
        yield fact("progress", progress_text(detail.progress), "active")
    if detail.due is not None:
        yield fact("due", f"{clock(detail.due)}, in {age(detail.due - now)}", "warn")
    if detail.reason:
        yield fact("held", f"it may not start now: {detail.reason}", "warn")
    if times := [*_times(detail, now)]:
        steps = (Span(f"{time} {glyphs.dot} ") for time in times[:-1])
        label = Span(f"{'times':{LABEL}}", "dim")
        yield Styled((label, *steps, Span(times[-1])), LABEL, is_whole=True)
    facts = [*_facts(detail)]
    for left, right in zip(facts[::2], facts[1::2], strict=False):
        yield Pair(left, right)
    if len(facts) % 2:
        yield facts[-1]


def _facts(detail: TaskDetail) -> Iterator[Styled]:
    if detail.plugin:
        yield fact("plugin", detail.plugin)
    if detail.pool:
        yield fact("pool", detail.pool)
    if detail.worker:
        yield fact("worker", detail.worker)
    if detail.priority:
        yield fact("priority", f"{detail.priority}")
    if detail.key is not None:
        often = f", {detail.submissions} submissions" if detail.submissions > 1 else ""
        yield fact("key", f"{detail.key}{often}")
    if used := used_text(detail):
        yield fact("used", used)
    if detail.failure:
        retried = "" if detail.retried_as is None else f" as task {detail.retried_as}"
        yield fact("failure", f"{HANDLED.get(detail.failure, detail.failure)}{retried}")


def used_text(task: TaskDetail | FinishedRow) -> str:
    """Say what a task has used, as far as that was measured."""
    peak = f"{size(min(task.peak_memory, MOST_MEMORY))} at most" if task.peak_memory > 0 else ""
    cpu = "" if task.cpu is None else f"{duration(task.cpu)} of CPU"
    return ", ".join(filter(None, (cpu, peak)))


def _times(detail: TaskDetail, now: float) -> Iterator[str]:
    """Yield when the task came to each state, and what it took to get there."""
    if detail.created is not None:
        yield f"accepted {clock(detail.created)}, {age(now - detail.created)} ago"
    if detail.started is not None:
        if detail.created is not None:
            yield f"waited {duration(detail.started - detail.created)}"
        yield f"started {clock(detail.started)}"
    if detail.finished is not None:
        if detail.started is not None:
            yield f"ran {duration(detail.finished - detail.started)}"
        yield f"{detail.state} {clock(detail.finished)}"
    elif detail.started is not None and detail.state == "running":
        yield f"runs for {age(now - detail.started)}"
