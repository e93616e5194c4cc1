"""Fresh copies of parameters: no task sees changes that another has made to them.

Parameters are copied when a task is accepted, and each attempt gets a copy of that; the same holds
for defaults. A body may change its parameters: the submitter's own objects, other tasks and later
attempts do not see it.

Lists, dicts, sets and tuples are copied with their contents, and so are dataclasses, Structs and
attrs classes. Anything else is passed on as it is, such as an object given for a parameter of Any.
So is an object that cannot be copied, unless it is a default: that is refused when the type is
declared.
"""

from __future__ import annotations

import copy
from collections import deque
from operator import is_
from typing import Any, Final

from msgspec import inspect as shapes

from chasqui import foreign
from chasqui.engine.types.wire import parts_of

_RECORDS: Final = ("__dataclass_fields__", "__struct_fields__", "__attrs_attrs__")
_CONTAINERS: Final = (list, dict, set, frozenset, tuple, bytearray, deque)
_PLAIN: Final = frozenset(map(id, (type(None), bool, int, float, str, bytes)))
"""Classes by identity: a metaclass may define the hash of its classes."""
_HANDED_ON: Final = (
    shapes.AnyType,
    shapes.StructType,
    shapes.DataclassType,
    shapes.ByteArrayType,
    shapes.MemoryViewType,
)
_MUTABLE: Final = (
    *_HANDED_ON,
    shapes.ListType,
    shapes.SetType,
    shapes.DictType,
    shapes.TypedDictType,
)


def may_change(shape: shapes.Type) -> bool:
    """Tell whether a body can change a value of this shape."""
    return any(isinstance(part, _MUTABLE) for part in parts_of(shape))


def may_share(shape: shapes.Type) -> bool:
    """Tell whether a value converted to this shape may still be the submitter's own object."""
    return any(isinstance(part, _HANDED_ON) for part in parts_of(shape))


def fresh(value: Any) -> Any:
    """Return a copy of a value; parts that cannot be copied are shared."""
    try:
        return _copied(value, {}, strict=False)
    except RecursionError:  # nested too deeply for any copy
        return value


def check_copy(value: Any) -> None:
    """Refuse a default that cannot be copied for each task.

    Raises:
        ValueError: with a text that follows the words "its default".
    """
    try:
        _copied(value, {}, strict=True)
    except BaseException as broken:
        foreign.let_through(broken)
        why = f"{foreign.kind_of(broken)}: {foreign.text_of(broken)}"
        raise ValueError(f"cannot be copied for each task: {why}") from None


def _copied(value: Any, memo: dict[int, Any], *, strict: bool) -> Any:
    if id(type(value)) in _PLAIN:
        return value
    known = memo.get(id(value))
    if known is not None:
        return known
    kind = type(value)
    if kind is list:
        items: list[Any] = []
        memo[id(value)] = items  # before its contents: it may contain itself
        items.extend([_copied(item, memo, strict=strict) for item in value])
        return items
    if kind is dict:
        table: dict[Any, Any] = {}
        memo[id(value)] = table
        table.update({key: _copied(item, memo, strict=strict) for key, item in value.items()})
        return table
    if kind is tuple:
        copies = tuple([_copied(item, memo, strict=strict) for item in value])
        same = all(map(is_, copies, value))
        return memo.setdefault(id(value), value if same else copies)
    if kind is set or kind is bytearray:
        return value.copy()
    if not foreign.is_a(value, *_CONTAINERS) and not any(
        foreign.said(kind, name) is not foreign.MISSING for name in _RECORDS
    ):
        return value
    try:
        return copy.deepcopy(value, memo)
    except BaseException as broken:
        foreign.let_through(broken)
        if strict:
            raise
        return value
