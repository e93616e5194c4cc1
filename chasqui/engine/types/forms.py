"""Spans: a duration may be given as seconds or as ``1h30m``, from JSON and from Python too.

msgspec takes a `timedelta` or ISO 8601. Values are put into that form before it checks them, at any
depth; what is no duration stays as it is, so that the error quotes what was given.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any, Final

from msgspec import inspect as shapes

from chasqui import foreign
from chasqui.engine.types.texts import read_duration
from chasqui.engine.types.wire import parts_of

_LISTS: Final = (shapes.ListType, shapes.SetType, shapes.FrozenSetType, shapes.VarTupleType)


def holds_span(shape: shapes.Type) -> bool:
    """Tell whether a value of a shape may contain a duration."""
    return any(isinstance(part, shapes.TimeDeltaType) for part in parts_of(shape))


def with_spans(shape: Any, value: Any) -> Any:
    """Return a value with its durations as msgspec reads them."""
    if isinstance(shape, shapes.Metadata):
        return with_spans(shape.type, value)
    if isinstance(shape, shapes.UnionType):
        parts = [part for part in shape.types if not isinstance(part, shapes.NoneType)]
        if len(parts) > 1 and isinstance(value, str | int | float):
            return value  # another member may take it as it is
        for part in parts:  # at most one takes such a container
            value = with_spans(part, value)
        return value
    if isinstance(shape, shapes.TimeDeltaType):
        return _span(value)
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
        return {key: with_spans(shape.value_type, item) for key, item in given.items()}
    tag = getattr(shape, "tag_field", None)
    if tag is not None and given.get(tag, shape.tag) != shape.tag:
        return value  # another member of a union
    fields = {one.encode_name: one.type for one in getattr(shape, "fields", ())}
    if not fields:
        return value
    return {k: with_spans(fields[k], item) if k in fields else item for k, item in given.items()}


def _items(shape: Any, value: Iterable[Any]) -> Any:
    if isinstance(shape, _LISTS):
        return [with_spans(shape.item_type, item) for item in value]
    parts: list[Any]
    if isinstance(shape, shapes.TupleType):
        parts = list(shape.item_types)
    else:
        parts = [one.type for one in getattr(shape, "fields", ())]
    if not parts or not isinstance(value, list | tuple):
        return value
    parts += [None] * (len(value) - len(parts))
    return [with_spans(part, item) for part, item in zip(parts, value, strict=False)]
