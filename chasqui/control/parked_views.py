"""Turning parked tasks, which are in the journal only, into the port's records."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from chasqui.control.details import TaskDetail
from chasqui.control.records import TaskRow
from chasqui.control.safe_text import SafeText, safe_line
from chasqui.control.views import CELL, VALUE
from chasqui.engine.history.rows import written
from chasqui.engine.journal.view import ParkedTask

PARKED: Final = "parked: "


def parked_row(task: ParkedTask) -> TaskRow:
    """View a parked task among those that wait."""
    shown = " ".join(f"{name}={text}" for name, text in _params(task))
    return TaskRow(
        number=task.number,
        type=safe_line(task.type, CELL),
        state="queued",
        created=task.created,
        reason=safe_line(task.reason, CELL),
        is_parked=True,
        params=safe_line(shown, CELL),
        priority=task.priority,
        attempt=task.attempts,
    )


def parked_detail(task: ParkedTask) -> TaskDetail:
    """View everything that is known of a parked task."""
    params = tuple((safe_line(name, CELL), safe_line(text, VALUE)) for name, text in _params(task))
    return TaskDetail(
        number=task.number,
        type=safe_line(task.type, CELL),
        state="queued",
        plugin=safe_line(task.type.rpartition(".")[0], CELL),
        reason=safe_line(PARKED + task.reason, CELL),
        is_parked=True,
        priority=task.priority,
        attempts=task.attempts,
        created=task.created,
        key=None if task.key is None else safe_line(task.key, CELL),
        params=params or ((SafeText("parameters"), safe_line(task.params, VALUE)),),
    )


def parked_line(task: ParkedTask) -> dict[str, Any]:
    """Return a parked task with the keys of a row of `run`, and why it does not run."""
    return {
        "number": task.number,
        "type": safe_line(task.type),
        "params": msgspec.Raw(task.params.encode()),
        "state": "queued",
        "attempts": task.attempts,
        "reason": safe_line(task.reason),
    }


def _params(task: ParkedTask) -> list[tuple[str, str]]:
    """Return the parameters as texts; none if they are not what a task has."""
    try:
        found = msgspec.json.decode(task.params)
    except ValueError:
        return []
    if not isinstance(found, dict):
        return []
    return [(str(name), written(value)) for name, value in found.items()]
