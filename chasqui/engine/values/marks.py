"""Marks: what JSON cannot hold of a value, said in JSON, and read back.

Text that is not UTF-8 is ``{"bytes": base64}``, a number that is not finite or beyond 2^53 is
``{"number": text}``, and anything without a JSON form at all is ``{"repr": text}``. A mapping that
looks like one of these is ``{"mapping": itself}``. Nothing is changed in silence, except that the
value of a revealed secret is masked.

Every value has a form, and `plain` never raises. What is nested too deeply, holds itself, has keys
that are one key in JSON (1 and "1"), goes on without an end or raises when it is looked at is a
``repr`` at that place, and all around it stays. What lies in a value several times is written each
time up to a bound, and is a ``repr`` from there on.
"""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from chasqui import foreign
from chasqui.engine.values.jsonable import Marking
from chasqui.engine.values.jsonable import printable as printable

MARKS: Final[Mapping[str, type]] = {"bytes": str, "number": str, "repr": str, "mapping": dict}
"""The one key of each, and what is behind it."""
LONG: Final = 640  # digits that Python always reads; see `sys.set_int_max_str_digits`
LONGEST: Final = 60_000  # digits that are read in a tenth of a second


def plain(value: Any) -> Any:
    """Return what JSON can hold of a value, marked where it is not the value itself."""
    try:
        return Marking(mark).plain(value)
    except BaseException as broken:  # such as a MemoryError
        return {"repr": printable(foreign.without("JSON form", broken))}


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


def holds(value: Any, text: str) -> bool:
    """Tell whether a text stands in what `plain` returned, or in the bytes that it marked.

    It looks at the JSON: a number that was marked may be too long for Python to write.
    """
    if isinstance(value, str):
        return text in value
    if isinstance(value, list):
        return any(holds(one, text) for one in value)
    if not isinstance(value, dict):
        return False
    what = mark(value)
    if what == "bytes":
        return text.encode() in base64.b64decode(value["bytes"])
    inner = value["mapping"] if what == "mapping" else value
    return any(text in name or holds(one, text) for name, one in inner.items())


def mark(value: Mapping[str, Any]) -> str:
    """Return which mark a mapping is, or empty."""
    if len(value) != 1:
        return ""
    ((name, one),) = value.items()
    return name if name in MARKS and isinstance(one, MARKS[name]) else ""


def _number(text: str) -> int | float:
    sign, digits = text[:1] == "-", text.removeprefix("-")
    if digits[:2] == "0x":
        number = int(digits, 16)
        return -number if sign else number
    if LONG < len(digits) <= LONGEST and digits.isdecimal() and digits.isascii():
        return int(Decimal(text))
    read = json.loads(text)
    if isinstance(read, bool) or not isinstance(read, int | float):
        raise ValueError(f"{text!r} is not a number")
    return read
