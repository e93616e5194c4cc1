"""Calls: a plain function and its arguments as a work, for `Pool.call` and `Pool.map`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import BuiltinFunctionType, FunctionType, MethodType
from typing import Any, Final

from chasqui import foreign
from chasqui.pool.context import Context
from chasqui.pool.refusals import GENERATORS, why_not_called
from chasqui.pool.work import listed

FUNCTIONS: Final = (FunctionType, MethodType, BuiltinFunctionType)


class FunctionCall:
    """A call of a function. If that returns a coroutine, the worker runs it."""

    __slots__ = ("_args", "_function", "_kwargs")

    id: Final = ""

    def __init__(
        self, function: Callable[..., Any], args: tuple[Any, ...], kwargs: Mapping[str, Any]
    ) -> None:
        self._function = function
        self._args = args
        self._kwargs = kwargs

    @property
    def name(self) -> str:
        """The name of the function."""
        return function_name(self._function)

    def execute(self, ctx: Context, /) -> Any:
        """Call the function."""
        return self._function(*self._args, **self._kwargs)


def function_name(function: Any) -> str:
    """Return the qualified name of a function; the name of its class, if it has none."""
    if type(function) in FUNCTIONS:  # whose names can be had without asking other code
        name = function.__qualname__
        if type(name) is str and 0 < len(name) <= foreign.NAME:
            return name
    name = foreign.attribute(function, "__qualname__")
    is_text = foreign.is_a(name, str) and name
    return foreign.exact(name, foreign.NAME) if is_text else foreign.kind_of(function)


def call_of(
    function: Callable[..., Any], args: tuple[Any, ...], kwargs: Mapping[str, Any]
) -> FunctionCall:
    """Return the work that is a call; raises TypeError for what cannot be called."""
    check_function(function)
    return FunctionCall(function, args, kwargs)


def calls_of(function: Callable[..., Any], items: Iterable[Any]) -> list[FunctionCall]:
    """Return the calls of a function with each item; raises TypeError as `call_of`."""
    check_function(function)
    return [FunctionCall(function, (item,), {}) for item in listed("items", items)]


def check_function(function: Any) -> None:
    """Refuse what ``pool.call`` cannot call.

    Raises:
        TypeError: the text says what it is and what to do.
    """
    kind = type(function)
    if kind is BuiltinFunctionType:
        return
    if kind is FunctionType and not function.__code__.co_flags & GENERATORS:
        return  # as in most calls, without the 3 us that a look at a stranger takes
    if problem := why_not_called(function):
        raise TypeError(problem)
