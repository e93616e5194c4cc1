"""Tracebacks as bounded text, so that no frame and nothing it refers to is kept alive."""

from __future__ import annotations

import sys
import traceback
from types import TracebackType

OWN = ("chasqui.pool.", "chasqui.engine.")  # whose frames stand between a worker and its task

MAX_TEXT = 64 * 1024  # characters of one traceback; its head and its tail are kept


def render(error: BaseException) -> str:
    """Return the traceback of an error as text of at most `MAX_TEXT` characters.

    It begins at the task's own code: the frames that led there are the same for every task, and
    would push the line that matters off a small screen.
    """
    try:
        start = _task_frames(error.__traceback__)
        text = "".join(traceback.format_exception(type(error), error, start))
    except Exception as broken:  # a __str__ or __notes__ that raises must not lose the failure
        text = f"{type(error).__name__}: (its traceback cannot be rendered: {broken!r})"
    return _bounded(text)


def _task_frames(frames: TracebackType | None) -> TracebackType | None:
    at = frames
    while at is not None and str(at.tb_frame.f_globals.get("__name__")).startswith(OWN):
        at = at.tb_next
    return at or frames


def forget_frames(error: BaseException) -> None:
    """Drop the frames of an error and of all it is chained to or groups."""
    seen: set[int] = set()
    todo: list[BaseException | None] = [error]
    while todo:
        one = todo.pop()
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        one.__traceback__ = None
        todo += [one.__cause__, one.__context__]
        if isinstance(one, BaseExceptionGroup):
            todo += one.exceptions


def stack_of(ident: int | None) -> str:
    """Return where a live thread is now, as a traceback reads; empty when it has ended."""
    frame = sys._current_frames().get(ident) if ident is not None else None
    return "" if frame is None else _bounded("".join(traceback.format_stack(frame)))


def _bounded(text: str) -> str:
    if len(text) <= MAX_TEXT:
        return text
    half = MAX_TEXT // 2
    return f"{text[:half]}\n… {len(text) - 2 * half:,} characters left out …\n{text[-half:]}"
