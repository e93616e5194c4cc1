"""Lines: what a body logs, as text, whatever its arguments are.

Logging promises not to raise for its arguments: a handler reports that a line could not be
formatted, and the program goes on. That holds here too. The line is kept, with those parts of it
that could be turned into text.
"""

from __future__ import annotations

import sys
from typing import Any, Final

from chasqui import foreign, outline, raised
from chasqui.pool.rendering import rendered

SHOWN: Final = 64 * 1024  # characters of one argument
LONGEST: Final = 1024 * 1024  # characters of one line


def line_of(msg: object, args: tuple[Any, ...]) -> str:
    """Return the text of a line that was logged."""
    return made_of(msg, args)[0]


def made_of(msg: object, args: tuple[Any, ...]) -> tuple[str, bool]:
    """Return the text of a line, and whether logging would have made the same of it."""
    text = foreign.text_of(msg, LONGEST)
    if not args:
        return text, True
    values: object = tuple([_shown(arg) for arg in args])
    try:
        if len(args) == 1 and foreign.is_a(args[0], dict) and dict.__len__(args[0]):
            values = {key: _shown(arg) for key, arg in dict.items(args[0])}
        return (text % values)[:LONGEST], True
    except BaseException as broken:  # a format for other arguments, or an argument without text
        is_format = foreign.is_a(broken, TypeError, ValueError, KeyError)
        why = foreign.without("text", broken)
    listed = ", ".join([foreign.repr_of(arg) for arg in args])
    line = f"{text} ({listed}{',' if len(args) == 1 else ''})"
    return line if is_format else f"{line} {why}", False


class _Shown:
    """Stands for a container or an error, whose own text might take forever to make."""

    __slots__ = ("_value",)

    def __init__(self, value: object) -> None:
        self._value = value

    def __str__(self) -> str:
        return foreign.text_of(self._value, SHOWN)

    def __repr__(self) -> str:
        return foreign.repr_of(self._value, SHOWN)


def _shown(value: object) -> object:
    if outline.is_compound(type(value)) or foreign.is_a(value, BaseException):
        return _Shown(value)
    return value


def is_harmless(msg: object, args: tuple[Any, ...]) -> bool:
    """Tell whether any code can format these as a line, without an error."""
    return type(msg) is str and foreign.are_plain(args)


def error_of(exc_info: object) -> BaseException | None:
    """Return the error that a log call asks for by its ``exc_info``."""
    if exc_info is None or exc_info is False or (type(exc_info) is int and exc_info == 0):
        return None
    if foreign.is_a(exc_info, BaseException):
        return exc_info  # type: ignore[return-value]
    if type(exc_info) is tuple:
        return next((part for part in exc_info if foreign.is_a(part, BaseException)), None)
    return sys.exc_info()[1]


def traceback_of(error: BaseException | None) -> str:
    """Return the traceback of an error as text to go behind a message."""
    return "" if error is None else "\n" + rendered(error, raised.frames(error)).rstrip()
