"""Records of the port filled with texts, by a walk through their fields.

`fields_of` names every text that the records can carry, so a test that compares it with what is on
screen notices a field that is added. `Filling` makes records with a text in each of these fields.
"""

from __future__ import annotations

import functools
import operator
import types
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

import msgspec

from chasqui.control.port import (
    Capabilities,
    CommandOutcome,
    Page,
    Snapshot,
    StackView,
    TaskDetail,
    TaskTypeInfo,
)

CARRIED: Final = (Snapshot, TaskDetail, StackView, TaskTypeInfo, CommandOutcome, Capabilities)
"""What a port answers; a console shows nothing of an engine that is not in these."""
NOW: Final = 1_700_000_000.0
UNIQUE: Final = frozenset(
    ("TaskTypeInfo.name", "ParameterInfo.name", "TypeRow.name", "WorkerRow.name", "GroupRow.id")
)
"""The engine keeps no two of these alike, so they end in a number."""
Kind = TypeVar("Kind", bound=msgspec.Struct)
Text = Callable[[str], str]
"""Gives the text for a field, which is named "Snapshot.name"."""


def hints_of(kind: type[msgspec.Struct]) -> Mapping[str, Any]:
    """Return the types of the fields of a record; that of a text is `str`."""
    hints = get_type_hints(kind)
    return {name: _plain(hints[name]) for name in kind.__struct_fields__}


def fields_of(kinds: tuple[type[msgspec.Struct], ...] = CARRIED) -> frozenset[str]:
    """Return the names of all text fields of these records, and of those inside them."""
    found: set[str] = set()
    seen: set[type] = set()

    def walk(kind: type[msgspec.Struct]) -> None:
        if kind in seen:
            return
        seen.add(kind)
        for name, hint in hints_of(kind).items():
            for leaf in _leaves(hint):
                if leaf is str:
                    found.add(f"{kind.__name__}.{name}")
                elif isinstance(leaf, type) and issubclass(leaf, msgspec.Struct):
                    walk(leaf)

    for kind in kinds:
        walk(kind)
    return frozenset(found)


class Filling:
    """Makes records whose every text is one that it is given.

    Args:
        text: gives the text for a field.
        fixed: the values of other fields, by their names; numbers are counted up otherwise.
        rows: how long each tuple is.
    """

    def __init__(
        self, text: Text, fixed: Mapping[str, Any] | None = None, *, rows: int = 2
    ) -> None:
        self.filled: set[str] = set()
        """The text fields that have been filled."""
        self._text = text
        self._fixed = dict(fixed or {})
        self._rows = rows
        self._count = 0

    def make(self, record: type[Kind], /, **more: Any) -> Kind:
        """Make a record; ``more`` are values of its own fields."""
        values = {}
        for name, hint in hints_of(record).items():
            path = f"{record.__name__}.{name}"
            if name in more:
                values[name] = more[name]
            elif path in self._fixed:
                values[name] = self._fixed[path]
            else:
                values[name] = self._value(path, hint)
        return record(**values)

    def rows(self, record: type[Kind], /, **more: Any) -> list[Kind]:
        """Make some records."""
        return [self.make(record, **more) for _ in range(self._rows)]

    def _value(self, path: str, hint: Any) -> Any:
        origin, args = get_origin(hint), get_args(hint)
        if origin in (Union, types.UnionType):
            return self._value(path, next(arg for arg in args if arg is not type(None)))
        if origin is Literal:
            return next((arg for arg in args if arg), args[0])
        if origin is tuple:
            if args[1:] == (...,):
                return tuple(self._value(path, args[0]) for _ in range(self._rows))
            return tuple(self._value(path, arg) for arg in args)
        if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
            return self.make(hint)
        if hint is str:
            self.filled.add(path)
            text = self._text(path)
            if path in UNIQUE:
                self._count += 1
                text = f"{text}-{self._count}"
            return text
        if hint is bool:
            return False
        self._count += 1
        return float(self._count) if hint is float else self._count


def _plain(hint: Any) -> Any:
    """Return a type without what only a type checker sees."""
    hint = getattr(hint, "__supertype__", hint)
    origin, args = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return functools.reduce(operator.or_, map(_plain, args))
    if origin is tuple:
        return tuple[tuple(_plain(arg) for arg in args)]  # type: ignore[misc]
    if origin is Page:
        return Page[_plain(args[0])]  # type: ignore[misc]
    return hint


def _leaves(hint: Any) -> Iterator[Any]:
    origin = get_origin(hint)
    if origin is Page:
        yield Page
        yield from get_args(hint)
    elif origin in (Union, types.UnionType, tuple):
        for arg in get_args(hint):
            yield from _leaves(arg)
    elif origin is not Literal:
        yield hint
