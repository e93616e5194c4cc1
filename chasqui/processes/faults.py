"""Faults: how what a body raised crosses from its child to the host.

The host builds the error anew from its class, if it has imported that, so that a retry policy and
the program's own code see what they would see of a thread. Of a class that the host does not know,
or cannot build, it gets an `ErrorSummary`, which names it. Positions in code cross as file, line
and name; the host makes a traceback of them as if they were its own.
"""

from __future__ import annotations

import sys
from functools import lru_cache
from types import CodeType
from typing import Any, Final

import msgspec
from msgspec import Raw

from chasqui import foreign
from chasqui.pickling import ErrorSummary, arguments, rebuild
from chasqui.pool.rendering import place
from chasqui.pool.trace import MAX_MESSAGE, MAX_TEXT, Rendered, Trace, capture, carry
from chasqui.processes import script
from chasqui.processes.messages import Fault

PLAIN: Final = (type(None), bool, int, float, str)
LONGEST: Final = 16 * 1024  # characters of an argument or an attribute
MOST: Final = 1024 * 1024  # bytes of all arguments, or of all attributes

_dict: Final = BaseException.__dict__["__dict__"].__get__
_encode: Final = msgspec.json.Encoder().encode
_decode: Final = msgspec.json.Decoder().decode


def fault_of(error: BaseException) -> Fault:
    """Describe an error that a body has raised; in the child. Its frames are dropped."""
    trace = capture(error)
    kind = type(error)
    text = trace.message(error)
    places = [(place(*step), step[0]) for step in trace.steps]
    return Fault(
        module=_known_as(_text(foreign.attribute(kind, "__module__", ""))),
        kind=_text(foreign.attribute(kind, "__qualname__", "")),
        args=_plain([_sent(one) for one in arguments(error)]),
        attributes=_plain({name: _sent(one) for name, one in _attributes(error).items()}),
        text=_clean(text),
        steps=tuple(
            (_clean(at.filename), at.lineno or 0, _clean(at.name), _clean(code.co_qualname))
            for at, code in places
        ),
        rendered="" if trace.plain else _clean(trace.text(error)[: 2 * MAX_TEXT]),
    )


def error_of(fault: Fault) -> BaseException:
    """Build the error of a fault, which knows where it was raised; in the host."""
    error = _rebuilt(fault)
    if error is None:
        kind = fault.kind if fault.module == "builtins" else f"{fault.module}.{fault.kind}"
        error = ErrorSummary(f"{kind}: {fault.text}" if fault.text else kind)
    steps = tuple((_code(*step), 0) for step in fault.steps)
    said = fault.rendered
    carry(error, Rendered(steps, said, fault.text[:MAX_MESSAGE]) if said else Trace(steps))
    return error


def _rebuilt(fault: Fault) -> BaseException | None:
    """Build an error of its own class; None if that cannot be had here, or will not be built."""
    kind: Any = sys.modules.get(fault.module)
    try:
        for name in fault.kind.split("."):
            kind = getattr(kind, name)
        if not (isinstance(kind, type) and issubclass(kind, BaseException)):
            return None
        args, attributes = tuple(_decode(fault.args)), _decode(fault.attributes)
        error = rebuild(kind, args, attributes, {}, None, False)
        return error if foreign.text_of(error, MAX_MESSAGE) == fault.text else None
    except Exception:  # whatever its class does when it is built: the summary says all
        return None


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
    """Return an argument as it is, or its text."""
    kind = type(value)
    if kind is str:
        return _clean(value[:LONGEST])
    if kind in PLAIN and not (kind is float and value - value != 0.0):  # not infinite or NaN
        return value
    return _clean(foreign.repr_of(value, LONGEST))


def _plain(value: Any) -> Raw:
    try:
        if len(text := _encode(value)) <= MOST:
            return Raw(text)
    except (OverflowError, ValueError, TypeError):  # an integer of more than 64 bits
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
