"""Kinds: how people type a parameter in, and what a form says is expected."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final, Literal

from msgspec import inspect as shapes

from chasqui.engine.types.patterns import asked_for
from chasqui.secret import Secret

Kind = Literal[
    "text",
    "secret",
    "path",
    "integer",
    "number",
    "boolean",
    "choice",
    "datetime",
    "date",
    "time",
    "duration",
    "list",
    "json",
]

_SIMPLE: Final[dict[type[shapes.Type], Kind]] = {
    shapes.StrType: "text",
    shapes.UUIDType: "text",
    shapes.DecimalType: "text",
    shapes.BytesType: "text",
    shapes.ByteArrayType: "text",
    shapes.MemoryViewType: "text",
    shapes.IntType: "integer",
    shapes.FloatType: "number",
    shapes.BoolType: "boolean",
    shapes.LiteralType: "choice",
    shapes.EnumType: "choice",
    shapes.DateTimeType: "datetime",
    shapes.DateType: "date",
    shapes.TimeType: "time",
    shapes.TimeDeltaType: "duration",
}
_LISTS: Final = (shapes.ListType, shapes.SetType, shapes.FrozenSetType, shapes.VarTupleType)

NOUNS: Final[dict[Kind, str]] = {
    "text": "a text",
    "secret": "env:NAME or file:PATH",
    "path": "a path",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "yes or no",
    "choice": "one of the choices",
    "datetime": "a date and time such as 2026-11-25T14:30:00Z",
    "date": "a date such as 2026-11-25",
    "time": "a time such as 14:30",
    "duration": "a duration such as 90s, 10m or 1h30m",
    "list": "a list: a, b, c or JSON",
    "json": "JSON",
}
Notes = Callable[[Any, str], str]
"""Returns a note about a field, by the shape of its object and its name in JSON."""

_SPECIAL: Final[dict[type[shapes.Type], str]] = {
    shapes.UUIDType: "a UUID",
    shapes.DecimalType: "a decimal number",
    shapes.BytesType: "bytes in base64",
    shapes.ByteArrayType: "bytes in base64",
    shapes.MemoryViewType: "bytes in base64",
}


def bare(shape: shapes.Type) -> shapes.Type:
    """Return a shape without its notes and without its None."""
    if isinstance(shape, shapes.Metadata):
        return bare(shape.type)
    if isinstance(shape, shapes.UnionType):
        rest = [part for part in shape.types if not isinstance(part, shapes.NoneType)]
        if len(rest) == 1:
            return bare(rest[0])
    return shape


def kind_of(shape: shapes.Type) -> Kind:
    """Return the way in which values of a shape are typed in."""
    shape = bare(shape)
    if isinstance(shape, shapes.CustomType):
        return "secret" if shape.cls is Secret else "path"
    if isinstance(shape, _LISTS) and kind_of(shape.item_type) not in ("list", "json"):
        return "list"
    return _SIMPLE.get(type(shape), "json")


def takes_any_text(shape: shapes.Type) -> bool:
    """Tell whether a text that is not JSON may stand for itself, as in ``int | str``."""
    shape = bare(shape)
    if isinstance(shape, shapes.UnionType):
        return any(takes_any_text(part) for part in shape.types)
    return isinstance(shape, shapes.StrType | shapes.AnyType)


def members_of(shape: shapes.Type) -> tuple[Any, ...]:
    """Return the values of an enumeration as JSON has them, in the order of declaration."""
    shape = bare(shape)
    return tuple(member.value for member in shape.cls) if isinstance(shape, shapes.EnumType) else ()


def no_notes(part: Any, name: str) -> str:
    """Return no notes about fields."""
    return ""


def expects(shape: shapes.Type, values: Sequence[Any] = (), note: Notes = no_notes) -> str:
    """Say in a few words what to type in: the bounds, or the values of a list.

    ``note`` returns a note about a field of an object.
    """
    shape = bare(shape)
    kind = kind_of(shape)
    if kind == "list":
        assert isinstance(shape, _LISTS)
        item = bare(shape.item_type)
        texts = ", ".join(str(value) for value in values)
        noun = f"some of {texts}" if texts else _NOUNS_OF_LISTS.get(kind_of(item), "")
        return ", ".join(part for part in ("a list a, b, c or JSON", noun, _length(shape)) if part)
    if kind == "json":
        return f"JSON: {_structure(shape, note)}"
    noun = _SPECIAL.get(type(shape), "" if kind in ("text", "choice") else NOUNS[kind])
    return ", ".join(part for part in (noun, _bounds(shape), _length(shape)) if part)


_NOUNS_OF_LISTS: Final[dict[Kind, str]] = {
    "path": "paths",
    "integer": "whole numbers",
    "number": "numbers",
    "boolean": "yes or no each",
    "duration": "durations",
    "secret": "references to secrets",
}


def _bounds(shape: Any) -> str:
    least = _bound(shape, "ge", "", "gt", "more than ")
    most = _bound(shape, "le", "", "lt", "less than ")
    steps = getattr(shape, "multiple_of", None)
    words = [f"a multiple of {steps:g}"] if steps is not None else []
    if least and most and least[0].isdigit() | (least[0] == "-") and most[0].isdigit():
        words.append(f"{least} to {most}")
    else:
        words += [f"at least {least}" if least[:4] != "more" else least] if least else []
        words += [f"at most {most}" if most[:4] != "less" else most] if most else []
    return ", ".join(words)


def _bound(shape: Any, closed: str, before: str, open: str, words: str) -> str:
    if (value := getattr(shape, closed, None)) is not None:
        return f"{before}{value:.12g}"
    if (value := getattr(shape, open, None)) is not None:
        return f"{words}{value:.12g}"
    return ""


def _length(shape: Any) -> str:
    least, most = getattr(shape, "min_length", None), getattr(shape, "max_length", None)
    unit = "characters" if isinstance(shape, shapes.StrType) else "in number"
    words = []
    if least is not None and most is not None:
        words.append(f"{least} to {most} {unit}")
    elif least is not None:
        words.append(f"at least {least} {unit}")
    elif most is not None:
        words.append(f"at most {most} {unit}")
    if pattern := getattr(shape, "pattern", None):
        words.append(asked_for(pattern))
    return ", ".join(words)


def limits(shape: shapes.Type) -> str:
    """Return the bounds of a shape, or nothing."""
    shape = bare(shape)
    return ", ".join(part for part in (_bounds(shape), _length(shape)) if part)


def _structure(shape: Any, note: Notes, within: tuple[Any, ...] = ()) -> str:
    """Describe a structure: the fields of an object, what an array or a table holds."""
    shape = bare(shape)
    if isinstance(shape, shapes.UnionType):
        return " or ".join(_structure(part, note, within) for part in shape.types)
    if isinstance(shape, shapes.DictType):
        return _holding("an object", shape.value_type, note, within)
    if isinstance(shape, _LISTS):
        return _holding("an array", shape.item_type, note, within)
    fields = getattr(shape, "fields", None)
    if fields:
        names = ", ".join(_named(shape, field, note, (*within, shape.cls)) for field in fields)
        is_array = isinstance(shape, shapes.NamedTupleType) or getattr(shape, "array_like", False)
        return f"an array [{names}]" if is_array else f"an object {{{names}}}"
    if isinstance(shape, shapes.TupleType):
        return "an array"
    if isinstance(shape, shapes.AnyType):
        return "any value"
    return _SPECIAL.get(type(shape)) or NOUNS[kind_of(shape)]


def _holding(noun: str, item: shapes.Type, note: Notes, within: tuple[Any, ...]) -> str:
    """Describe the contents of an array or a table, if there are notes on them."""
    return f"{noun}, each {_structure(item, note, within)}" if _says(item, note, within) else noun


def _says(shape: Any, note: Notes, within: tuple[Any, ...]) -> bool:
    """Tell whether a field within a shape has a note."""
    shape = bare(shape)
    if isinstance(shape, (shapes.DictType, *_LISTS)):
        return _says(getattr(shape, "item_type", None) or shape.value_type, note, within)  # type: ignore[union-attr]
    if isinstance(shape, shapes.UnionType):
        return any(_says(part, note, within) for part in shape.types)
    fields = getattr(shape, "fields", ())
    if not fields or shape.cls in within:
        return False
    inside = (*within, shape.cls)
    return any(
        note(shape, field.encode_name) or _says(field.type, note, inside) for field in fields
    )


def _named(shape: Any, field: Any, note: Notes, within: tuple[Any, ...]) -> str:
    name = f"{field.encode_name}{'' if field.required else '?'}"
    words = [note(shape, field.encode_name)]
    if _says(field.type, note, within):
        words.append(_structure(field.type, note, within))
    told = "; ".join(filter(None, words))
    return f"{name} ({told})" if told else name
