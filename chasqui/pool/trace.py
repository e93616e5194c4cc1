"""Tracebacks that keep no frame, and nothing that a frame refers to, alive.

Turning an error into text takes tens of microseconds, more than everything else that a failing task
costs. So at first only positions in code are kept, and the text is made when it is first read. An
error that was chained to others, groups them or carries notes is turned into text at once, and so
is an error with code of its own for its text: that code runs on the worker of its task only.
"""

from __future__ import annotations

import sys
import traceback
from functools import lru_cache
from types import CodeType, FrameType, TracebackType
from typing import ClassVar, Final

from chasqui import foreign, raised
from chasqui.pool.rendering import last_line, place, rendered, written
from chasqui.pool.stacks import LED_BY
from chasqui.secret import masked

OWN: Final = ("chasqui.pool.", "chasqui.engine.", "chasqui.processes.")
"""Modules whose frames stand between a worker and its task."""

MAX_TEXT: Final = 64 * 1024  # characters of one traceback; its head and its tail are kept
MAX_MESSAGE: Final = 16 * 1024  # characters of an error's own text
CARRIED: Final = "trace of another process"  # no name of an attribute
MAX_STEPS: Final = 64  # frames kept as positions; deeper ones repeat, and text folds repetitions

_dict: Final = BaseException.__dict__["__dict__"].__get__  # whatever an error's class makes of it

Steps = tuple[tuple[CodeType, int], ...]
"""Code objects, and the instruction that each had come to; the innermost last."""


class Trace:
    """Where an error was raised: positions in code, or the text already made of them."""

    __slots__ = ("_text", "steps")

    plain: ClassVar = True
    """Whether the steps and the error's own text are all that the traceback says."""

    def __init__(self, steps: Steps, text: str = "") -> None:
        self.steps = steps
        """The innermost positions, `MAX_STEPS` at most."""
        self._text = text

    def text(self, error: BaseException) -> str:
        """Return the traceback as text of at most `MAX_TEXT` characters."""
        if not self._text:
            places = [place(*step) for step in self.steps]
            self._text = _bounded(written(places, last_line(error)))
        return self._text

    def message(self, error: BaseException) -> str:
        """Return the text of the error itself, of at most `MAX_MESSAGE` characters."""
        return foreign.text_of(error, MAX_MESSAGE)


class Rendered(Trace):
    """A trace whose text was made at once, since the positions alone would not do for it."""

    __slots__ = ("_message",)

    plain = False

    def __init__(self, steps: Steps, text: str, message: str | None = None) -> None:
        super().__init__(steps, text)
        self._message = message

    def message(self, error: BaseException) -> str:
        """Return the text of the error itself, as it was made with the traceback."""
        return super().message(error) if self._message is None else self._message


NOT_HAD: Final = Rendered((), "(the traceback cannot be had)", "(its text cannot be had)")


def is_own(error: BaseException) -> bool:
    """Tell whether an error was raised by the pool's own code, not by what that called."""
    step = raised.frames(error)
    while step is not None and step.tb_next is not None:
        step = step.tb_next
    return step is not None and _module_of(step.tb_frame).startswith("chasqui.pool.")


def capture(error: BaseException) -> Trace:
    """Keep where an error came from, and drop its frames and those of all it is chained to.

    The trace begins at the task's own code: the frames that led there are the same for every task,
    and would push the line that matters off a small screen. Whatever the error is, this does not
    raise: that would lose the error, and the worker with it.
    """
    try:
        return _captured(error)
    except BaseException as broken:
        foreign.let_through(broken)
        return NOT_HAD


def carry(error: BaseException, trace: Trace) -> None:
    """Have `capture` find where an error was raised, in another process."""
    _dict(error)[CARRIED] = trace


def _captured(error: BaseException) -> Trace:
    carried = _dict(error).pop(CARRIED, None)
    if carried is not None:
        raised.forget_frames(error)
        return carried  # type: ignore[no-any-return]
    first = at = _task_frames(raised.frames(error))
    steps: list[tuple[CodeType, int]] = []
    while at is not None and len(steps) < MAX_STEPS:
        steps.append((at.tb_frame.f_code, at.tb_lasti))
        at = at.tb_next
    if at is None and raised.is_plain(error):
        raised.set_frames(error, None)
        return Trace(tuple(steps))
    text, message = _bounded(rendered(error, first)), foreign.text_of(error, MAX_MESSAGE)
    while at is not None:
        steps.append((at.tb_frame.f_code, at.tb_lasti))
        at = at.tb_next
    raised.forget_frames(error)
    return Rendered(tuple(steps[-MAX_STEPS:]), text, message)


def followed(before: Trace, error: BaseException, after: BaseException) -> Trace:
    """Make the trace of an error that replaces another, whose trace comes first."""
    first = before.text(error).rstrip("\n")
    therefore = "The above exception was the direct cause of the following exception:"
    return Rendered(before.steps, f"{first}\n\n{therefore}\n\n{last_line(after)}")


def stack_of(ident: int | None) -> str:
    """Return where a live thread is now, as a traceback reads; empty when it has ended.

    Of a worker's, it begins at the task's own code, as `capture` does.
    """
    frame = sys._current_frames().get(ident) if ident is not None else None
    if frame is None:
        return ""
    stack = list(traceback.walk_stack(frame))[::-1]
    own = [_is_own(step) for step, _ in stack]
    # A program may have its own code around the thread of a worker, too.
    led = next((at for at, (step, _) in enumerate(stack) if _module_of(step) in LED_BY), 0)
    led = led or (own.index(True) if True in own else 0)
    first = own.index(False, led) if False in own[led:] else 0
    return _bounded("".join(traceback.StackSummary.extract(iter(stack[first:])).format()))


def hanging(stack: str, error: BaseException) -> Trace:
    """Make the trace of an error that a worker should have raised where its stack is."""
    text = "Traceback (most recent call last):\n" + stack
    return Rendered((), text + last_line(error))


def _task_frames(frames: TracebackType | None) -> TracebackType | None:
    at = frames
    while at is not None and _is_own(at.tb_frame):
        at = at.tb_next
    return at or frames


def _is_own(frame: FrameType) -> bool:
    return _is_module_own(_module_of(frame))


def _module_of(frame: FrameType) -> str:
    name = dict.get(frame.f_globals, "__name__")
    return name if type(name) is str else ""  # a body's globals may hold anything


@lru_cache(maxsize=1024)  # asked of each frame of each failure; this is twice as fast
def _is_module_own(name: str) -> bool:
    return name.startswith(OWN)


def _bounded(text: str) -> str:
    if len(text) <= MAX_TEXT:
        return text
    text = masked(text)  # before the cut, which could leave a part of a secret
    half = MAX_TEXT // 2
    return f"{text[:half]}\n… {len(text) - 2 * half:,} characters left out …\n{text[-half:]}"
