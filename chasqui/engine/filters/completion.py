"""Completion of a filter's text: fields, then their operators, then known values.

The caller passes the known types, workers and keys; states and durations are known here. Every text
and every position of the cursor has an answer, perhaps an empty one.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from chasqui.engine.filters.filter import tokens
from chasqui.engine.filters.terms import FIELDS, OPERATORS, STATES

DURATIONS: Final = ("1m", "10m", "1h", "6h", "1d", "7d")
SIZES: Final = ("10MiB", "100MiB", "500MiB", "1GiB", "4GiB")
OFFERED: Final = 50

_HALF: Final = re.compile(r"(-?)([A-Za-z]*)(!=|!~|<=|>=|=|~|<|>|!)?(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Completion:
    """The completions for ``text[start:end]``, the best first."""

    start: int
    end: int
    options: tuple[str, ...] = ()


def complete(
    text: str,
    cursor: int,
    vocabulary: Mapping[str, Iterable[str]] | None = None,
    fields: Collection[str] = tuple(FIELDS),
) -> Completion:
    """Return the completions of the part of a filter before the cursor; never raises.

    Args:
        vocabulary: the known values, by field.
        fields: those of the list that is filtered; the others are not offered.
    """
    cursor = max(0, min(cursor, len(text)))
    token = next((one for one in tokens(text[:cursor]) if one.end == cursor), None)
    start = cursor if token is None else token.start
    piece = text[start:cursor]
    if token is not None and token.closed and text[cursor - 1].isspace():
        start, piece = cursor, ""
    found = _HALF.fullmatch(piece)
    if found is None:
        return Completion(start, cursor)
    minus, field, sign, value = found.groups(default="")
    if sign and field.lower() in FIELDS:
        return _values(field.lower(), sign, value, cursor, vocabulary or {})
    if sign or value:
        return Completion(start, cursor)
    return Completion(start, cursor, tuple(_fields(minus, field.lower(), fields)))


def _fields(minus: str, begun: str, fields: Collection[str]) -> Iterable[str]:
    if begun in fields:
        yield from (f"{minus}{begun}{sign}" for sign in OPERATORS[FIELDS[begun]])
    for field, kind in FIELDS.items():
        if field in fields and field.startswith(begun) and field != begun:
            yield f"{minus}{field}{OPERATORS[kind][0]}"


def _values(
    field: str, sign: str, value: str, cursor: int, vocabulary: Mapping[str, Iterable[str]]
) -> Completion:
    kind = FIELDS[field]
    if sign == "!":
        signs = tuple(operator for operator in OPERATORS[kind] if operator.startswith("!"))
        return Completion(cursor - 1, cursor, signs if not value else ())
    if sign not in OPERATORS[kind]:
        return Completion(cursor, cursor)
    several = "~" not in sign and '"' not in value
    begun = value.rpartition(",")[2] if several else value
    start = cursor - len(begun)
    wanted = begun.removeprefix('"').casefold()
    known: Iterable[str] = vocabulary.get(field, ())
    if kind == "state" and field not in vocabulary:
        known = STATES
    if kind in ("age", "duration"):
        known = DURATIONS
    if kind == "size":
        known = SIZES
    fitting = [name for name in dict.fromkeys(known) if wanted in name.casefold() and name != begun]
    fitting.sort(key=lambda one: not one.casefold().startswith(wanted))
    return Completion(start, cursor, tuple(_quoted(one) for one in fitting[:OFFERED]))


def _quoted(value: str) -> str:
    """Return a value as it is written in a filter."""
    if value and not re.search(r"""[\s",]""", value):
        return value
    inner = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{inner}"'
