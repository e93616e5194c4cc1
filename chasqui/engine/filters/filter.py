"""The filter grammar: ``type=image.* err~Timeout age<1h attempt>=3 -state=retried text``.

Terms stand side by side and all must hold. A term is a field, an operator and a value, or a word,
which is looked for in the type, the error and the parameters. ``=`` takes ``*``, ``?`` and several
values with commas between; ``~`` finds a part, in upper or lower case; durations are 90s, 10m, 1h,
2d; double quotes hold a value with blanks; a minus before a term turns it round.

It is typed by people, so nothing raises: a term that is half typed or not understood filters
nothing, and `Filter.notes` says why. Code that acts on what a filter chooses must refuse one with
notes. This file knows no records: `Filter.select` reads them through the functions it is given,
a whole column at a time, so that each term goes over all records without a step of Python for each.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import compress
from typing import Any, Final

from chasqui.dataclass import dataclass
from chasqui.engine.filters import matching
from chasqui.engine.filters.matching import duration, whole
from chasqui.engine.filters.terms import FIELDS, OPERATORS, ORDERING, STATES, Term

Reader = Callable[[Sequence[Any]], Iterable[Any]]
"""Gives the value of one field of every record, in their order."""

_TERM: Final = re.compile(r"([A-Za-z]+)(!=|!~|<=|>=|=|~|<|>)(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a filter's text between blanks."""

    start: int
    end: int
    raw: str
    text: str
    """Without its quotes."""
    closed: bool = True
    """Whether its last quote is closed."""


@dataclass(frozen=True, slots=True)
class Filter:
    """A text that was read as a filter."""

    text: str = ""
    terms: tuple[Term, ...] = ()
    notes: tuple[str, ...] = ()
    """What is not understood, each in a sentence; it filters nothing."""

    def names(self, field: str) -> bool:
        """Say whether a term speaks of a field."""
        return any(term.field == field for term in self.terms)

    def both(self, *terms: Term) -> Filter:
        """Return a filter by whose terms, and more, all must hold."""
        return Filter(self.text, (*self.terms, *terms), self.notes)

    def select(
        self, records: Iterable[Any], readers: Mapping[str, Reader], now: float
    ) -> list[Any]:
        """Return the records that all terms hold for, in their order.

        Args:
            readers: how to read each field, and "" for the text in which words are looked for; no
                term holds of a field without one, except a negated one.
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
    """Read a text as a filter; never raises."""
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
    """Return the term ``field=value``; raises ValueError where the grammar has none such."""
    read = _checked(field, "=", (str(value),), False)
    if isinstance(read, str):
        raise ValueError(f"{field}={value}: {read}")
    return read


def tokens(text: str) -> Iterator[Token]:
    """Take a text apart at blanks outside of quotes."""
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
    """Return the term of a token, or why it is none."""
    raw, text = token.raw, token.text
    negated = raw.startswith("-")
    if negated:
        raw, text = raw[1:], text[1:]
    if raw.startswith("-"):  # as a word, turned round, it would hold for almost everything
        return "one minus turns a term round; in quotes it is a word"
    if not token.closed:
        return "its quote is not closed"
    if not text:
        return "there is nothing in it"
    found = None if raw.startswith('"') else _TERM.fullmatch(text)
    if found is None:
        if raw[0] in "=~<>!":
            return "a field must come before it, such as type; in quotes it is a word"
        return Term("", "~", (text,), negated)
    field, sign, value = found[1].lower(), found[2], found[3]
    if field not in FIELDS:
        near = difflib.get_close_matches(field, FIELDS, n=1)
        hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(FIELDS)}"
        return f"{_shortened(field)} is no field; {hint}"
    several = "~" not in sign and '"' not in raw
    values = tuple(one for one in value.split(",") if one) if several else (value,)
    return _checked(field, sign, values if value else (), negated)


def _checked(field: str, sign: str, values: tuple[str, ...], negated: bool) -> Term | str:
    kind = FIELDS.get(field)
    if kind is None:
        return f"there is no such field; there are {', '.join(FIELDS)}"
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
        if kind == "state" and not any(matching.matches(sign, value)(one) for one in STATES):
            return f"no state is so called; there are {', '.join(STATES)}"
    return Term(field, sign, values, negated)


def _shortened(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"
