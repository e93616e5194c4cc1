"""Plain values: msgspec and json encode them fast, without loss and without running their code.

Most parameters are plain. Others are handled by `chasqui.outline` and `marks`, which are slower and
bounded. The check whether a value is plain runs no code of it.
"""

from __future__ import annotations

import enum
from types import FunctionType, WrapperDescriptorType
from typing import Any, Final

from chasqui import outline, slots
from chasqui.secret import Secret
from chasqui.slots import MISSING, is_a, said

DEPTH: Final = 32
MOST: Final = 10_000  # nested values; more take a hundredth of a second

_SCALARS: Final = frozenset(map(id, (str, int, float, bool, bytes, type(None))))
_SEQUENCES: Final = frozenset(map(id, (list, tuple, set, frozenset)))


def is_plain(value: object) -> bool:
    """Tell whether a value consists of built-in types and plain records, and is not too large."""
    if id(type(value)) in _SCALARS:
        return True
    waiting: list[tuple[Any, int]] = [(value, 0)]
    left = MOST
    while waiting:
        one, depth = waiting.pop()
        if id(type(one)) in _SCALARS or outline.is_trusted(one) or type(one) is Secret:
            continue
        inside = _inside(one)
        if inside is None or depth >= DEPTH:
            return False
        left -= len(inside)
        if left < 0:
            return False
        waiting += [(each, depth + 1) for each in inside]
    return True


def _inside(value: Any) -> list[Any] | None:
    """Return the contents of a container or a record; None for other values."""
    kind = type(value)
    if id(kind) in _SEQUENCES:
        return list(value)
    if kind is dict:
        keys = list(value)
        # Keys of several classes may be one key in JSON, as 1 and "1" are.
        if keys and type(keys[0]) not in (str, int):
            return None
        same = all(type(key) is type(keys[0]) for key in keys)
        return list(value.values()) if same else None
    if is_a(value, enum.Enum):
        return [slots.stored(value, "_value_")]
    if not _is_record(kind):
        return None
    fields = slots.dataclass_fields(kind) or slots.names_in(kind)
    kept = [slots.stored(value, name) for name in fields]
    return [one for one in kept if one is not MISSING]


def _is_record(kind: type) -> bool:
    """Tell whether reading the fields of a class runs no code of that class."""
    fields = slots.dataclass_fields(kind)
    if fields is not None:
        if any(is_a(said(kind, name), property, FunctionType) for name in fields):
            return False
    elif not outline.is_struct(kind):
        return False
    if said(kind, "__getattr__") is not MISSING or is_a(said(kind, "__dict__"), property):
        return False
    return type(said(kind, "__getattribute__")) is WrapperDescriptorType
