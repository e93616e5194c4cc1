"""Wire types: an annotation as msgspec converts it, and which annotations are refused.

An annotation may be anything that msgspec converts from JSON, `pathlib.Path` and `Secret[str]`,
alone or nested. `Between`, `msgspec.Meta` and the annotated_types package are read by attribute
name and become msgspec's constraints, in nested annotations as well. In the fields of a dataclass
or a Struct msgspec reads only its own `Meta`; for others see `chasqui.engine.types.nested`.
"""

from __future__ import annotations

import math
import re
import types
import typing
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePath
from typing import Any, Final

import msgspec
from msgspec import inspect as shapes

from chasqui import numbers
from chasqui.secret import Secret

CONSTRAINTS: Final = (
    "ge",
    "gt",
    "le",
    "lt",
    "multiple_of",
    "min_length",
    "max_length",
    "pattern",
    "tz",
)


_BOUNDS: Final = {
    "ge": "at least",
    "gt": "more than",
    "le": "at most",
    "lt": "less than",
    "multiple_of": "a multiple of",
    "min_length": "of a length of at least",
    "max_length": "of a length of at most",
}


_MISPLACED: Final = re.compile(
    r"Can only set (?P<bound>\w+) on a (?P<kind>numeric|str|str, bytes, or collection) type"
)
_BOUNDED: Final = {
    "numeric": "numbers",
    "str": "texts",
    "str, bytes, or collection": "texts, bytes, lists and tables",
}


def wired(hint: Any) -> Any:
    """Return an annotation with every constraint as msgspec's own."""
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is typing.Annotated:
        return _constrained(wired(arguments[0]), arguments[1:])
    if origin is Secret and arguments != (str,):
        raise TypeError("a secret is a text; use Secret[str]")
    if origin is typing.Literal and None in arguments:
        rest = tuple(argument for argument in arguments if argument is not None)
        return typing.Literal[rest] | None if rest else hint
    if origin in (None, typing.Literal, Secret) or not arguments:
        return hint
    parts = tuple(argument if argument is Ellipsis else wired(argument) for argument in arguments)
    if origin in (typing.Union, types.UnionType):
        return typing.Union[parts]  # noqa: UP007 - a tuple of members
    return origin[parts]


def without_none(hint: Any) -> tuple[Any, bool]:
    """Return an annotation without None, and whether it allowed None."""
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is typing.Annotated:
        bare, optional = without_none(arguments[0])
        return (typing.Annotated[(bare, *arguments[1:])] if optional else hint), optional
    if origin not in (typing.Union, types.UnionType) or types.NoneType not in arguments:
        return hint, False
    rest = tuple(argument for argument in arguments if argument is not types.NoneType)
    return (typing.Union[rest] if rest else hint), bool(rest)  # noqa: UP007


def literal_values(wire: Any) -> tuple[Any, ...]:
    """Return the values of a Literal, alone or as a list's items, in the author's order."""
    some, _ = without_none(wire)
    origin, arguments = typing.get_origin(some), typing.get_args(some)
    if origin is typing.Literal:
        return arguments
    return literal_values(arguments[0]) if arguments else ()


def shape_of(wire: Any) -> shapes.Type:
    """Return msgspec's description of a wire type.

    Raises:
        TypeError: it, or a part of it, cannot be a parameter; the message says which.
    """
    try:
        shape = shapes.type_info(wire)
    except (TypeError, ValueError, RuntimeError) as error:
        text = str(error).partition(" - type ")[0].replace("`", "")
        if found := _MISPLACED.fullmatch(text):
            hint = "; use msgspec.Meta(min_length=…)" if found["kind"] == "numeric" else ""
            text = f"the bound {found['bound']} is for {_BOUNDED[found['kind']]} only{hint}"
        raise TypeError(f"{text[:1].lower()}{text[1:]}") from None
    for part in parts_of(shape):
        if isinstance(part, shapes.CustomType) and part.cls not in (Path, PurePath, Secret):
            raise TypeError(f"{part.cls.__qualname__} has no JSON form")
        if isinstance(part, shapes.RawType | shapes.ExtType):
            raise TypeError("undecoded JSON cannot be checked")
    return shape


def holds_secret(shape: shapes.Type) -> bool:
    """Tell whether a value of a shape may contain a secret."""
    return any(
        isinstance(part, shapes.CustomType) and part.cls is Secret for part in parts_of(shape)
    )


def is_native(shape: shapes.Type) -> bool:
    """Tell whether msgspec converts a shape without help: no path, no secret, no table's keys."""
    return not any(
        isinstance(part, shapes.CustomType | shapes.DictType) for part in parts_of(shape)
    )


def has_odd_keys(shape: shapes.Type) -> bool:
    """Tell whether a shape has tables whose keys are neither texts nor whole numbers."""
    return any(
        isinstance(part, shapes.DictType)
        and not isinstance(part.key_type, shapes.StrType | shapes.IntType | shapes.AnyType)
        for part in parts_of(shape)
    )


def holds_anything(shape: shapes.Type) -> bool:
    """Tell whether a shape has a part that accepts every value."""
    return any(isinstance(part, shapes.AnyType) for part in parts_of(shape))


def from_wire(kind: type, value: Any) -> Any:
    """Convert what msgspec does not know: paths and secrets. The `dec_hook` of all conversions.

    Raises:
        ValueError: the value is neither, nor the text of one; a secret's text is not quoted.
    """
    if typing.get_origin(kind) is not Secret and issubclass(kind, PurePath):
        if not isinstance(value, str | PurePath):
            raise ValueError(f"must be a path, got {numbers.shown(value)}")
        if "\0" in str(value):
            raise ValueError("must be a path, got a text with a NUL character")
        return kind(value)
    if isinstance(value, Secret):
        return value
    if not isinstance(value, str):
        raise ValueError("must be a reference to a secret, env:NAME or file:PATH")
    return Secret[str](value)


def to_wire(value: Any) -> Any:
    """Return the text of a path or of a secret's reference. The `enc_hook` of all conversions."""
    if isinstance(value, PurePath):
        return str(value)
    if isinstance(value, Secret):
        return value.reference
    raise TypeError(f"{type(value).__name__} has no JSON form")


def schema_of(kind: type) -> dict[str, Any]:
    """Return the JSON Schema of a path or a secret. The `schema_hook` of all schemas."""
    if kind is Secret or typing.get_origin(kind) is Secret:
        return {"type": "string", "format": "secret-reference", "pattern": "^(env|file):."}
    return {"type": "string", "format": "path"}


def _constrained(wire: Any, metadata: tuple[Any, ...]) -> Any:
    found = {
        name: value
        for meta in metadata
        for name in CONSTRAINTS
        if (value := getattr(meta, name, None)) is not None
    }
    if not found:
        return wire
    # msgspec needs a constraint on the type itself, not on its union with None.
    some, optional = without_none(wire)
    if not _leaves_some(found, whole=some is int):
        raise TypeError(f"no value can be {_told(found)}")
    constrained = _annotated(some, msgspec.Meta(**found))
    return constrained | None if optional else constrained


def _leaves_some(bounds: Mapping[str, Any], *, whole: bool) -> bool:
    """Tell whether any value can be within bounds."""
    if bounds.get("min_length", 0) > bounds.get("max_length", math.inf):
        return False
    least = max(bounds.get("ge", -math.inf), bounds.get("gt", -math.inf))
    most = min(bounds.get("le", math.inf), bounds.get("lt", math.inf))
    if math.isinf(least) or math.isinf(most):
        return bool(least <= most)
    if not whole:
        return bool(least < most or (least == most and least not in _open(bounds)))
    step = bounds.get("multiple_of", 1)
    first = math.ceil(least / step) * step
    while first in _open(bounds):
        first += step
    return bool(first <= most)


def _open(bounds: Mapping[str, Any]) -> tuple[Any, Any]:
    return bounds.get("gt"), bounds.get("lt")


def _told(bounds: Mapping[str, Any]) -> str:
    return " and ".join(f"{_BOUNDS.get(name, name)} {value}" for name, value in bounds.items())


def _annotated(wire: Any, meta: msgspec.Meta) -> Any:
    return typing.Annotated[wire, meta]


def has_bounds(hint: Any) -> bool:
    """Tell whether a field's annotation has bounds that msgspec does not know."""
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is typing.Annotated and any(
        getattr(meta, name, None) is not None
        for meta in arguments[1:]
        if not isinstance(meta, msgspec.Meta)
        for name in CONSTRAINTS
    ):
        return True
    if origin in (None, typing.Literal, Secret):
        return False
    return any(has_bounds(argument) for argument in arguments)


def parts_of(shape: Any) -> Iterator[shapes.Type]:
    """Walk a shape and everything nested in it, each class once."""
    waiting, seen = [shape], set[int]()
    while waiting:
        part = waiting.pop()
        if isinstance(part, tuple):
            waiting.extend(part)
        elif isinstance(part, shapes.Type | shapes.Field) and id(part) not in seen:
            seen.add(id(part))
            if isinstance(part, shapes.Type):
                yield part
            waiting.extend(getattr(part, name) for name in part.__struct_fields__)
