"""Outlines: a value as a text of bounded length, in a bounded time, however it is built.

``repr`` of a list that holds one list twice, and so on, takes for ever; of a deep one it raises; of
a long one it takes what memory there is. An outline goes through what Python's own containers keep
until the text is long enough. What another class says of itself is asked for only if the caller
gives a way to ask; else a value is shown by its fields, and none of its code runs: for screens and
for readings, which must not wait for a stranger's code.
"""

from __future__ import annotations

import datetime
import enum
import reprlib
import sys
from collections import deque
from collections.abc import Callable, Iterable
from types import FunctionType, WrapperDescriptorType
from typing import Any, Final

from chasqui import slots
from chasqui.slots import MISSING, is_a, said, stored

DEPTH: Final = 20  # of values inside of values
DIGITS: Final = 4000  # of an integer that is shown by its digits

TRUSTED: Final = frozenset(
    {
        "datetime.date",
        "datetime.datetime",
        "datetime.time",
        "datetime.timedelta",
        "datetime.timezone",
        "zoneinfo.ZoneInfo",
        "decimal.Decimal",
        "uuid.UUID",
        "pathlib.PosixPath",
        "pathlib.WindowsPath",
        "pathlib.PurePosixPath",
        "pathlib.PureWindowsPath",
        "pathlib._local.PosixPath",
        "pathlib._local.PurePosixPath",
        "range",
        "ellipsis",
    }
)
"""Classes of the standard library that write themselves by their own code only."""

Ask = Callable[[object, int], str]
"""Asks a value for its text of at most so many characters, and never raises."""


class _Full(Exception):
    """The text is long enough."""


def of(value: object, cap: int) -> str:
    """Return a value as Python would write it, by what Python keeps of it; no code of it runs."""
    return _Outline(cap, _unasked).text(value)


def asked(value: object, cap: int, ask: Ask) -> str:
    """Return a value as Python would write it; what is not Python's own is asked for its part."""
    return _Outline(cap, ask).text(value)


def is_pythons(kind: type) -> bool:
    """Tell whether it is Python that writes the values of a class, by going through them."""
    how = said(kind, "__repr__")
    return any(how is one for one in _WRITTEN) or _is_generated(kind, how)


def is_compound(kind: type) -> bool:
    """Tell whether the values of a class are written by what they hold, and by Python alone."""
    how = said(kind, "__repr__")
    return any(how is one.__repr__ for one, _ in _CONTAINERS) or _is_generated(kind, how)


def text(value: object, cap: int) -> str:
    """Return what a text says, or the outline of any other value."""
    if is_a(value, str):
        return slots.as_text(value)[:cap]  # type: ignore[arg-type]
    return str(value)[:cap] if is_trusted(value) else of(value, cap)


def integer(value: int) -> str:
    """Return the digits of an integer, or how many there are about."""
    number = int.__index__(value)
    digits = int(abs(number).bit_length() * 0.30103) + 1
    return int.__repr__(number) if digits <= DIGITS else f"<an integer of about {digits:,} digits>"


def trust(kind: type) -> None:
    """Have the values of a class, and of no class made from it, write themselves everywhere."""
    _trusted[id(kind)] = kind


class _Outline:
    """The text so far."""

    def __init__(self, cap: int, ask: Ask) -> None:
        self._ask = ask
        self._left = cap
        self._parts: list[str] = []
        self._inside: set[int] = set()  # what the value being written is inside of

    def text(self, value: object) -> str:
        try:
            self._add(value)
        except (_Full, RuntimeError):  # or its task has just changed a container
            return "".join(self._parts)[:-1] + "…"
        return "".join(self._parts)

    def _put(self, text: str) -> None:
        self._parts.append(text[: self._left + 1])
        self._left -= len(text)
        if self._left < 0:
            raise _Full

    def _add(self, value: Any) -> None:
        kind = type(value)
        how = said(kind, "__repr__")
        for base, write in _CONTAINERS:
            # One that only writes itself in another way is asked, if it may be.
            if is_a(value, base) and (how is base.__repr__ or self._ask is _unasked):
                if id(value) in self._inside or len(self._inside) >= DEPTH:
                    return self._put("…")
                self._inside.add(id(value))
                plain = kind is base or self._ask is not _unasked
                write(self, value, "" if plain else slots.name_of(kind))
                return self._inside.discard(id(value))
        for scalar, of_scalar in _SCALARS:
            if is_a(value, scalar) and (how is scalar.__repr__ or self._ask is _unasked):
                return self._put(of_scalar(value, self._left))
        if self._ask is _unasked or _is_generated(kind, how):
            return self._add_fields(value, kind)
        return self._put(self._ask(value, self._left + 1))

    def _add_fields(self, value: object, kind: type) -> None:
        name = slots.name_of(kind)
        if is_trusted(value):
            return self._put(repr(value))
        if is_a(value, enum.Enum):
            return self._put(f"{name}.{slots.as_text(stored(value, '_name_'))}")
        fields = list(fields_of(value))
        if not fields or id(value) in self._inside or len(self._inside) >= DEPTH:
            return self._put(_unasked(value, self._left))
        self._inside.add(id(value))
        self._put(f"{name}(")
        for at, (field, one) in enumerate(fields):
            self._put(f"{', ' if at else ''}{field}=" if field else ", " if at else "")
            self._add(one)
        self._put(")")
        return self._inside.discard(id(value))

    # Python's own containers

    def _list(self, value: Any, name: str) -> None:
        self._items("[", list.__iter__(value), "]", name)

    def _tuple(self, value: Any, name: str) -> None:
        self._items("(", tuple.__iter__(value), ",)" if tuple.__len__(value) == 1 else ")", name)

    def _set(self, value: Any, name: str) -> None:
        many = set.__iter__(value) if is_a(value, set) else frozenset.__iter__(value)
        kind = slots.name_of(type(value))
        empty = not (set.__len__(value) if is_a(value, set) else frozenset.__len__(value))
        if empty:
            return self._put(f"{kind}()")
        return self._items("{", many, "}", "" if type(value) is set else kind)

    def _deque(self, value: Any, name: str) -> None:
        self._items("[", deque.__iter__(value), "]", slots.name_of(type(value)))

    def _dict(self, value: Any, name: str) -> None:
        self._put(f"{name}({{" if name else "{")
        for at, (key, one) in enumerate(dict.items(value)):
            self._put(", " if at else "")
            self._add(key)
            self._put(": ")
            self._add(one)
        self._put("})" if name else "}")

    def _items(self, begin: str, many: Iterable[Any], end: str, name: str) -> None:
        self._put(f"{name}({begin}" if name else begin)
        for at, one in enumerate(many):
            self._put(", " if at else "")
            self._add(one)
        self._put(f"{end})" if name else end)


def _is_generated(kind: type, how: Any) -> bool:
    """Tell whether it is a dataclass or a Struct that is written as those are, by its fields."""
    if type(how) is FunctionType and how.__code__.co_filename in _generators():
        inner = how.__dict__.get("__wrapped__")
        return type(inner) is FunctionType and inner.__code__.co_filename == "<string>"
    return is_struct(kind) and type(how) is WrapperDescriptorType


def _generators() -> list[str]:
    """Return the files whose functions guard the ``__repr__`` that `dataclasses` has generated."""
    files = [reprlib.__file__]
    if "dataclasses" in sys.modules:  # it is slow to import, and has generated nothing else
        files.append(sys.modules["dataclasses"].__file__ or "")
    return files


def fields_of(value: object) -> Iterable[tuple[str, Any]]:
    """Give the fields by which a record or an error is shown, with their names."""
    kind = type(value)
    if is_a(value, BaseException):
        yield from (("", one) for one in slots.args_of(value))  # type: ignore[arg-type]
        return
    fields = slots.dataclass_fields(kind)
    if fields is not None:
        shown = [name for name, field in fields.items() if stored(field, "repr") is not False]
    else:
        shown = slots.names_in(kind) if is_struct(kind) else []
    for name in shown:
        found = stored(value, name) if type(name) is str else MISSING
        if found is not MISSING:
            yield name, found


def is_struct(kind: type) -> bool:
    """Tell whether a class is one of msgspec, without importing that."""
    return "msgspec.Struct" in map(slots.label_of, slots.bases(kind))


def _unasked(value: object, room: int) -> str:
    if is_a(value, type):
        return f"<class '{slots.label_of(value)}'>"  # type: ignore[arg-type]
    return f"<{slots.name_of(type(value))} object>"


def is_trusted(value: Any) -> bool:
    """Tell whether a value may write itself anywhere, since no stranger's code is in it."""
    kind = type(value)
    if _trusted.get(id(kind)) is kind:
        return True
    label = slots.label_of(kind)
    module, _, name = label.rpartition(".")
    known = sys.modules.get(module)
    if label not in TRUSTED or known is None or vars(known).get(name) is not kind:
        return False
    if kind is datetime.datetime or kind is datetime.time:
        zone = kind.tzinfo.__get__(value)
        return zone is None or slots.label_of(type(zone)) in TRUSTED
    return True


_CONTAINERS: Final[tuple[tuple[type, Callable[[_Outline, Any, str], None]], ...]] = (
    (list, _Outline._list),
    (dict, _Outline._dict),
    (tuple, _Outline._tuple),
    (set, _Outline._set),
    (frozenset, _Outline._set),
    (deque, _Outline._deque),
)
_SCALARS: Final[tuple[tuple[Any, Callable[[Any, int], str]], ...]] = (
    (str, lambda value, room: str.__repr__(str.__getitem__(value, slice(room + 1)))),
    (bool, lambda value, room: bool.__repr__(value)),
    (int, lambda value, room: integer(value)),
    (float, lambda value, room: float.__repr__(value)),
    (complex, lambda value, room: complex.__repr__(value)),
    (bytes, lambda value, room: bytes.__repr__(bytes.__getitem__(value, slice(room + 1)))),
    (
        bytearray,
        lambda value, room: bytearray.__repr__(bytearray.__getitem__(value, slice(room + 1))),
    ),
    (type(None), lambda value, room: "None"),
)
_WRITTEN: Final = [one.__repr__ for one, _ in (*_CONTAINERS, *_SCALARS)]
_trusted: Final[dict[int, type]] = {}
