"""Rows: a task as a row of JSON, with the keys of a row of ``chasqui-tui run``, finished or not."""

from __future__ import annotations

from typing import Any

from chasqui import foreign
from chasqui.engine.failures.failure import message_of
from chasqui.engine.types.task_type import is_typed
from chasqui.engine.values.marks import plain, printable
from chasqui.pool.task import Task


def row_of(task: Task) -> dict[str, Any]:
    """Return the row of a task that waits or runs, or has just ended."""
    try:
        params: Any = task.work.params_as_json() if is_typed(task.work) else {}
    except BaseException as broken:  # of a value of the task
        foreign.let_through(broken)
        params = {"repr": printable(foreign.without("row", broken))}
    state = task.state  # before the rest: with a final state, all the rest is in place
    return {
        "number": task.number,
        "type": printable(task.name),
        "params": params,
        "state": state,
        "attempts": task.attempts,
        "result": plain(task.result()) if state == "completed" else None,
        "error": _error(task, state),
        "waited": task.waited,
        "ran": task.ran,
        "worker": task.worker,
        "created": task.created,
        "started": task.started,
        "finished": task.finished,
        "note": "",
        **usage_of(task),
    }


def usage_of(task: Task) -> dict[str, float]:
    """Return the keys of a row for what a task has used, as far as that was measured."""
    usage = task.usage
    if usage is None:
        return {}
    return {"cpu": round(usage.cpu, 6), **({"peak_memory": usage.peak} if usage.peak else {})}


def written(value: Any) -> str:
    """Return a value of a row as text for people: a text as it is, all else as JSON."""
    if isinstance(value, str):
        return value
    import msgspec

    return msgspec.json.encode(value).decode()


def _error(task: Task, state: str) -> dict[str, str] | None:
    if state == "failed":
        return {"type": foreign.kind_of(task.error), "message": printable(message_of(task))}
    return {"type": "Cancelled", "message": "cancelled"} if state == "cancelled" else None
