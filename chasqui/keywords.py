"""Keywords: a misspelt argument is refused with the name that was probably meant.

Python's own error names the given argument, and from 3.13 on the argument that was meant. With
`hinting`, the errors of all methods of a class name both, with the value and all valid names. It
wraps the methods, which costs 0.1 us for each call. So methods that are called for each task take
``**unknown`` instead, and raise the error that `unknown` makes.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from types import CodeType, FunctionType
from typing import Any, TypeVar

from chasqui import numbers
from chasqui.nearest import nearest

Kind = TypeVar("Kind", bound=type)

VARIABLE = 0x08  # CO_VARKEYWORDS of `inspect`, which takes 6 ms to import
COROUTINE = 0x80  # CO_COROUTINE


def unknown(owner: str, name: str, value: object, known: Iterable[str]) -> TypeError:
    """Make the error for a keyword that something does not take."""
    known = list(known)
    near = nearest(name, known)
    hint = f"did you mean {near}=? " if near else ""
    given = f"{name}={numbers.shown(value)}"
    return TypeError(f"{owner} has no {given}; {hint}it takes {', '.join(known) or 'nothing'}")


def hinting(kind: Kind) -> Kind:
    """Have the constructor and the public methods of a class hint at the names of arguments."""
    for name, function in list(vars(kind).items()):
        is_public = name == "__init__" or not name.startswith("_")
        if isinstance(function, FunctionType) and is_public and _names_of(function.__code__):
            setattr(kind, name, _hinting(function))
    return kind


def _hinting(function: Callable[..., Any]) -> Callable[..., Any]:
    takes = frozenset(_names_of(function.__code__))

    if function.__code__.co_flags & COROUTINE:  # it is asked for by frameworks

        @functools.wraps(function)
        async def awaited(self: Any, /, *args: Any, **kwargs: Any) -> Any:
            if kwargs and not kwargs.keys() <= takes:
                raise _unknown(self, function, kwargs)
            return await function(self, *args, **kwargs)

        return awaited

    @functools.wraps(function)
    def called(self: Any, /, *args: Any, **kwargs: Any) -> Any:
        if kwargs and not kwargs.keys() <= takes:
            raise _unknown(self, function, kwargs)
        return function(self, *args, **kwargs)

    return called


def _unknown(self: object, function: Callable[..., Any], given: dict[str, Any]) -> TypeError:
    owner, method, known = type(self).__name__, function.__name__, _names_of(function.__code__)
    word = next(name for name in given if name not in known)
    where = owner if method == "__init__" else f"{owner}.{method}"
    return unknown(where, word, given[word], known)


def _names_of(code: CodeType) -> tuple[str, ...]:
    """Return the arguments that may be given by name; none where any name may be given."""
    if code.co_flags & VARIABLE:
        return ()
    last = code.co_argcount + code.co_kwonlyargcount
    return code.co_varnames[max(1, code.co_posonlyargcount) : last]
