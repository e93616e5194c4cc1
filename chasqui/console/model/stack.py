"""A live stack in words: where the code is and for how long, then the user's own frames."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from chasqui.console.model.line import Span
from chasqui.control.port import FrameView, StackView
from chasqui.durations import age

LEAST_SECONDS = 1.0  # at one place, to be worth saying
PLACE = 34  # cells of a file, a line and a function; longer ones push the code to the right


def stack_lines(stack: StackView, *, unfolded: bool) -> Iterator[Span]:
    """Return the innermost frame, then those of the user's code; all of them when unfolded."""
    yield Span("")
    yield Span("stack", "header")
    if not stack.frames:
        yield Span("  it runs no Python code that can be seen", "dim")
        return
    first, *rest = stack.frames
    yield Span(f"  at {_place(first)}{_since(stack)}", "active")
    if first.code:
        yield Span(f"     {first.code}", "dim")
    for frame in rest:
        if frame.own or unfolded:
            code = f"  {frame.code}" if frame.code else ""
            yield Span(f"  {_place(frame):{PLACE}}{code}", "" if frame.own else "dim")
    if stack.is_cut:
        yield Span("  more frames are further out: the stack is too deep to show", "dim")
    yield from _folded(rest, unfolded=unfolded)


def _folded(rest: Sequence[FrameView], *, unfolded: bool) -> Iterator[Span]:
    hidden = sum(not frame.own for frame in rest)
    if hidden and not unfolded:
        frames = "1 frame" if hidden == 1 else f"{hidden} frames"
        yield Span(f"  {frames} of libraries folded: f shows all", "dim")


def _place(frame: FrameView) -> str:
    return f"{frame.file}:{frame.line} {frame.function}"


def _since(stack: StackView) -> str:
    seconds = stack.looked - stack.since
    return f" for {age(seconds)}" if seconds >= LEAST_SECONDS else ""
