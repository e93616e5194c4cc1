"""Parts: how much writing a value would take, found without writing it.

A list that holds another twice, which does the same, and so on, has few objects and no end: written
out, thirty of them are a thousand million parts.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from pathlib import Path, PurePath
from typing import Any, Final

_KINDS: Final = (
    *(type(None), bool, int, float, str, bytes),
    *(datetime, date, time, timedelta),
    *(type(Path()), type(PurePath())),
)
_LEAVES: Final = frozenset(map(id, _KINDS))
"""By `id`: to hash a class may run code of a task."""


def has_few_parts(value: Any, most: int) -> bool:
    """Tell whether a value is made of plain objects only, and of ``most`` parts at most.

    A part that is held twice counts twice. Only lists, tuples, sets, dicts, dataclasses and structs
    of msgspec have parts here. As each part takes a byte or more, what has more parts than it may
    have bytes is too long anyway.
    """
    if id(type(value)) in _LEAVES:
        return True
    waiting = [value]
    while waiting:
        one = waiting.pop()
        kind = type(one)
        if kind is dict:
            parts: Any = (*one, *one.values())
        elif kind is list or kind is tuple or kind is set or kind is frozenset:
            parts = one
        else:
            names = _fields(kind)
            if names is None:
                return False
            parts = [getattr(one, name) for name in names]
        most -= len(parts)
        if most < 0:
            return False
        if not _LEAVES.issuperset(map(id, map(type, parts))):
            waiting += [part for part in parts if id(type(part)) not in _LEAVES]
    return True


def _fields(kind: type) -> Iterable[str] | None:
    """Return the names of a record's fields; None for another class.

    A class whose own class is neither of these would be asked, and may answer anything.
    """
    if type(kind) is type:
        found: Iterable[str] | None = getattr(kind, "__dataclass_fields__", None)
        return found
    from msgspec import StructMeta

    return kind.__struct_fields__ if type(kind) is StructMeta else None
