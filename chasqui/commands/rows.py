"""Output rows: one JSON object a line, with marks where JSON cannot hold a value."""

from __future__ import annotations

from typing import Any, NamedTuple

from chasqui import foreign
from chasqui.commands.writing import Row as Row
from chasqui.commands.writing import encode as encode
from chasqui.commands.writing import write_all as write_all
from chasqui.engine.failures.failure import details_of, message_of
from chasqui.engine.history.rows import usage_of
from chasqui.engine.logs.task_log import LogPage
from chasqui.engine.types.task_type import is_typed
from chasqui.engine.values.marks import plain, printable
from chasqui.pool.task import Task


def row_of(line: int, task: Task) -> Row:
    """Return the row of a task that has ended."""
    completed = task.state == "completed"
    return {
        "line": line,
        "number": task.number,
        "type": printable(task.name),
        "params": task.work.params_as_json() if is_typed(task.work) else {},
        "state": task.state,
        "attempts": task.attempts,
        "result": plain(task.result()) if completed else None,
        "error": None if completed else _error(task),
        "waited": _seconds(task.waited),
        "ran": _seconds(task.ran),
        **usage_of(task),
    }


def with_log(row: Row, log: LogPage) -> Row:
    """Return a row with what the task's body has said."""
    lines = [
        {
            "at": round(line.at, 6),
            "level": line.level,
            "logger": printable(line.logger),
            "attempt": line.attempt,
            "text": printable(line.text),
        }
        for line in log.lines
    ]
    return {**row, "log": lines, "log_dropped": log.dropped}


class EndedRow(NamedTuple):
    """The row of a task that has ended."""

    row: Row
    data: bytes
    """The row as it is written."""
    is_whole: bool
    """Whether all of it is there."""


def ended_row(line: int, task: Task, log: LogPage | None) -> EndedRow:
    """Return the row of a task that has ended.

    A row always comes: whatever goes wrong in making one gives a row that says so.
    """
    try:
        row = row_of(line, task)
        row = row if log is None else with_log(row, log)
        return EndedRow(row, encode(row), True)
    except BaseException as broken:
        why = foreign.without("row", broken)
    row = {
        "line": line,
        "number": task.number,
        "type": printable(task.name),
        "params": {"repr": printable(why)},
        "state": task.state,
        "attempts": task.attempts,
        "result": {"repr": printable(why)},
        "error": {"type": "NoRow", "message": printable(why)},
        "waited": None,
        "ran": None,
    }
    row = row if log is None else {**row, "log": [], "log_dropped": 0}
    return EndedRow(row, encode(row), False)


def refused_row(line: int, type: str | None, params: Any, kind: str, message: str) -> Row:
    """Return the row of an input line that could not become a task."""
    return {
        "line": line,
        "number": None,
        "type": type,
        "params": plain(params),
        "state": "failed",
        "attempts": 0,
        "result": None,
        "error": {"type": kind, "message": printable(message)},
        "waited": None,
        "ran": None,
    }


def _error(task: Task) -> Row | None:
    if task.error is not None:
        error = {"type": foreign.kind_of(task.error), "message": printable(message_of(task))}
    elif task.state == "cancelled":
        error = {"type": "Cancelled", "message": "cancelled"}
    else:
        return None
    details = details_of(task)
    return error if details is None else {**error, "details": details}


def _seconds(duration: float | None) -> float | None:
    return None if duration is None else round(duration, 6)
