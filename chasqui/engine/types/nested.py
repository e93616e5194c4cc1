"""Nested fields: the checks of dataclasses, Structs, dicts and tuples within an annotation.

msgspec ignores unknown keys of such an object, and bounds that are not its own. Here an unknown key
is refused at any depth, as it is at the top level, even for a Struct that does not forbid it; and
`Help`, `Between` and the bounds of other packages apply to a field as they do to a parameter. As in
msgspec, the fields of an object that is passed ready-made are not checked.
"""

from __future__ import annotations

import typing
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

import msgspec
from msgspec import inspect as shapes

from chasqui import foreign, numbers
from chasqui.engine.types.reasons import reason
from chasqui.engine.types.wire import (
    from_wire,
    has_bounds,
    holds_secret,
    parts_of,
    shape_of,
    wired,
)
from chasqui.nearest import nearest

NAMED: Final = 5  # unknown keys of a value are named at most
_OBJECTS: Final = (
    shapes.StructType,
    shapes.DataclassType,
    shapes.TypedDictType,
    shapes.NamedTupleType,
)
_LISTS: Final = (shapes.ListType, shapes.SetType, shapes.FrozenSetType, shapes.VarTupleType)
_WRAPPERS: Final = (typing.Required, typing.NotRequired, typing.Final)


class Inner(NamedTuple):
    """A field of a nested object."""

    shape: shapes.Type
    """Its type for msgspec, with all bounds."""
    help: str = ""
    wire: Any = None
    """A type to check a value again, if msgspec ignores a bound."""


class Nested:
    """The objects within the values of an annotation."""

    def __init__(self, shape: shapes.Type, layouts: Mapping[Any, Mapping[str, Inner]]) -> None:
        self._shape = shape
        self._layouts = layouts
        self._leads: dict[int, bool] = {}

    def problem(self, value: Any) -> str:
        """Return the mistakes in a value that msgspec ignores; empty if there are none."""
        found = list(self._wrong(value, self._shape, ""))
        more = f"; and {len(found) - NAMED:,} more" if len(found) > NAMED else ""
        return "; ".join(found[:NAMED]) + more

    def inner(self, part: Any) -> Mapping[str, Inner]:
        """Return the fields of a nested object, by their names in JSON."""
        return self._layouts.get(getattr(part, "cls", None), {})

    def objects(self) -> Iterator[tuple[Any, Mapping[str, Inner]]]:
        """Yield the class of each nested object, and its fields."""
        return iter(self._layouts.items())

    def _wrong(self, value: Any, shape: Any, at: str) -> Iterator[str]:
        if isinstance(shape, shapes.Metadata):
            yield from self._wrong(value, shape.type, at)
        elif isinstance(shape, shapes.UnionType):
            for part in shape.types:  # only one of them takes such a value
                yield from self._wrong(value, part, at)
        elif not self._leads_to_objects(shape):
            return
        elif foreign.is_mapping(value):
            yield from self._wrong_mapping(value, shape, at)
        elif isinstance(value, list | tuple | set | frozenset):
            yield from self._wrong_list(list(value), shape, at)

    def _wrong_mapping(self, value: Mapping[Any, Any], shape: Any, at: str) -> Iterator[str]:
        if isinstance(shape, shapes.DictType):
            for key, item in foreign.pairs(value):
                yield from self._wrong(item, shape.value_type, f"{at}[{numbers.shown(key)}]")
            return
        if not isinstance(shape, _OBJECTS) or _is_array(shape):
            return
        tag = getattr(shape, "tag_field", None)
        given = dict(foreign.pairs(value))
        if tag is not None and given.get(tag, shape.tag) != shape.tag:  # type: ignore[union-attr]
            return  # another member of a union
        fields = self.inner(shape)
        for key, item in given.items():
            if key in fields:
                yield from self._wrong_field(item, fields[key], f"{at}.{key}")
            elif key != tag:
                yield f"does not take {numbers.shown(key)}{_where(at)}; {_hint(key, fields)}"

    def _wrong_list(self, value: list[Any], shape: Any, at: str) -> Iterator[str]:
        if isinstance(shape, _LISTS):
            for index, item in enumerate(value):
                yield from self._wrong(item, shape.item_type, f"{at}[{index}]")
        elif isinstance(shape, shapes.TupleType):
            for index, (one, part) in enumerate(zip(value, shape.item_types, strict=False)):
                yield from self._wrong(one, part, f"{at}[{index}]")
        elif isinstance(shape, _OBJECTS) and _is_array(shape):
            fields = list(self.inner(shape).values())
            if len(value) > len(fields):
                most = f"takes at most {len(fields):,} values{_where(at)}"
                yield f"{most}, got {len(value):,}"
            for index, (one, field) in enumerate(zip(value, fields, strict=False)):
                yield from self._wrong_field(one, field, f"{at}[{index}]")

    def _wrong_field(self, value: Any, field: Inner, at: str) -> Iterator[str]:
        if field.wire is not None:
            try:
                msgspec.convert(value, field.wire, dec_hook=from_wire, str_keys=True)
            except msgspec.ValidationError as error:
                hidden = holds_secret(field.shape)
                yield reason(
                    str(error), value, field.shape, hidden=hidden, help=field.help, above=at
                )
        yield from self._wrong(value, field.shape, at)

    def _leads_to_objects(self, shape: Any) -> bool:
        found = self._leads.get(id(shape))  # the shapes live as long as this object
        if found is None:
            found = any(isinstance(part, _OBJECTS) for part in parts_of(shape))
            self._leads[id(shape)] = found
        return found


def compile_nested(shape: shapes.Type) -> Nested | None:
    """Return the checks of the objects within a shape; None if it has none.

    Raises:
        TypeError: a nested field cannot be what it is annotated, or its default is out of bounds.
    """
    layouts: dict[Any, Mapping[str, Inner]] = {}
    for part in parts_of(shape):
        if isinstance(part, _OBJECTS) and part.cls not in layouts:
            layouts[part.cls] = _layout(part)
    return Nested(shape, layouts) if layouts else None


def _layout(part: Any) -> dict[str, Inner]:
    origin = part.cls if isinstance(part.cls, type) else typing.get_origin(part.cls)
    hints = typing.get_type_hints(origin, include_extras=True)
    found: dict[str, Inner] = {}
    for field in part.fields:
        where = f"{origin.__qualname__}.{field.name}"
        hint = _bare(hints.get(field.name, Any))
        metas = typing.get_args(hint)[1:] if typing.get_origin(hint) is typing.Annotated else ()
        texts = (foreign.attribute(meta, "description") for meta in metas)
        help = next((text for text in texts if isinstance(text, str) and text), "")
        if not has_bounds(hint):
            found[field.encode_name] = Inner(field.type, help)
            continue
        try:
            wire = wired(hint)
            found[field.encode_name] = Inner(shape_of(wire), help, wire)
        except TypeError as error:
            raise TypeError(f"{where}: {error}") from None
        _check_default(where, field.default, wire)
    return found


def _check_default(where: str, default: Any, wire: Any) -> None:
    if default is msgspec.NODEFAULT:
        return
    try:
        msgspec.convert(default, wire, dec_hook=from_wire, str_keys=True)
    except msgspec.ValidationError as error:
        told = reason(str(error), default, shape_of(wire), hidden=True)
        raise TypeError(f"the default of {where} {told}") from None


def _bare(hint: Any) -> Any:
    """Return an annotation without qualifiers such as Required or ReadOnly."""
    from dataclasses import InitVar  # it is slow to import; here a dataclass has done so

    while typing.get_origin(hint) in _WRAPPERS or isinstance(hint, InitVar):
        hint = hint.type if isinstance(hint, InitVar) else typing.get_args(hint)[0]
    return hint


def _is_array(shape: Any) -> bool:
    return isinstance(shape, shapes.NamedTupleType) or bool(getattr(shape, "array_like", False))


def _where(at: str) -> str:
    return f" at {at}" if at else ""


def _hint(key: Any, fields: Mapping[str, Inner]) -> str:
    near = nearest(key, fields) if isinstance(key, str) else None
    if near:
        return f"did you mean {near}?"
    return f"it takes {', '.join(fields)}" if fields else "it takes nothing"
