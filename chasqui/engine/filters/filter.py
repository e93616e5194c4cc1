"""The filter grammar: ``type=image.* err~Timeout age<1h attempt>=3 -state=retried text``.

All terms must match. A term is a field, an operator and a value, or a word, which is searched for
in the type, the error and the parameters. ``=`` accepts ``*``, ``?`` and several values separated
by commas; ``~`` finds a substring, ignoring case; durations are 90s, 10m, 1h, 2d; double quotes
enclose a value with blanks; a minus before a term negates it.

People type filters, so nothing raises: a term that is incomplete or not understood filters nothing,
and `Filter.notes` says why. Code that acts on the selection must refuse a filter with notes. This
file knows no records: `Filter.select` reads them through the given functions, a column at a time,
so that a term checks all records without a step of Python for each.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import compress
from typing import Any, Final

from chasqui.engine.filters import matching
from chasqui.engine.filters.matching import duration, whole
from chasqui.engine.filters.terms import FIELDS, OPERATORS, ORDERING, STATES, Term
from chasqui.nearest import nearest

Reader = Callable[[Sequence[Any]], Iterable[Any]]
"""Returns the value of a field for every record, in order."""

_TERM: Final = re.compile(r"([A-Za-z]+)(!=|!~|<=|>=|=|~|<|>)(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Token:
    """A part of a filter's text between blanks."""

    start: int
    end: int
    raw: str
    text: str
    """Without its quotes."""
    closed: bool = True
    """Whether its quotes are closed."""


@dataclass(frozen=True, slots=True)
class Filter:
    """A parsed filter."""

    text: str = ""
    terms: tuple[Term, ...] = ()
    notes: tuple[str, ...] = ()
    """What was not understood, a sentence each; these parts filter nothing."""

    def names(self, field: str) -> bool:
        """Tell whether a term is about a field."""
        return any(term.field == field for term in self.terms)

    def both(self, *terms: Term) -> Filter:
        """Return a filter with these terms added."""
        return Filter(self.text, (*self.terms, *terms), self.notes)

    def select(
        self, records: Iterable[Any], readers: Mapping[str, Reader], now: float
    ) -> list[Any]:
        """Return the records that match all terms, in order.

        Args:
            readers: how to read each field, and "" for the text in which words are searched for;
                only negated terms match a field without a reader.
            now: seconds since the epoch.
        """
        chosen = list(records)
        for term in sorted(self.terms, key=matching.cost):
            reader = readers.get(term.field)
            if reader is not None:
                chosen = list(compress(chosen, matching.held(term, reader(chosen), now)))
            elif not term.turned:
                return []
        return chosen

    def __str__(self) -> str:
        return self.text


def parse(text: str) -> Filter:
    """Parse a filter; never raises."""
    terms: list[Term] = []
    notes: list[str] = []
    for token in tokens(text):
        read = _term(token)
        if isinstance(read, Term):
            terms.append(read)
        else:
            notes.append(f"{_shortened(token.raw)}: {read}")
    return Filter(text, tuple(terms), tuple(notes))


def term(field: str, value: object) -> Term:
    """Return the term ``field=value``; raises ValueError if the grammar does not allow it."""
    read = _checked(field, "=", (str(value),), False)
    if isinstance(read, str):
        raise ValueError(f"{field}={value}: {read}")
    return read


def tokens(text: str) -> Iterator[Token]:
    """Split a text at blanks outside of quotes."""
    at, end = 0, len(text)
    while at < end:
        if text[at].isspace():
            at += 1
            continue
        start, quoted, words = at, False, []
        while at < end and (quoted or not text[at].isspace()):
            if text[at] == '"':
                quoted = not quoted
            elif quoted and text[at] == "\\" and text[at + 1 : at + 2] in ('"', "\\"):
                at += 1
                words.append(text[at])
            else:
                words.append(text[at])
            at += 1
        yield Token(start, at, text[start:at], "".join(words), not quoted)


def _term(token: Token) -> Term | str:
    """Return the term of a token, or why it is not a term."""
    raw, text = token.raw, token.text
    negated = raw.startswith("-")
    if negated:
        raw, text = raw[1:], text[1:]
    if raw.startswith("-"):  # as a negated word it would match almost everything
        return "a single minus negates a term; in quotes it is a word"
    if not token.closed:
        return "its quote is not closed"
    if not text:
        return "it is empty"
    found = None if raw.startswith('"') else _TERM.fullmatch(text)
    if found is None:
        if raw[0] in "=~<>!":
            return "a field must come before it, such as type; in quotes it is a word"
        return Term("", "~", (text,), negated)
    field, sign, value = found[1].lower(), found[2], found[3]
    if field not in FIELDS:
        near = nearest(field, FIELDS)
        hint = f"did you mean {near}?" if near else f"there are {', '.join(FIELDS)}"
        return f"{_shortened(field)} is not a field; {hint}"
    several = "~" not in sign and '"' not in raw
    values = tuple(one for one in value.split(",") if one) if several else (value,)
    return _checked(field, sign, values if value else (), negated)


def _checked(field: str, sign: str, values: tuple[str, ...], negated: bool) -> Term | str:
    kind = FIELDS.get(field)
    if kind is None:
        return f"no such field; the fields are {', '.join(FIELDS)}"
    if sign not in OPERATORS[kind]:
        return f"{field} takes {' '.join(OPERATORS[kind])}"
    if not values:
        return "its value is still missing"
    if sign in ORDERING and len(values) > 1:
        return "it takes one value"
    for value in values:
        if kind == "number" and whole(value) is None:
            return "its value must be a whole number"
        if kind in ("duration", "age") and duration(value) is None:
            return "its value must be a duration such as 90s, 10m, 1h or 2d"
        if kind == "size" and matching.count(value) is None:
            return "its value must be a size such as 500k, 100MiB or 2GiB"
        if kind == "state" and not any(matching.matches(sign, value)(state) for state in STATES):
            return f"no such state; the states are {', '.join(STATES)}"
    return Term(field, sign, values, negated)


def _shortened(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"
