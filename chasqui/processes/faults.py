"""Faults: how what a body raised crosses from its child to the host.

The host builds the error anew from its class, if it has imported that, so that a retry policy and
the program's own code see what they would see of a thread. Numbers, texts, bytes and the errors of
a group cross as they are, other objects as what they are shown as. An error that says something
else here gets a stand-in of its class. Of a class that the host does not know there is an
`ErrorSummary`, which names it. Positions in code cross as file, line and name; the host makes a
traceback of them as if they were its own.
"""

from __future__ import annotations

import sys
from base64 import b64decode, b64encode
from functools import lru_cache
from types import CodeType
from typing import Any, Final, TypeVar

import msgspec
from msgspec import DecodeError, Raw

from chasqui import foreign, raised, slots
from chasqui.pickling import ErrorSummary, arguments, rebuild
from chasqui.pool.rendering import MEMBERS, place
from chasqui.pool.trace import MAX_MESSAGE, MAX_TEXT, Rendered, Trace, capture, carry
from chasqui.processes import script
from chasqui.processes.messages import Fault
from chasqui.processes.stand_in import stand_in

PLAIN: Final = (type(None), bool, int, float, str)
LONGEST: Final = 16 * 1024  # characters of an argument or an attribute
MOST: Final = 1024 * 1024  # bytes of all arguments, or of all attributes
FEW: Final = 100  # entries of a tuple, such as the place of a SyntaxError
DEPTH: Final = 10  # groups inside of groups
INTEGERS: Final = range(-(2**63), 2**64)  # that cross as such

_dict: Final = BaseException.__dict__["__dict__"].__get__
_encode: Final = msgspec.json.Encoder().encode
_decode: Final = msgspec.json.Decoder().decode

E = TypeVar("E", bound=BaseException)
Described = tuple[str, str, Raw, Raw, str]
"""The module and the name of an error's class, its arguments, its attributes and its text."""


class ShownAs(str):
    """What an object is shown as that stays in its child; it looks as that object would."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


def fault_of(error: BaseException) -> Fault:
    """Describe an error that a body has raised; in the child. Its frames are dropped."""
    trace = capture(error)
    places = [(place(*step), step[0]) for step in trace.steps]
    return Fault(
        *_described(error, trace.message(error)),
        steps=tuple(
            (_clean(at.filename), at.lineno or 0, _clean(at.name), _clean(code.co_qualname))
            for at, code in places
        ),
        rendered="" if trace.plain else _clean(trace.text(error)[: 2 * MAX_TEXT]),
    )


def error_of(fault: Fault) -> BaseException:
    """Build the error of a fault, which knows where it was raised; in the host."""
    try:
        args, attributes = _decode(fault.args), _decode(fault.attributes)
    except DecodeError:  # a child may send anything
        args, attributes = [], {}
    error = _built(fault.module, fault.kind, args, attributes, fault.text)
    steps = tuple((_code(*step), 0) for step in fault.steps)
    said = fault.rendered
    carry(error, Rendered(steps, said, fault.text[:MAX_MESSAGE]) if said else Trace(steps))
    return error


def _described(error: BaseException, text: str, depth: int = 0) -> Described:
    kind = type(error)
    sent: list[Any]
    if foreign.is_a(error, BaseExceptionGroup):
        sent = [*map(_sent, slots.args_of(error)[:1]), _group(error, depth)]
    else:
        sent = [_sent(one) for one in arguments(error)]
    return (
        _known_as(_text(foreign.attribute(kind, "__module__", ""))),
        _text(foreign.attribute(kind, "__qualname__", "")),
        _plain(sent),
        _plain({name: _sent(one) for name, one in _attributes(error).items()}),
        _clean(text),
    )


def _built(module: str, name: str, args: Any, attributes: Any, text: str) -> BaseException:
    """Build an error of its own class; a summary if that cannot be had here."""
    try:
        kind: Any = sys.modules[module]
        for part in name.split("."):
            kind = getattr(kind, part)
        if issubclass(kind, BaseException):
            args = tuple(map(_received, args))
            attributes = {key: _received(one) for key, one in attributes.items()}
            error = _same(kind, args, attributes, text)
            return stand_in(kind, args, attributes, text) if error is None else error
    except BaseException as broken:  # whatever its class does: the summary says all
        foreign.let_through(broken)
    label = name if module == "builtins" else f"{module}.{name}"
    return ErrorSummary(f"{label}: {text}" if text else label)


def _same(kind: type[E], args: tuple[Any, ...], attributes: Any, text: str) -> E | None:
    """Build the same error; None if its class refuses that, or makes another text of it here."""
    try:
        error = rebuild(kind, args, attributes, {}, None, False)
    except Exception:  # of a part written in C, which takes no other arguments
        return None
    return error if foreign.text_of(error, MAX_MESSAGE) == text else None


@lru_cache(maxsize=4096)
def _code(file: str, line: int, name: str, qualified: str) -> CodeType:
    """Make a code object that says where a child was: tracebacks are made of such."""
    return _nothing.__code__.replace(
        co_filename=file,
        co_firstlineno=max(line, 1),
        co_name=name,
        co_qualname=qualified,
        co_linetable=b"",
    )


def _nothing() -> None:
    """Have code that others are made of."""


def _attributes(error: BaseException) -> dict[str, Any]:
    return {name: one for name, one in _dict(error).items() if name != "__notes__"}


def _sent(value: Any) -> Any:
    """Return an argument as it is, or marked as what it is."""
    kind = type(value)
    if kind is str:
        return _clean(value[:LONGEST])
    if kind is bytes:
        return {"bytes": b64encode(value[:LONGEST]).decode()}
    if kind is tuple and len(value) <= FEW:
        return {"tuple": [_sent(one) if type(one) is not tuple else _shown(one) for one in value]}
    if kind not in PLAIN or (kind is int and value not in INTEGERS):
        return _shown(value)
    if kind is float and value - value != 0.0:  # infinite or NaN
        return _shown(value)
    return value


def _shown(value: Any) -> Any:
    return {"shown": _clean(foreign.repr_of(value, LONGEST))}


def _group(group: BaseException, depth: int) -> Any:
    """Return the errors of a group, as many as a traceback shows; they take half of the room."""
    sent: list[Described] = []
    left = MOST // 2
    for one in raised.members(group)[:MEMBERS] if depth < DEPTH else ():
        sent.append(_described(one, foreign.text_of(one, LONGEST), depth + 1))
        left -= len(_encode(sent[-1]))
        if left < 0:
            sent.pop()
            break
    return {"group": sent}


def _received(value: Any) -> Any:
    """Return what an argument was, as far as it has come."""
    if type(value) is not dict:
        return value
    ((kind, one),) = value.items()
    if kind == "bytes":
        return b64decode(one)
    if kind == "tuple":
        return tuple(map(_received, one))
    if kind == "group":
        return [_built(*sent) for sent in one] or [ErrorSummary("(its errors are too long)")]
    return ShownAs(one)


def _plain(value: Any) -> Raw:
    try:
        if len(text := _encode(value)) <= MOST:
            return Raw(text)
    except (OverflowError, ValueError, TypeError):  # of attributes with names that are no texts
        pass
    return Raw(b"[]" if isinstance(value, list) else b"{}")


def _known_as(module: str) -> str:
    """Return the name that a module has in the host."""
    return "__main__" if module == script.NAME else module


def _text(value: object) -> str:
    return _clean(value) if type(value) is str else ""


def _clean(text: str) -> str:
    """Return a text that UTF-8 can hold."""
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode()
