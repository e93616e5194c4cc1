"""Why a task waits, in full and in the few cells of a column."""

from __future__ import annotations

import re
from typing import Final

from chasqui.control.port import TaskRow
from chasqui.durations import age

UNAVAILABLE: Final = "unavailable: "
"""How the reason of a parked task begins; the plugin or type follows."""
_ALL_RUN = re.compile(r"([\d,]+) of \1 run")


def why_waiting(task: TaskRow, now: float) -> str:
    """Say what keeps a task from starting; nothing if it only waits for a worker."""
    if task.due is None:
        return task.reason
    parts = [f"in {age(task.due - now)}"]
    if task.attempt:
        parts.append(f"attempt {task.attempt + 1}")
    if task.reason:
        parts.append(task.reason)
    return ", ".join(parts)


def held(task: TaskRow, now: float) -> str:
    """Say the same where there is no other context."""
    why = why_waiting(task, now)
    if not why:
        return ""
    return f"due {why}" if task.due is not None else f"held: {why}"


def why_shorter(task: TaskRow, now: float) -> tuple[str, ...]:
    """Return shorter forms of it, so that no number is cut in the middle."""
    if task.due is not None:
        return (f"in {age(task.due - now)}",)
    found = _ALL_RUN.fullmatch(task.reason)
    if found:
        return (f"all {found[1]} run", "full")
    if task.reason.startswith(UNAVAILABLE):
        what = task.reason.removeprefix(UNAVAILABLE).partition(" ")[0]
        return (f"no {what}", "parked")
    first = task.reason.partition(", ")[0]
    return (first, first.partition(" ")[0]) if first else ()
