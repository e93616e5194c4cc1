"""Marking: a walk through a value that turns it into what JSON can hold."""

from __future__ import annotations

import base64
import datetime
import decimal
import enum
import math
import uuid
from collections.abc import Callable, Iterable, Mapping
from pathlib import PurePath
from typing import Any, Final

import msgspec

from chasqui import foreign, slots
from chasqui.secret import Secret, masked
from chasqui.slots import is_a, said

EXACT: Final = 2**53  # beyond it, readers that use doubles change integers
DEPTH: Final = 32
REPR: Final = 4096  # characters
AGAIN: Final = 5_000  # elements that may be written more than once
ROOM: Final = 64 * REPR  # characters for values without a JSON form, before those are cut short
SHORT: Final = 10**600  # up to here integers are converted whatever `sys.set_int_max_str_digits` is
DECIMAL_BITS: Final = 166_000  # 50,000 digits: more would take longer than a tenth of a second

_SIMPLE: Final = (
    datetime.date,
    datetime.time,
    datetime.timedelta,
    decimal.Decimal,
    uuid.UUID,
)
"""Types that msgspec turns into text."""


def printable(text: str) -> str:
    """Return a text that UTF-8 can hold, masked; other characters are escaped."""
    text = masked(text)
    if type(text) is str and text.isascii():
        return text
    return text.encode("utf-8", "backslashreplace").decode()


def digits(number: int) -> str:
    """Return the digits of an integer of any size; in hexadecimal if it is very long."""
    if -SHORT < number < SHORT:
        return str(number)
    if number.bit_length() <= DECIMAL_BITS:
        return format(decimal.Decimal(number), "f")
    return hex(number)


class Marking:
    """The state of a walk through a value."""

    def __init__(self, mark: Callable[[Mapping[str, Any]], str]) -> None:
        self._mark = mark
        self._inside: set[int] = set()  # the values that contain the present one
        self._seen: set[int] = set()  # the containers that were visited
        self._again = AGAIN
        self._room = ROOM

    def plain(self, value: Any) -> Any:
        """Return a value as JSON can hold it."""
        if value is None or value is True or value is False:
            return value
        kind = type(value)  # says it of most values: two words in a list take 8 us and not 21
        if kind is str:
            return _string(value)
        if (kind is int and -EXACT <= value <= EXACT) or (kind is float and math.isfinite(value)):
            return value
        if kind is dict or kind is list or _is_record(kind):
            return self._found(self._enclosed, value)
        if is_a(value, str):
            return _string(slots.as_text(value))
        if is_a(value, int):
            number = int.__index__(value)
            return number if -EXACT <= number <= EXACT else {"number": digits(number)}
        if is_a(value, float):
            real = float.__float__(value)
            if math.isfinite(real):
                return real
            import json

            return {"number": json.dumps(real)}
        if is_a(value, Secret):
            return slots.stored(value, "reference")
        return self._found(self._other, value)

    def _found(self, look: Callable[[Any], Any], value: Any) -> Any:
        try:
            found = look(value)
        except BaseException as broken:  # raised by the value when it is inspected
            foreign.let_through(broken)
            return self._lost(value)
        return self._lost(value) if found is _NONE else found

    def _lost(self, value: Any) -> dict[str, str]:
        text = foreign.repr_of(value, min(REPR, max(80, self._room)))
        self._room -= len(text)
        return {"repr": printable(text)}

    def _other(self, value: Any) -> Any:
        if is_a(value, bytes, bytearray, memoryview):
            return {"bytes": base64.b64encode(memoryview(value)).decode("ascii")}
        if is_a(value, PurePath):
            return _string(slots.as_text(str(value)))
        if is_a(value, *_SIMPLE):
            return self.plain(msgspec.to_builtins(value))
        return self._enclosed(value)

    def _enclosed(self, value: Any) -> Any:
        if len(self._inside) >= DEPTH or id(value) in self._inside:
            return _NONE
        self._inside.add(id(value))
        try:
            return self._container(value)
        finally:
            self._inside.discard(id(value))

    def _container(self, value: Any) -> Any:
        kind = type(value)
        if _is_record(kind):  # 15 us less than after all that it is not
            return self._record(value, names_of(kind) or ())
        if is_a(value, enum.Enum):
            return self.plain(slots.stored(value, "_value_"))
        if is_a(value, dict):
            return self._mapping(value, dict.items(value), dict.__len__(value))
        if is_a(value, list, tuple):
            kept = list(slots.elements(value))
            return [self.plain(one) for one in kept] if self._may(value, len(kept)) else _NONE
        if is_a(value, set, frozenset):
            kept = list(slots.elements(value))
            if not self._may(value, len(kept)):
                return _NONE
            return sorted((self.plain(one) for one in kept), key=repr)
        if (names := names_of(kind)) is not None:
            return self._record(value, names)
        if foreign.is_mapping(value):
            kept = list(slots.pairs(value, AGAIN))  # with that many it is refused, so none is cut
            return self._mapping(value, kept, len(kept))
        return _NONE

    def _record(self, value: Any, names: Iterable[str]) -> Any:
        fields = [(name, _field(value, name)) for name in names]
        return self._mapping(value, fields, len(fields))

    def _mapping(self, value: Any, pairs: Iterable[tuple[Any, Any]], count: int) -> Any:
        if not self._may(value, count):
            return _NONE
        found = {}
        for key, item in pairs:
            is_text = type(key) is str or is_a(key, str)
            text = slots.as_text(key) if is_text else foreign.text_of(key, REPR)
            found[printable(text)] = self.plain(item)
        if len(found) != count:  # several keys have one text
            return _NONE
        return {"mapping": found} if self._mark(found) else found

    def _may(self, value: Any, count: int) -> bool:
        """Tell whether to visit a container: the first time always, again while there is room.

        A list twice in another, and that twice in another, soon makes a billion elements.
        """
        if id(value) in self._seen or not is_a(value, list, tuple, set, frozenset, dict):
            self._again -= 1 + count
        self._seen.add(id(value))
        return self._again >= 0


_NONE: Final = object()
"""In place of a JSON form that does not exist."""


def names_of(kind: type) -> list[str] | None:
    """Return the fields of a record by its class: a dataclass, a Struct or an attrs class."""
    fields = slots.dataclass_fields(kind)
    if fields is not None:
        return [name for name, field in fields.items() if slots.is_field(field)]
    if slots.is_class_of(kind, msgspec.Struct):
        return slots.names_in(kind)
    fields = said(kind, "__attrs_attrs__")
    return [one.name for one in tuple.__iter__(fields)] if is_a(fields, tuple) else None


def _is_record(kind: type) -> bool:
    """Tell whether a class is a dataclass without bases, which nothing else that counts can be."""
    return slots.has_no_base(kind) and slots.dataclass_fields(kind) is not None


def _field(value: Any, name: str) -> Any:
    """Return a field as it is stored, else as the instance gives it; an error becomes words."""
    kept = slots.stored(value, name)
    if kept is not slots.MISSING:
        return kept
    try:
        return getattr(value, name)
    except BaseException as broken:
        return _Words(foreign.without(name, broken))


class _Words:
    """In place of a field that cannot be read."""

    def __init__(self, words: str) -> None:
        self._words = words

    def __repr__(self) -> str:
        return self._words


def _string(text: str) -> Any:
    text = masked(text)
    try:
        text.encode()
    except UnicodeEncodeError:
        try:
            raw = text.encode("utf-8", "surrogateescape")
        except UnicodeEncodeError:
            return {"repr": ascii(text)[:REPR]}
        return {"bytes": base64.b64encode(raw).decode("ascii")}
    return text
