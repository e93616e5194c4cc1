"""Arguments: what a caller gives that is no number, such as a name or a function, checked once.

What is of another kind is refused by TypeError, with the argument's name, what is expected and the
value. For numbers see `chasqui.numbers`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from chasqui import foreign
from chasqui.numbers import shown

if TYPE_CHECKING:
    from pathlib import Path

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


def flag(name: str, value: object) -> bool:
    """Return True or False; 1 and 0 are accepted too, and no other value."""
    if value is True or value is False:
        return value
    if type(value) is int and value in (0, 1):
        return bool(value)
    raise TypeError(f"{name} must be True or False, got {shown(value)}")


def path(name: str, value: object) -> Path:
    """Return a path that was given as a path or a text."""
    from pathlib import Path

    is_path = foreign.said(type(value), "__fspath__") is not foreign.MISSING
    if not is_path and not foreign.is_a(value, str):
        raise TypeError(f"{name} must be a path, got {shown(value)}")
    return Path(value)  # type: ignore[arg-type]


def mapping(name: str, value: object, words: str) -> dict[str, Any]:
    """Return a mapping whose keys are texts as a dict."""
    if not foreign.is_mapping(value):
        raise TypeError(f"{name} must be {words}, got {shown(value)}")
    return {text(f"a key of {name}", key): one for key, one in value.items()}  # type: ignore[attr-defined]


def names(name: str, value: object) -> tuple[str, ...]:
    """Return a list of texts; a single text is refused."""
    if foreign.is_a(value, str):
        got = shown(value)
        raise TypeError(f"{name} must be a list of names, got {got}; write {name}=[{got}]")
    if not callable(foreign.said(type(value), "__iter__")) or foreign.is_mapping(value):
        raise TypeError(f"{name} must be a list of names, got {shown(value)}")
    return tuple(text(f"a name in {name}", one) for one in value)  # type: ignore[attr-defined]


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
