"""The page of a task: what happened first, then where, then the rest.

An error comes first, with the innermost frame of the user's own code. The facts are a few lines;
then come the live stack of a running task and the result of a completed one.
"""

from __future__ import annotations

from collections.abc import Iterator

from chasqui.console.model.facts import LABEL, fact_lines
from chasqui.console.model.format import ROLES, Glyphs, state_text
from chasqui.console.model.keymap import Keymap
from chasqui.console.model.line import Span
from chasqui.console.model.stack import has_libraries, raised_at, stack_lines, trace_lines
from chasqui.console.model.task_log import clock, tail_lines
from chasqui.console.model.text import Styled, Text
from chasqui.console.model.workers import use_text
from chasqui.control.port import FrameView, StackView, TaskDetail, WorkerRow
from chasqui.durations import age, duration


def headline(detail: TaskDetail, now: float, glyphs: Glyphs, *, is_log: bool = False) -> str:
    """Say which task it is, how it stands, and whether its log is shown."""
    name = f"Task {detail.number}  {detail.type}" + "  log" * is_log
    said = f"{name}  {state_text(detail.state, glyphs)}"
    if detail.finished is not None:
        said += f" {age(max(0.0, now - detail.finished))} ago"
    elif detail.started is not None and detail.state == "running":
        said += f" for {age(max(0.0, now - detail.started))}"
    return f"{said}, attempt {detail.attempts}" if detail.attempts > 1 else said


def detail_lines(
    detail: TaskDetail,
    now: float,
    glyphs: Glyphs,
    keys: Keymap,
    stack: StackView | None = None,
    *,
    unfolded: bool = False,
) -> tuple[Text, ...]:
    """Return all that is known of a task; ``stack`` is where it runs now."""
    frames = keys.named("detail.frames")
    return (
        *_error(detail),
        *fact_lines(detail, now, glyphs),
        *(stack_lines(stack, frames, unfolded=unfolded) if stack else ()),
        *_result(detail),
        *_params(detail),
        *_earlier(detail),
        *_deeds(detail),
        *tail_lines(detail, keys.named("detail.log")),
        *_traceback(detail, frames, unfolded=unfolded),
    )


def folds(detail: TaskDetail, stack: StackView | None) -> bool:
    """Tell whether the page has frames of libraries, to be folded or not."""
    frames: list[FrameView] = [*stack.frames[1:]] if stack else []
    for trace in detail.traces:
        frames.extend(trace.frames)
    return has_libraries(frames)


def worker_lines(worker: WorkerRow, now: float, glyphs: Glyphs) -> tuple[Span, ...]:
    """Return all facts about a worker."""
    state = f"{state_text(worker.state, glyphs)} for {age(now - worker.since)}"
    lines = [Span(_fact("state", state), ROLES.get(worker.state, ""))]
    if worker.pool:
        lines.append(Span(_fact("pool", worker.pool)))
    if worker.task is not None:
        lines.append(Span(_fact("task", f"{worker.task} {worker.type}")))
    if worker.pid is not None:
        lines.append(Span(_fact("process", use_text(worker))))
    failed = f", {worker.failed:,} of them failed" if worker.failed else ""
    lines.append(
        Span(_fact("has ended", f"{worker.done:,} task{'s' * (worker.done != 1)}{failed}"))
    )
    return tuple(lines)


def _error(detail: TaskDetail) -> Iterator[Text]:
    if detail.error is None:
        return
    for line in detail.error.split("\n"):
        yield Span(line, "error", hang=2)
    if detail.traces:
        yield from raised_at(detail.traces[0])
    yield Span("")


def _result(detail: TaskDetail) -> Iterator[Text]:
    if detail.result is not None:
        yield from _header("result")
        for line in detail.result.split("\n"):
            yield Span(f"  {line}", hang=4)


def _params(detail: TaskDetail) -> Iterator[Text]:
    if not detail.params:
        return
    yield from _header("parameters")
    for name, value in detail.params:
        if name:
            yield Styled((Span(f"  {name} = ", "dim"), Span(value)), 4)
        else:
            yield Span(f"  {value}", hang=4)


def _earlier(detail: TaskDetail) -> Iterator[Text]:
    if not detail.earlier:
        return
    yield from _header("earlier attempts")
    for attempt in detail.earlier:
        ran = duration(attempt.finished - attempt.started)
        head = f"  {attempt.number}  {clock(attempt.started)} on {attempt.worker}, ran {ran}: "
        yield Styled((Span(head, "dim"), Span(attempt.error, "error")), 5)


def _deeds(detail: TaskDetail) -> Iterator[Text]:
    if detail.deeds:
        yield from _header("done by hand")
    for deed in detail.deeds:
        by = f", by {deed.by}" if deed.by else ""
        yield Styled((Span(f"  {clock(deed.at)}  ", "dim"), Span(f"{deed.what}{by}")), 12)


def _traceback(detail: TaskDetail, key: str, *, unfolded: bool) -> Iterator[Text]:
    if (
        len(detail.traces) == 1
        and len(detail.traces[0].frames) == 1
        and detail.traces[0].frames[0].own
    ):
        return  # the frame below the error is all of it
    if detail.traces:
        yield from _header("traceback, innermost first")
        yield from trace_lines(detail.traces, key, unfolded=unfolded)
    elif detail.traceback is not None:
        yield from _header("traceback")
        for line in detail.traceback.rstrip("\n").split("\n"):
            yield Span(f"  {line}")


def _header(title: str) -> Iterator[Text]:
    yield Span("")
    yield Span(title, "header")


def _fact(name: str, value: str) -> str:
    return f"{name:{LABEL}}{value}"
