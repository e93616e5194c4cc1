"""Output rows: one JSON object a line, nothing changed in silence.

What JSON cannot hold is marked: text that is not UTF-8 and bytes as ``{"bytes": base64}``, numbers
that are not finite or beyond 2^53 as ``{"number": text}``, anything else as ``{"repr": text}``.
"""

from __future__ import annotations

import base64
import dataclasses
import json
import math
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import msgspec

from chasqui.engine.failures import message_of
from chasqui.pool.task import Task

EXACT: Final = 2**53  # beyond it, a reader that keeps numbers as doubles changes integers
MAX_DEPTH: Final = 32
MAX_REPR: Final = 4096  # characters

Row = dict[str, Any]


def row_of(line: int, task: Task) -> Row:
    """Return the row of a task that has ended."""
    return {
        "line": line,
        "number": task.number,
        "type": task.name,
        "params": {name: plain(value) for name, value in getattr(task.work, "params", {}).items()},
        "state": task.state,
        "attempts": task.attempts,
        "result": plain(task.result()) if task.state == "completed" else None,
        "error": _error(task),
        "waited": _seconds(task.waited),
        "ran": _seconds(task.ran),
    }


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
        "error": {"type": kind, "message": _text(message)},
        "waited": None,
        "ran": None,
    }


def encode(row: Row) -> bytes:
    """Return a row as one line of UTF-8."""
    return msgspec.json.encode(row) + b"\n"


def plain(value: Any, depth: int = 0) -> Any:
    """Return what JSON can hold of a value, marked where it is not the value itself."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return _string(value)
    if isinstance(value, int):
        return int(value) if -EXACT <= value <= EXACT else {"number": str(value)}
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else {"number": json.dumps(value)}
    if isinstance(value, bytes | bytearray | memoryview):
        return {"bytes": base64.b64encode(value).decode("ascii")}
    if isinstance(value, Path):
        return _string(str(value))
    if depth < MAX_DEPTH:
        if isinstance(value, Mapping):
            return {_text(str(name)): plain(one, depth + 1) for name, one in value.items()}
        if isinstance(value, list | tuple):
            return [plain(one, depth + 1) for one in value]
        if isinstance(value, set | frozenset):
            return sorted((plain(one, depth + 1) for one in value), key=repr)
        if dataclasses.is_dataclass(value) and not isinstance(value, type):
            return {
                f.name: plain(getattr(value, f.name), depth + 1) for f in dataclasses.fields(value)
            }
    return {"repr": _text(_repr(value))}


def unmarked(value: Any) -> Any:
    """Return the value that `plain` marked, for parameters that come back as input."""
    if isinstance(value, dict):
        if set(value) == {"bytes"} and isinstance(value["bytes"], str):
            return os.fsdecode(base64.b64decode(value["bytes"], validate=True))
        if set(value) == {"number"} and isinstance(value["number"], str):
            return json.loads(value["number"])
        return {name: unmarked(one) for name, one in value.items()}
    if isinstance(value, list):
        return [unmarked(one) for one in value]
    return value


def _string(text: str) -> Any:
    try:
        text.encode()
    except UnicodeEncodeError:
        try:
            raw = text.encode("utf-8", "surrogateescape")
        except UnicodeEncodeError:
            return {"repr": ascii(text)[:MAX_REPR]}
        return {"bytes": base64.b64encode(raw).decode("ascii")}
    return text


def _text(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode()


def _repr(value: Any) -> str:
    try:
        return repr(value)[:MAX_REPR]
    except Exception as broken:  # a stranger's __repr__ must not lose the row
        return f"<{type(value).__name__}, whose repr raised {type(broken).__name__}>"


def _error(task: Task) -> dict[str, str] | None:
    if task.error is not None:
        return {"type": type(task.error).__name__, "message": _text(message_of(task.error))}
    if task.state == "cancelled":
        return {"type": "Cancelled", "message": "cancelled"}
    return None


def _seconds(duration: float | None) -> float | None:
    return None if duration is None else round(duration, 6)
