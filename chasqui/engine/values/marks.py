"""Marks: values that JSON cannot hold, expressed in JSON and read back.

Text that is not UTF-8 is ``{"bytes": base64}``, a number that is not finite or beyond 2^53 is
``{"number": text}``, and anything without a JSON form at all is ``{"repr": text}``. A mapping that
looks like one of these is ``{"mapping": itself}``. Nothing is changed in silence, except that the
value of a revealed secret is masked.

Every value has a form, and `plain` never raises. A part that is nested too deeply, contains itself,
has keys that are the same key in JSON (1 and "1"), is endless or raises when it is inspected is
written as a ``repr``, and everything around it is kept. A part that occurs several times is written
each time up to a bound, and is a ``repr`` after that.
"""

from __future__ import annotations

import base64
import os
from collections.abc import Mapping
from decimal import Decimal
from math import isfinite
from typing import Any, Final

from chasqui import foreign
from chasqui.engine.values.jsonable import EXACT, Marking
from chasqui.engine.values.jsonable import printable as printable
from chasqui.secret import masked

MARKS: Final[Mapping[str, type]] = {"bytes": str, "number": str, "repr": str, "mapping": dict}
"""The single key of each, and the type of its value."""
LONG: Final = 640  # digits that Python always converts; see `sys.set_int_max_str_digits`
LONGEST: Final = 60_000  # digits that are converted in a tenth of a second


def plain(value: Any) -> Any:
    """Return a value as JSON can hold it, with marks where that is not the value itself."""
    kind = type(value)
    # As nearly all parameters and many results are; a walk takes five times as long.
    if value is None or kind is bool:
        return value
    if kind is str and value.isascii():
        return masked(value)
    if (kind is float and isfinite(value)) or (kind is int and -EXACT <= value <= EXACT):
        return value
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
        return {name: unmarked(item) for name, item in value.items()}
    if isinstance(value, list):
        return [unmarked(item) for item in value]
    return value


def with_numbers(value: Any) -> Any:
    """Return JSON with those whole numbers marked that `plain` marks; marks in it stay."""
    if isinstance(value, dict):
        return {name: with_numbers(one) for name, one in value.items()}
    if isinstance(value, list):
        return [with_numbers(one) for one in value]
    return plain(value) if type(value) is int else value


def is_lost(value: Any) -> bool:
    """Tell whether something in a result of `plain` cannot be restored."""
    if isinstance(value, dict):
        what = mark(value)
        if what == "repr":
            return True
        return any(
            is_lost(one) for one in (value["mapping"] if what == "mapping" else value).values()
        )
    return isinstance(value, list) and any(is_lost(item) for item in value)


def holds(value: Any, text: str) -> bool:
    """Tell whether a result of `plain` contains a text, or marked bytes do.

    It searches the JSON: a marked number may be too long for Python to write.
    """
    if isinstance(value, str):
        return text in value
    if isinstance(value, list):
        return any(holds(item, text) for item in value)
    if not isinstance(value, dict):
        return False
    what = mark(value)
    if what == "bytes":
        return text.encode() in base64.b64decode(value["bytes"])
    inner = value["mapping"] if what == "mapping" else value
    return any(text in name or holds(field, text) for name, field in inner.items())


def mark(value: Mapping[str, Any]) -> str:
    """Return the kind of mark that a mapping is; empty if it is none."""
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
    import json

    read = json.loads(text)
    if isinstance(read, bool) or not isinstance(read, int | float):
        raise ValueError(f"{text!r} is not a number")
    return read
