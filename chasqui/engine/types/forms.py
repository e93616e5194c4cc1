"""Forms: values that msgspec takes in another form than people and programs give them.

- A duration may be given as seconds or as ``1h30m``; msgspec takes a `timedelta` or ISO 8601.
- A member of an `Enum` of numbers may be given itself; msgspec takes its number.
- A `NamedTuple` may be given as a mapping; msgspec takes a list.

Values are put into the form of msgspec before it checks them, at any depth. What fits none of these
stays as it is, so that the error quotes what was given.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from enum import Enum
from typing import Any, Final

from msgspec import inspect as shapes

from chasqui import foreign
from chasqui.engine.types.texts import read_duration
from chasqui.engine.types.wire import parts_of

_FORMED: Final = (shapes.TimeDeltaType, shapes.EnumType, shapes.NamedTupleType)
_LISTS: Final = (shapes.ListType, shapes.SetType, shapes.FrozenSetType, shapes.VarTupleType)


def has_forms(shape: shapes.Type) -> bool:
    """Tell whether a value of a shape may contain something that has another form in msgspec."""
    return any(isinstance(part, _FORMED) for part in parts_of(shape))


def formed(shape: Any, value: Any) -> Any:
    """Return a value in the form in which msgspec takes it."""
    if isinstance(shape, shapes.Metadata):
        return formed(shape.type, value)
    if isinstance(shape, shapes.UnionType):
        parts = [part for part in shape.types if not isinstance(part, shapes.NoneType)]
        if len(parts) > 1 and isinstance(value, str | int | float):
            return value  # another member may take it as it is
        for part in parts:  # at most one takes such a container
            value = formed(part, value)
        return value
    if isinstance(shape, shapes.TimeDeltaType):
        return _span(value)
    if isinstance(shape, shapes.EnumType):
        return value.value if isinstance(value, Enum) and isinstance(value, shape.cls) else value
    if foreign.is_mapping(value):
        return _mapping(shape, dict(foreign.pairs(value)), value)
    if isinstance(value, list | tuple | set | frozenset):
        return _items(shape, value)
    return value


def _span(value: Any) -> Any:
    try:
        if isinstance(value, str):
            return read_duration(value)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return timedelta(seconds=value)
    except (ValueError, OverflowError):
        pass  # msgspec refuses it, and the error quotes it
    return value


def _mapping(shape: Any, given: dict[Any, Any], value: Any) -> Any:
    if isinstance(shape, shapes.DictType):
        key, of = shape.key_type, shape.value_type
        return {formed(key, name): formed(of, item) for name, item in given.items()}
    if isinstance(shape, shapes.NamedTupleType):
        return _row(shape, given, value)
    tag = getattr(shape, "tag_field", None)
    if tag is not None and given.get(tag, shape.tag) != shape.tag:
        return value  # another member of a union
    fields = {one.encode_name: one.type for one in getattr(shape, "fields", ())}
    if not fields:
        return value
    return {k: formed(fields[k], item) if k in fields else item for k, item in given.items()}


def _row(shape: shapes.NamedTupleType, given: dict[Any, Any], value: Any) -> Any:
    names = [one.encode_name for one in shape.fields]
    if not given.keys() <= set(names) or any(
        one.required and one.encode_name not in given for one in shape.fields
    ):
        return value
    rest: dict[str, Any] = getattr(shape.cls, "_field_defaults")  # noqa: B009 - of any NamedTuple
    return [
        formed(one.type, given[name] if name in given else rest[name])
        for name, one in zip(names, shape.fields, strict=True)
    ]


def _items(shape: Any, value: Iterable[Any]) -> Any:
    if isinstance(shape, _LISTS):
        return [formed(shape.item_type, item) for item in value]
    parts: list[Any]
    if isinstance(shape, shapes.TupleType):
        parts = list(shape.item_types)
    else:
        parts = [one.type for one in getattr(shape, "fields", ())]
    if not parts or not isinstance(value, list | tuple):
        return value
    parts += [None] * (len(value) - len(parts))
    return [formed(part, item) for part, item in zip(parts, value, strict=False)]
