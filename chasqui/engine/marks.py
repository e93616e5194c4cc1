"""Marks: what JSON cannot hold of a value, said in JSON, and read back.

Text that is not UTF-8 is ``{"bytes": base64}``, a number that is not finite or beyond 2^53 is
``{"number": text}``, and anything without a JSON form at all is ``{"repr": text}``. A mapping that
looks like one of these is ``{"mapping": itself}``. Nothing is changed in silence, except that the
value of a revealed secret is masked.
"""

from __future__ import annotations

import base64
import dataclasses
import json
import math
import os
from collections.abc import Mapping
from pathlib import PurePath
from typing import Any, Final

import msgspec

from chasqui.secret import Secret, masked

EXACT: Final = 2**53  # beyond it, a reader that keeps numbers as doubles changes integers
MAX_DEPTH: Final = 32
MAX_REPR: Final = 4096  # characters
MARKS: Final[Mapping[str, type]] = {"bytes": str, "number": str, "repr": str, "mapping": dict}
"""The one key of each, and what is behind it."""


def plain(value: Any, depth: int = 0) -> Any:
    """Return what JSON can hold of a value, marked where it is not the value itself."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return _string(str.__str__(value))
    if isinstance(value, int):
        return int(value) if -EXACT <= value <= EXACT else {"number": str(int(value))}
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else {"number": json.dumps(float(value))}
    if isinstance(value, bytes | bytearray | memoryview):
        return {"bytes": base64.b64encode(value).decode("ascii")}
    if isinstance(value, PurePath):
        return _string(str(value))
    if isinstance(value, Secret):
        return value.reference
    if depth < MAX_DEPTH:
        if isinstance(value, Mapping):
            return _mapping({printable(str(k)): plain(v, depth + 1) for k, v in value.items()})
        if isinstance(value, list | tuple):
            return [plain(one, depth + 1) for one in value]
        if isinstance(value, set | frozenset):
            return sorted((plain(one, depth + 1) for one in value), key=repr)
        if dataclasses.is_dataclass(value) and not isinstance(value, type):
            names = [field.name for field in dataclasses.fields(value)]
            return _mapping({name: plain(getattr(value, name), depth + 1) for name in names})
        if isinstance(value, msgspec.Struct):
            names = list(value.__struct_fields__)
            return _mapping({name: plain(getattr(value, name), depth + 1) for name in names})
        try:  # dates, durations, enumerations, UUIDs, decimals
            simple = msgspec.to_builtins(value)
        except (TypeError, ValueError):
            pass
        else:
            return plain(simple, depth + 1)
    return {"repr": printable(_repr(value))}


def unmarked(value: Any) -> Any:
    """Return the value that `plain` marked.

    Raises:
        ValueError: a mark cannot be read.
    """
    if isinstance(value, dict):
        what = mark(value)
        if what == "bytes":
            return os.fsdecode(base64.b64decode(value["bytes"], validate=True))
        if what == "number":
            return _number(value["number"])
        if what == "mapping":
            value = value["mapping"]
        return {name: unmarked(one) for name, one in value.items()}
    if isinstance(value, list):
        return [unmarked(one) for one in value]
    return value


def is_lost(value: Any) -> bool:
    """Tell whether something in what `plain` returned cannot be had back."""
    if isinstance(value, dict):
        what = mark(value)
        if what == "repr":
            return True
        return any(
            is_lost(one) for one in (value["mapping"] if what == "mapping" else value).values()
        )
    return isinstance(value, list) and any(is_lost(one) for one in value)


def mark(value: Mapping[str, Any]) -> str:
    """Return which mark a mapping is, or empty."""
    if len(value) != 1:
        return ""
    ((name, one),) = value.items()
    return name if name in MARKS and isinstance(one, MARKS[name]) else ""


def printable(text: str) -> str:
    """Return a text that UTF-8 can hold, masked; what it cannot hold is escaped."""
    return masked(text).encode("utf-8", "backslashreplace").decode()


def _mapping(value: dict[str, Any]) -> dict[str, Any]:
    return {"mapping": value} if mark(value) else value


def _number(text: str) -> int | float:
    number = json.loads(text)
    if isinstance(number, bool) or not isinstance(number, int | float):
        raise ValueError(f"{text!r} is not a number")
    return number


def _string(text: str) -> Any:
    text = masked(text)
    try:
        text.encode()
    except UnicodeEncodeError:
        try:
            raw = text.encode("utf-8", "surrogateescape")
        except UnicodeEncodeError:
            return {"repr": ascii(text)[:MAX_REPR]}
        return {"bytes": base64.b64encode(raw).decode("ascii")}
    return text


def _repr(value: Any) -> str:
    try:
        return repr(value)[:MAX_REPR]
    except Exception as broken:  # a stranger's __repr__ must not lose the row
        return f"<{type(value).__name__}, whose repr raised {type(broken).__name__}>"
