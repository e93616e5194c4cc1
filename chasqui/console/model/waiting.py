"""Why a task waits, in full and in the few cells of a column."""

from __future__ import annotations

import re

from chasqui.control.port import TaskRow
from chasqui.durations import age

_ALL_RUN = re.compile(r"([\d,]+) of \1 run")


def why_waiting(task: TaskRow, now: float) -> str:
    """Say what keeps a task from starting; nothing when it is only a worker that it waits for."""
    if task.due is None:
        return task.reason
    parts = [f"in {age(task.due - now)}"]
    if task.attempt:
        parts.append(f"attempt {task.attempt + 1}")
    if task.reason:
        parts.append(task.reason)
    return ", ".join(parts)


def held(task: TaskRow, now: float) -> str:
    """Say the same where nothing else says what it is about."""
    why = why_waiting(task, now)
    if not why:
        return ""
    return f"due {why}" if task.due is not None else f"held: {why}"


def why_shorter(task: TaskRow, now: float) -> tuple[str, ...]:
    """Return shorter ways to say it, so that no number is cut in the middle."""
    if task.due is not None:
        return (f"in {age(task.due - now)}",)
    found = _ALL_RUN.fullmatch(task.reason)
    if found:
        return (f"all {found[1]} run", "full")
    first = task.reason.partition(", ")[0]
    return (first, first.partition(" ")[0]) if first else ()
