"""Matching: which of many values match a term of a filter.

A whole column is checked at a time, without a step of Python for each value.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterable, Mapping
from itertools import repeat
from typing import Any, Final

from chasqui.engine.filters.terms import MATCHING, Term
from chasqui.numbers import LONGEST
from chasqui.sizes import bytes_in

COSTS: Final = (
    "number",
    "name",
    "state",
    "duration",
    "size",
    "age",
    "text",
    "error",
)  # the cheapest first

_ORDERS: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_AGES: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "<": operator.gt,  # younger is later
    "<=": operator.ge,
    ">": operator.lt,
    ">=": operator.le,
}
_UNITS: Final = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86_400.0, "w": 604_800.0}
_DURATION: Final = re.compile(r"(?:[0-9]+(?:\.[0-9]+)?(?:ms|[smhdw]))+")
_PART: Final = re.compile(r"([0-9]+(?:\.[0-9]+)?)(ms|[smhdw])")


def duration(text: str) -> float | None:
    """Return the seconds of a text such as 90s or 1h30m; None if invalid or over 100 years."""
    if not _DURATION.fullmatch(text):
        return None
    seconds = sum(float(count) * _UNITS[unit] for count, unit in _PART.findall(text))
    return seconds if seconds <= LONGEST else None


def count(text: str) -> int | None:
    """Return the bytes of a text such as 100MiB; None if it is none."""
    try:
        return bytes_in(text)
    except ValueError:
        return None


# Reading a term


def whole(text: str) -> int | None:
    try:
        return int(text)
    except ValueError:
        return None


def cost(term: Term) -> int:
    return COSTS.index(term.kind) if term.field else len(COSTS)


def held(term: Term, values: Iterable[Any], now: float) -> Iterable[bool]:
    """Tell for each value whether the term matches."""
    flags = _described(term, values, now)
    return map(operator.not_, flags) if term.turned else flags


def _described(term: Term, values: Iterable[Any], now: float) -> Iterable[bool]:
    kind, sign, first = term.kind, term.operator, term.values[0]
    if kind == "number" and sign in MATCHING:
        return map({whole(value) for value in term.values}.__contains__, values)
    if kind == "number":
        return map(_ORDERS[sign], values, repeat(whole(first)))
    if kind == "duration":
        return map(_ORDERS[sign], values, repeat(duration(first)))
    if kind == "size":
        return map(_ORDERS[sign], values, repeat(count(first)))
    if kind == "age":
        return map(_AGES[sign], values, repeat(now - (duration(first) or 0.0)))
    if kind in ("name", "state"):
        tests = [matches(sign, value) for value in term.values]
        fits = _Known(lambda words: any(test(word) for test in tests for word in words))
        fit = _Known(lambda word: any(test(word) for test in tests))
        return map((fits if kind == "state" else fit).__getitem__, values)
    if "~" in sign:
        return map(operator.contains, map(str.casefold, values), repeat(first.casefold()))
    if kind == "text" and not any("*" in value or "?" in value for value in term.values):
        return map(frozenset(term.values).__contains__, values)
    ways = "|".join(_glob(value) for value in term.values)
    if kind == "error":
        # In ``TimeoutError: it took 3 s``: the class alone, the message alone, or the whole.
        ways = f"(?:[^:]*: )?(?:{ways})(?:: .*)?"
    return map(bool, map(re.compile(ways, re.DOTALL).fullmatch, values))


def matches(sign: str, value: str) -> Callable[[str], bool]:
    if "~" in sign:
        needle = value.casefold()
        return lambda text: needle in text.casefold()
    whole = re.compile(_glob(value), re.DOTALL).fullmatch
    return lambda text: whole(text) is not None


def _glob(value: str) -> str:
    """Return the pattern of a text with * and ?; other characters stand for themselves."""
    parts = [".".join(map(re.escape, part.split("?"))) for part in re.split(r"\*+", value)]
    if len(parts) == 1:
        return parts[0]
    # Each part is searched once: several plain stars would backtrack over every split of the text.
    between = "".join(f"(?>.*?{part})" for part in parts[1:-1])
    return f"{parts[0]}{between}.*{parts[-1]}"


class _Known(dict[Any, bool]):
    """Caches the answers for names or states: 200,000 records share a few of them."""

    def __init__(self, answer: Callable[[Any], bool]) -> None:
        super().__init__()
        self._answer = answer

    def __missing__(self, name: Any) -> bool:
        known = self[name] = self._answer(name)
        return known
