"""Random requests: valid ones of every verb, such with one field changed, and noise.

The arguments are made from the records of the verbs themselves, so a new field or verb is tried
without a word here. Each input says what a host must do with it.
"""

from __future__ import annotations

import copy
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import msgspec
from msgspec import inspect

from chasqui.control.wire.frames import DEPTH, LARGEST, REQUEST_BYTES, framed
from chasqui.control.wire.verbs import VERBS

Must = Literal["answer", "refuse", "close"]
"""``answer``: with anything but a complaint about the form. ``refuse``: with such a complaint.
``close``: the stream cannot be read on from there, so the host ends the connection."""

TYPES = ("app.note", "app.fail", "app.nap", "app.none")
NUMBERS = (0, 1, 2, 3, 7, 40, 1000)
SOME = {
    "workers": (0, 1, 2, 3),  # of a pool, so that no machine runs out of threads
    "values": (1, 40, 1440),  # of a chart, which has no others
}
TEXTS = (
    "",
    "a",
    "name=value",
    "app.note",
    "\x1b[2J",
    "é" * 30,
    "[/x]",
    "type=app.fail",
    "\u202e",
)
HUGE = (2**53 + 1, -(2**53) - 1, 2**64, 10**40)


@dataclass(frozen=True)
class Input:
    """Bytes for a host, and what it must do with them."""

    data: bytes
    must: Must
    verb: str
    """The verb that it names; empty for noise."""
    what: str
    """What is wrong with it, for the report."""
    id: int = 0


class Requests:
    """Makes inputs; the same seed makes the same.

    Args:
        seed: of the chance.
        verbs: those to use; None: all.
    """

    def __init__(self, seed: int, verbs: tuple[str, ...] | None = None) -> None:
        self._chance = random.Random(seed)
        self._verbs = tuple(VERBS) if verbs is None else verbs
        self._id = 0

    def make(self) -> Input:
        """Make an input: three tenths valid, six tenths changed in a field, the rest noise."""
        roll = self._chance.random()
        if roll < 0.3:
            return self.valid()
        return self.changed() if roll < 0.9 else self.noise()

    def valid(self, verb: str | None = None) -> Input:
        """Make a request that no form forbids."""
        verb = verb or self._chance.choice(self._verbs)
        return self._input(verb, self._args(verb), "answer", "valid")

    def changed(self) -> Input:
        """Make a valid request, then break one field of it."""
        verb = self._chance.choice(self._verbs)
        args = self._args(verb)
        change = self._chance.choice(CHANGES)
        described = change(self, verb, args)
        if described is None:  # there is no field for it
            return self.valid(verb)
        must, what, args = described
        return self._input(verb, args, must, what)

    def noise(self) -> Input:
        """Make what is no request at all."""
        chance = self._chance
        made: list[Callable[[], tuple[bytes, Must, str]]] = [
            lambda: (framed(chance.randbytes(chance.randrange(1, 200))), "refuse", "bytes"),
            lambda: (framed(b"[" * chance.choice([33, 5000, 100_000])), "refuse", "nested"),
            lambda: (framed(b'{"id":1,"verb":' + b'"' * 9), "refuse", "cut"),
            lambda: (framed(b"null"), "refuse", "null"),
            lambda: (framed(b'{"id":1,"verb":"no_such_verb"}'), "refuse", "unknown verb"),
            lambda: (framed(b'{"id":true,"verb":"types"}'), "refuse", "id"),
            lambda: (framed(b'{"id":1,"verb":"types","args":[]}'), "refuse", "args"),
            lambda: (framed(b'{"id":1,"verb":"types","args":{},"more":1}'), "refuse", "envelope"),
            lambda: (framed(b'{"id":1,"verb":"\xff\xfe"}'), "refuse", "UTF-8"),
            lambda: ((REQUEST_BYTES + 1).to_bytes(4, "big"), "close", "too long"),
            lambda: (b"\xff\xff\xff\xff" + chance.randbytes(20), "close", "far too long"),
            lambda: (b"\0\0\0\0", "close", "empty frame"),
        ]
        data, must, what = chance.choice(made)()
        return Input(data, must, "", what)

    # The parts of a request

    def _input(self, verb: str, args: Any, must: Must, what: str) -> Input:
        self._id += 1
        data = msgspec.json.encode({"id": self._id, "verb": verb, "args": args})
        return Input(framed(data), must, verb, what, self._id)

    def _args(self, verb: str) -> dict[str, Any]:
        made = self._value(inspect.type_info(VERBS[verb].args))
        assert isinstance(made, dict)
        if verb == "await":
            made["timeout"] = 0.01  # else it may last as long as the connection
        return made

    def _value(self, kind: inspect.Type, name: str = "") -> Any:
        chance = self._chance
        match kind:
            case inspect.StructType():
                return self._struct(kind)
            case inspect.UnionType():
                return self._value(chance.choice(kind.types), name)
            case inspect.LiteralType():
                return chance.choice(kind.values)
            case inspect.IntType():
                numbers = SOME.get(name, NUMBERS)
                return chance.choice([one for one in numbers if kind.ge is None or one >= kind.ge])
            case inspect.FloatType():
                return chance.choice([0.0, 0.01, 0.05])
            case inspect.BoolType():
                return chance.random() < 0.5
            case inspect.StrType():
                return chance.choice(TYPES if name == "type" else TEXTS)
            case inspect.NoneType():
                return None
            case inspect.DictType():
                return {chance.choice(["text", "n"]): self._value(kind.value_type, name)}
            case inspect.ListType() | inspect.VarTupleType():
                count = chance.randrange(3)
                return [self._value(kind.item_type, name) for _ in range(count)]
            case inspect.TupleType():
                return [self._value(one, name) for one in kind.item_types]
            case inspect.AnyType():
                return chance.choice([1, "a", None, [1], {"a": "b"}])
        raise NotImplementedError(kind)

    def _struct(self, kind: inspect.StructType) -> dict[str, Any]:
        made: dict[str, Any] = {}
        if kind.tag_field is not None:
            made[kind.tag_field] = kind.tag
        for field in kind.fields:
            if field.required or self._chance.random() < 0.6:
                made[field.encode_name] = self._value(field.type, field.encode_name)
        return made


Change = Callable[[Requests, str, dict[str, Any]], "tuple[Must, str, Any] | None"]


def unknown_field(
    requests: Requests, verb: str, args: dict[str, Any]
) -> tuple[Must, str, Any] | None:
    """Add a field that the record does not have."""
    must: Must = "answer" if VERBS[verb].is_permanent else "refuse"
    return must, "unknown field", {**args, "no_such_field": 1}


def wrong_kind(requests: Requests, verb: str, args: dict[str, Any]) -> tuple[Must, str, Any] | None:
    """Give a field a value of a kind that it does not take."""
    fields = [
        field
        for field in msgspec.structs.fields(VERBS[verb].args)
        if not isinstance(inspect.type_info(field.type), inspect.AnyType)
    ]
    if not fields:
        return None
    field = requests._chance.choice(fields)
    values: tuple[Any, ...] = ({"a": {}}, [[]], "text", 1.5)
    wrong = [value for value in values if not fits(value, field.type)]
    if not wrong:
        return None
    value = requests._chance.choice(wrong)
    return "refuse", f"{field.name} of a wrong kind", {**args, field.encode_name: value}


def fits(value: Any, kind: Any) -> bool:
    """Tell whether a record takes this value in a field of this type."""
    try:
        msgspec.convert(value, kind)
    except (msgspec.ValidationError, ValueError):
        return False
    return True


def missing_field(
    requests: Requests, verb: str, args: dict[str, Any]
) -> tuple[Must, str, Any] | None:
    """Leave out a field that must be there."""
    needed = [one.encode_name for one in msgspec.structs.fields(VERBS[verb].args) if one.required]
    if not needed:
        return None
    name = requests._chance.choice(needed)
    return "refuse", f"no {name}", {key: value for key, value in args.items() if key != name}


def too_large(requests: Requests, verb: str, args: dict[str, Any]) -> tuple[Must, str, Any] | None:
    """Have an integer in a parameter that other readers of JSON would change."""
    if verb != "submit":
        return None
    number = requests._chance.choice(HUGE)
    assert abs(number) > LARGEST
    return "refuse", "a huge integer", submit_of({"n": number})


def too_deep(requests: Requests, verb: str, args: dict[str, Any]) -> tuple[Must, str, Any] | None:
    """Have a parameter that is nested deeper than a host reads."""
    if verb != "submit":
        return None
    value: Any = 1
    for _ in range(DEPTH + 1):
        value = [value] if requests._chance.random() < 0.5 else {"a": value}
    return "refuse", "too deep", submit_of({"text": value})


def too_many(requests: Requests, verb: str, args: dict[str, Any]) -> tuple[Must, str, Any] | None:
    """Ask for more than fits into a request of its kind."""
    if verb == "submit":
        tasks = [{"type": "app.note"}] * 1001
        return "refuse", "too many tasks", {"tasks": tasks}
    if verb == "await":
        return "refuse", "too many numbers", {"numbers": list(range(1, 10_002))}
    if verb == "snapshot":
        query = {"backlog": {"offset": 0, "limit": requests._chance.choice([2001, 10**9, -1])}}
        return "refuse", "a window too large", {"query": query}
    return None


def unknown_within(
    requests: Requests, verb: str, args: dict[str, Any]
) -> tuple[Must, str, Any] | None:
    """Add an unknown field to a record within the arguments."""
    found = [name for name, value in args.items() if isinstance(value, dict)]
    records = [name for name in found if name in ("query", "command")]
    if not records:
        return None
    changed = copy.deepcopy(args)
    changed[requests._chance.choice(records)]["no_such_field"] = 1
    return "refuse", "unknown field within", changed


def submit_of(params: dict[str, Any]) -> dict[str, Any]:
    """Return the arguments of a submit with a single task."""
    return {"tasks": [{"type": "app.note", "params": params}]}


CHANGES: tuple[Change, ...] = (
    unknown_field,
    wrong_kind,
    missing_field,
    too_large,
    too_deep,
    too_many,
    unknown_within,
)
