"""Arguments: what a caller gives that is no number, such as a name or a function, checked once.

What is of another kind is refused by TypeError, with the argument's name, what is expected and the
value. For numbers see `chasqui.numbers`.
"""

from __future__ import annotations

from typing import TypeVar

from chasqui import foreign
from chasqui.numbers import shown

T = TypeVar("T")


def text(name: str, value: object, words: str = "a text") -> str:
    """Return a text of Python's own class; of another, what it holds."""
    if type(value) is str:
        return value
    if not foreign.is_a(value, str):
        raise TypeError(f"{name} must be {words}, got {shown(value)}")
    return str.__str__(value)


def number(name: str, value: object) -> int:
    """Return the number of a task or a batch; any whole number may be asked for."""
    if type(value) is not int and (not foreign.is_a(value, int) or type(value) is bool):
        raise TypeError(f"{name} must be a whole number, got {shown(value)}")
    return int.__int__(value)  # type: ignore[arg-type]


def function(name: str, value: T) -> T:
    """Return what can be called."""
    if not callable(value):
        raise TypeError(f"{name} must be a function, got {shown(value)}")
    return value


def of_kind(name: str, value: object, kind: type[T], words: str) -> T:
    """Return an instance of a class."""
    if not foreign.is_a(value, kind):
        raise TypeError(f"{name} must be {words}, got {shown(value)}")
    return value  # type: ignore[return-value]
