"""Frames in words: where the code is or where an error was raised, the user's own frames first.

Frames of libraries are folded to their number until all are asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from chasqui.console.model.line import Span
from chasqui.console.model.text import Styled
from chasqui.control.port import FrameView, StackView, TraceView
from chasqui.durations import age

CODE: Final = 6  # cells of the indent of code below its place
LEAST_SECONDS: Final = 1.0  # at one place, to be worth saying
PLACE: Final = 34  # cells of a file, a line and a function; longer ones push the code to the right
FOLLOWS: Final = {"cause": "caused by", "context": "raised while this was handled:"}


def stack_lines(stack: StackView, key: str, *, unfolded: bool) -> Iterator[Span | Styled]:
    """Yield the innermost frame, then those of the user's code; all of them when unfolded.

    Args:
        key: what unfolds them.
    """
    yield Span("")
    yield Span("stack", "header")
    if not stack.frames:
        yield Span("  it runs no Python code that can be seen", "dim")
        return
    first, *rest = stack.frames
    yield Span(f"  at {_place(first)}{_since(stack)}", "active", hang=4)
    if first.code:
        yield Span(f"     {first.code}", "dim", hang=7)
    yield from _frames(rest, unfolded=unfolded)
    if stack.is_cut:
        yield Span("  more frames are further out: the stack is too deep to show", "dim")
    yield from _folded(rest, key, unfolded=unfolded)


def raised_at(trace: TraceView) -> Iterator[Span | Styled]:
    """Yield the innermost frame of the user's code: where to look first."""
    frame = next((frame for frame in trace.frames if frame.own), None)
    if frame is not None:
        place = Span(f"  at {_place(frame)}", "active")
        yield _with_code(place, frame, "")


def trace_lines(
    traces: Sequence[TraceView], key: str, *, unfolded: bool
) -> Iterator[Span | Styled]:
    """Yield where each error of a chain was raised; the last error is named by the page itself."""
    for number, trace in enumerate(traces):
        if number:
            how = FOLLOWS.get(traces[number - 1].follows, "after")
            yield Span(f"{how} {trace.error}" if trace.error else how, "error", hang=2)
        yield from _frames(trace.frames, unfolded=unfolded)
        yield from _folded(trace.frames, key, unfolded=unfolded)


def has_libraries(detail: Sequence[FrameView]) -> bool:
    """Tell whether some frames are folded."""
    return any(not frame.own for frame in detail)


def _frames(frames: Sequence[FrameView], *, unfolded: bool) -> Iterator[Styled]:
    for frame in frames:
        if frame.own or unfolded:
            role = "" if frame.own else "dim"
            place = Span(f"  {_place(frame):{PLACE}}", role)
            yield Styled(
                (place, Span(f"  {frame.code}", "dim")) if frame.code else (place,), PLACE + 4
            )


def _with_code(place: Span, frame: FrameView, role: str) -> Styled:
    """Put the code behind its place, or below it where that leaves too little room."""
    if not frame.code:
        return Styled((place,), CODE)
    return Styled((place, Span(f"  {frame.code}", role)), CODE, is_whole=True)


def _folded(frames: Sequence[FrameView], key: str, *, unfolded: bool) -> Iterator[Span]:
    hidden = sum(not frame.own for frame in frames)
    if hidden and not unfolded:
        count = "1 frame" if hidden == 1 else f"{hidden} frames"
        yield Span(f"  {count} of libraries folded: {key} shows all", "dim")


def _place(frame: FrameView) -> str:
    return f"{frame.file}:{frame.line} {frame.function}".rstrip()


def _since(stack: StackView) -> str:
    seconds = stack.looked - stack.since
    return f" for {age(seconds)}" if seconds >= LEAST_SECONDS else ""
