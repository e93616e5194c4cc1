"""The filter grammar: ``type=image.* err~Timeout age<1h attempt>=3 -state=retried text``.

Terms stand side by side and all must hold. A term is a field, an operator and a value, or a word,
which is looked for in the type, the error and the parameters. ``=`` takes ``*``, ``?`` and several
values with commas between; ``~`` finds a part, in upper or lower case; durations are 90s, 10m, 1h,
2d; double quotes hold a value with blanks; a minus before a term turns it round.

It is typed by people, so nothing raises: a term that is half typed or not understood filters
nothing, and `Filter.notes` says why. Whoever acts on what a filter chooses must refuse one with
notes. This file knows no records: `Filter.select` reads them through the functions it is given.
"""

from __future__ import annotations

import difflib
import operator
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

Kind = Literal["text", "error", "state", "number", "duration", "age"]
Reader = Callable[[Any], Any]
Test = Callable[[Any], bool]

FIELDS: Final[Mapping[str, Kind]] = {
    "type": "text",
    "state": "state",
    "err": "error",
    "age": "age",
    "attempt": "number",
    "number": "number",
    "group": "text",
    "key": "text",
    "params": "text",
    "plugin": "text",
    "pool": "text",
    "ran": "duration",
    "waited": "duration",
    "worker": "text",
}
"""What each field holds; a reader gives a state as words, and for an age the moment it began."""

STATES: Final = (
    *("new", "seen", "retried", "discarded"),
    *("queued", "scheduled", "running", "completed", "failed", "cancelled"),
)
MATCHING: Final = ("=", "!=", "~", "!~")
ORDERING: Final = ("<", "<=", ">", ">=")
OPERATORS: Final[Mapping[Kind, tuple[str, ...]]] = {
    "text": MATCHING,
    "error": MATCHING,
    "state": MATCHING,
    "number": ("=", "!=", *ORDERING),
    "duration": ORDERING,
    "age": ORDERING,
}
COSTS: Final = ("state", "number", "duration", "age", "text", "error")  # the cheapest first

_TERM: Final = re.compile(r"([A-Za-z]+)(!=|!~|<=|>=|=|~|<|>)(.*)", re.DOTALL)
_ORDERS: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_AGES: Final = {"<": operator.gt, "<=": operator.ge, ">": operator.lt, ">=": operator.le}
_UNITS: Final = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86_400.0, "w": 604_800.0}
_DURATION: Final = re.compile(r"(?:[0-9]+(?:\.[0-9]+)?(?:ms|[smhdw]))+")
_PART: Final = re.compile(r"([0-9]+(?:\.[0-9]+)?)(ms|[smhdw])")


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
class Term:
    """One condition; ``field`` is "" for a word that may stand anywhere."""

    field: str
    operator: str
    values: tuple[str, ...]
    negated: bool = False

    @property
    def kind(self) -> Kind:
        """What its field holds."""
        return FIELDS.get(self.field, "error")


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
            readers: how to read each field, and "" for the text in which words are looked for; a
                field without a reader has no value, so that nothing is equal to it.
            now: seconds since the epoch.
        """
        chosen = list(records)
        for term in sorted(self.terms, key=_cost):
            chosen = list(filter(predicate(term, readers, now), chosen))
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


def predicate(term: Term, readers: Mapping[str, Reader], now: float) -> Test:
    """Return the function that says whether a term holds for a record."""
    missing = None if term.kind in ("number", "duration", "age") else ""
    positive = _positive(term, readers.get(term.field, lambda record: missing), now)
    if term.negated != term.operator.startswith("!"):
        return lambda record: not positive(record)
    return positive


def duration(text: str) -> float | None:
    """Return the seconds of a text such as 90s or 1h30m, None if it is none."""
    if not _DURATION.fullmatch(text):
        return None
    return sum(float(count) * _UNITS[unit] for count, unit in _PART.findall(text))


# Reading a term


def _term(token: Token) -> Term | str:
    """Return the term of a token, or why it is none."""
    raw, text = token.raw, token.text
    negated = raw.startswith("-")
    if negated:
        raw, text = raw[1:], text[1:]
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
        if kind == "number" and _whole(value) is None:
            return "its value must be a whole number"
        if kind in ("duration", "age") and duration(value) is None:
            return "its value must be a duration such as 90s, 10m, 1h or 2d"
        if kind == "state" and not any(_matches(sign, value)(one) for one in STATES):
            return f"no state is so called; there are {', '.join(STATES)}"
    return Term(field, sign, values, negated)


def _whole(text: str) -> int | None:
    try:
        return int(text)
    except ValueError:
        return None


def _shortened(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"


# Testing a record


def _cost(term: Term) -> int:
    return COSTS.index(term.kind) if term.field != "" else len(COSTS)


def _positive(term: Term, read: Reader, now: float) -> Test:
    """Return the test of a term without its negations."""
    if term.kind in ("number", "duration", "age"):
        return _measured(term, read, now)
    if "~" in term.operator or term.field == "":
        (value,) = term.values
        needle = value.casefold()
        if term.kind == "error":
            return lambda record: needle in read(record).casefold()
    elif term.kind == "error":
        # Of ``TimeoutError: it took 3 s``, the class alone, the message alone, or the whole.
        ways = "|".join(_glob(value) for value in term.values)
        whole = re.compile(rf"(?:[^:]*: )?(?:{ways})(?:: .*)?", re.DOTALL).fullmatch
        return lambda record: whole(read(record)) is not None
    tests = [_matches(term.operator, value) for value in term.values]
    known = _Known(lambda text: any(test(text) for test in tests))
    if term.kind == "state":
        states = _Known(lambda words: any(known[word] for word in words))
        return lambda record: states[read(record)]
    return lambda record: known[read(record)]


def _measured(term: Term, read: Reader, now: float) -> Test:
    sign = term.operator
    if sign in ("=", "!="):
        wanted = {_whole(value) for value in term.values}
        return lambda record: read(record) in wanted
    (value,) = term.values
    if term.kind == "age":
        order, limit = _AGES[sign], now - (duration(value) or 0.0)
    else:
        number = _whole(value) if term.kind == "number" else duration(value)
        order, limit = _ORDERS[sign], number or 0
    return lambda record: (found := read(record)) is not None and order(found, limit)


def _matches(sign: str, value: str) -> Callable[[str], bool]:
    if "~" in sign:
        needle = value.casefold()
        return lambda text: needle in text.casefold()
    whole = re.compile(_glob(value), re.DOTALL).fullmatch
    return lambda text: whole(text) is not None


def _glob(value: str) -> str:
    """Return the pattern of a text with * and ?; other signs stand for themselves."""
    parts = [".".join(map(re.escape, part.split("?"))) for part in re.split(r"\*+", value)]
    if len(parts) == 1:
        return parts[0]
    # Each part is looked for once: several plain stars would try every way to share the text.
    between = "".join(f"(?>.*?{part})" for part in parts[1:-1])
    return f"{parts[0]}{between}.*{parts[-1]}"


class _Known(dict[Any, bool]):
    """Answers by text: of 200,000 records, few have a type that others do not have."""

    def __init__(self, answer: Callable[[Any], bool]) -> None:
        super().__init__()
        self._answer = answer

    def __missing__(self, text: Any) -> bool:
        known = self[text] = self._answer(text)
        return known
