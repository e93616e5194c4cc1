"""A task in words: facts, parameters, result, error and traceback, as lines to read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import msgspec

from chasqui.console.model.format import ROLES, Glyphs, progress_text, state_text
from chasqui.console.model.line import Span
from chasqui.console.model.stack import stack_lines
from chasqui.control.port import LogLineView, StackView, TaskDetail, WorkerRow
from chasqui.durations import age, duration

LABEL = 10  # cells of the column of names
LOG_TAIL = 8  # lines of the log at the end of the detail
LOG_KEPT = 10_000  # lines of a log that the console keeps; the oldest are dropped first
LEVEL_ROLES = {"debug": "dim", "warning": "warn", "error": "error", "critical": "error"}


def joined(known: TaskDetail | None, new: TaskDetail) -> TaskDetail:
    """Return an answer with its log appended to that of the answers before.

    The engine drops the oldest lines first: if it has dropped some since, all before are gone.
    """
    if known is None:
        return new
    log, dropped = known.log + new.log, known.log_dropped
    if new.log_dropped:
        log, dropped = new.log, dropped + len(known.log) + new.log_dropped
    over = max(0, len(log) - LOG_KEPT)
    return msgspec.structs.replace(new, log=log[over:], log_dropped=dropped + over)


def detail_lines(
    detail: TaskDetail,
    now: float,
    glyphs: Glyphs,
    stack: StackView | None = None,
    *,
    unfolded: bool = False,
) -> tuple[Span, ...]:
    """Return all facts about a task, errors first; ``stack`` is where it runs now."""
    return (
        *_facts(detail, now, glyphs),
        *(stack_lines(stack, unfolded=unfolded) if stack else ()),
        *_block("error", detail.error, "error"),
        *_earlier(detail),
        *_params(detail),
        *_log_tail(detail),
        *_block("result", detail.result, ""),
        *_block("traceback", detail.traceback, ""),
    )


def worker_lines(worker: WorkerRow, now: float, glyphs: Glyphs) -> tuple[Span, ...]:
    """Return all facts about a worker."""
    state = f"{state_text(worker.state, glyphs)} for {age(now - worker.since)}"
    lines = [Span(_fact("state", state), ROLES.get(worker.state, ""))]
    if worker.pool:
        lines.append(Span(_fact("pool", worker.pool)))
    if worker.task is not None:
        lines.append(Span(_fact("task", f"{worker.task} {worker.type}")))
    failed = f", {worker.failed:,} of them failed" if worker.failed else ""
    lines.append(Span(_fact("has ended", f"{worker.done:,} tasks{failed}")))
    return tuple(lines)


def log_lines(detail: TaskDetail) -> tuple[Span, ...]:
    """Return what is kept of a task's log, or why there is none."""
    if not detail.log and not detail.log_dropped:
        return (Span("this task has logged nothing" + _so_far(detail), "dim"),)
    return (*_dropped(detail), *(_log_line(line) for line in detail.log))


def _facts(detail: TaskDetail, now: float, glyphs: Glyphs) -> Iterator[Span]:
    yield Span(_fact("state", state_text(detail.state, glyphs)), ROLES.get(detail.state, ""))
    if detail.plugin:
        yield Span(_fact("plugin", detail.plugin))
    if detail.worker:
        yield Span(_fact("worker", detail.worker))
    yield Span(_fact("priority", f"{detail.priority}, attempts {detail.attempts}"))
    if detail.created is not None:
        since = age(now - detail.created)
        yield Span(_fact("accepted", f"{_clock(detail.created)}, {since} ago"))
    if detail.due is not None:
        yield Span(_fact("due", f"{_clock(detail.due)}, in {age(detail.due - now)}"), "warn")
    if detail.pool:
        yield Span(_fact("pool", detail.pool))
    if detail.reason:
        yield Span(_fact("held", f"it may not start now: {detail.reason}"), "warn")
    if detail.key is not None:
        often = f", {detail.submissions} submissions" if detail.submissions > 1 else ""
        yield Span(_fact("key", f"{detail.key}{often}"))
    if detail.created is not None and detail.started is not None:
        waited = duration(detail.started - detail.created)
        yield Span(_fact("started", f"{_clock(detail.started)}, after waiting {waited}"))
    if detail.finished is not None:
        ran = ""
        if detail.started is not None:
            ran = f", after running {duration(detail.finished - detail.started)}"
        yield Span(_fact("ended", f"{_clock(detail.finished)}{ran}"))
    elif detail.started is not None:
        yield Span(_fact("running", f"for {age(now - detail.started)}"))
    if detail.progress is not None:
        yield Span(_fact("progress", progress_text(detail.progress)), "active")


def _earlier(detail: TaskDetail) -> Iterator[Span]:
    if not detail.earlier:
        return
    yield Span("")
    yield Span("earlier attempts", "header")
    for attempt in detail.earlier:
        ran = duration(attempt.finished - attempt.started)
        where = f"{_clock(attempt.started)} on {attempt.worker}, ran {ran}"
        yield Span(f"  {attempt.number}  {where}: {attempt.error}", "error")


def _params(detail: TaskDetail) -> Iterator[Span]:
    if not detail.params:
        return
    yield Span("")
    yield Span("parameters", "header")
    for name, value in detail.params:
        yield Span(f"  {name} = {value}" if name else f"  {value}")


def _log_tail(detail: TaskDetail) -> Iterator[Span]:
    if not detail.log:
        return
    count = len(detail.log) + detail.log_dropped
    more = f", the last {LOG_TAIL} of {count:,}; l shows the log" if count > LOG_TAIL else ""
    yield Span("")
    yield Span(f"log{more}", "header")
    for line in detail.log[-LOG_TAIL:]:
        one = _log_line(line)
        yield Span(f"  {one.text}", one.role)


def _log_line(line: LogLineView) -> Span:
    return Span(f"{_clock(line.at)} {line.level:7} {line.text}", LEVEL_ROLES.get(line.level, ""))


def _dropped(detail: TaskDetail) -> Iterator[Span]:
    if detail.log_dropped:
        yield Span(f"{detail.log_dropped:,} earlier lines are not kept", "warn")


def _so_far(detail: TaskDetail) -> str:
    return "" if detail.finished is not None else " so far"


def _block(title: str, text: str | None, role: str) -> Iterator[Span]:
    if text is None:
        return
    yield Span("")
    yield Span(title, "header")
    for line in text.split("\n"):
        yield Span(f"  {line}", role)


def _fact(name: str, value: str) -> str:
    return f"{name:{LABEL}}{value}"


def _clock(at: float) -> str:
    return datetime.fromtimestamp(at).astimezone().strftime("%H:%M:%S")
