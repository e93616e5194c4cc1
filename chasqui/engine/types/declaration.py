"""Declaring: which functions can be task types, and where a declaration is.

A task type is a plain function, written with ``def`` or ``async def``, or wrapped by a decorator. A
generator function cannot be one: calling it runs nothing of its body. Whether a wrapper returns a
generator is not known before it runs; such a task fails, see `NeverRan`.
"""

from __future__ import annotations

import functools
import inspect
import sys
import typing
from collections.abc import Callable, Mapping
from types import CodeType, FrameType, SimpleNamespace
from typing import Any

from chasqui import foreign, numbers
from chasqui.errors import InvalidTaskType
from chasqui.pool.refusals import is_generator


def refused(function: object, *problems: str) -> InvalidTaskType:
    """Make the error with all mistakes of a declaration, and where it is."""
    name = foreign.attribute(function, "__qualname__")
    code = foreign.attribute(_unwrapped(function), "__code__")
    at = f" (at {code.co_filename}:{code.co_firstlineno})" if isinstance(code, CodeType) else ""
    named = name if isinstance(name, str) else numbers.shown(function)
    return InvalidTaskType(f"{named}: {'; '.join(problems)}{at}")


def why_not(function: object) -> str:
    """Return why an object cannot be a task type; empty if it can."""
    if foreign.is_a(function, type):
        return "it is a class; write a function that makes an instance"
    if foreign.is_a(function, staticmethod):
        return "it is a staticmethod; write @staticmethod above @task"
    if foreign.is_a(function, classmethod):
        return "it is a classmethod; take it out of the class"
    if foreign.is_a(function, functools.partial):
        return "it is a partial; write a function that calls it"
    if inspect.ismethod(function):
        return "it is a method of an object; write a function that calls it"
    if foreign.attribute(function, "work") is not None and not inspect.isfunction(function):
        return "it is a task type already"
    if isinstance(function, str):
        return f"it is a text; a name is given as @task(name={function!r})"
    if not callable(function):
        return "it is not a function; @task goes above a def"
    if not _is_function(function):
        called = foreign.said(type(function), "__call__")
        if isinstance(foreign.attribute(called, "__code__"), CodeType):
            return "it is an object that can be called; write a function that calls it"
        return "it is not written in Python; write a function that calls it"
    if foreign.attribute(function, "__name__") == "<lambda>":
        return "it is a lambda, whose parameters have no types; write a def"
    if is_generator(function) or _makes_contexts(function):
        return "it is a generator function, whose body would never run; return a list, or progress"
    if _is_method(function):
        return "it is a method; a task type is a plain function: take it out of the class"
    return ""


def hints_of(function: Callable[..., Any]) -> tuple[dict[str, Any], dict[str, Exception]]:
    """Return the annotations of a function's parameters, evaluated, and what others raised.

    A NameError: an annotation uses a name that does not exist where the function is defined. The
    evaluation of an annotation may raise anything else, too.

    Raises:
        Exception: the annotations cannot be evaluated one by one.
    """
    try:
        return typing.get_type_hints(function, include_extras=True), {}
    except Exception:
        return _one_by_one(function)


def _one_by_one(function: Callable[..., Any]) -> tuple[dict[str, Any], dict[str, Exception]]:
    """Evaluate the annotations of parameters, so that what is wrong with one hides no other."""
    inner: Any = inspect.unwrap(function)
    # A text, as `from __future__ import annotations` makes it, knows no local names.
    local = dict(_locals_around(function))
    hints: dict[str, Any] = {}
    raised: dict[str, Exception] = {}
    for name, annotation in dict(inner.__annotations__).items():
        one = SimpleNamespace(__annotations__={name: annotation}, __globals__=inner.__globals__)
        try:
            hints |= typing.get_type_hints(one, localns=local or None, include_extras=True)
        except Exception as error:
            raised[name] = error
    return hints, raised


def _unwrapped(function: Any) -> Any:
    try:
        return inspect.unwrap(function)
    except ValueError:  # it wraps itself
        return None


def _is_function(function: Any) -> bool:
    inner = _unwrapped(function)
    has_code = isinstance(foreign.attribute(inner, "__code__"), CodeType)
    return has_code and not inspect.ismethod(inner)


def _makes_contexts(function: Any) -> bool:
    names = foreign.attribute(function, "__globals__", {})
    return names.get("__name__") == "contextlib" and is_generator(inspect.unwrap(function))


def _is_method(function: Any) -> bool:
    outside = str(foreign.attribute(function, "__qualname__", "")).rpartition(".")[0]
    if not outside or outside.endswith("<locals>"):
        return False
    code = inspect.unwrap(function).__code__
    return code.co_varnames[:1] in (("self",), ("cls",)) and code.co_argcount > 0


def _locals_around(function: Callable[..., Any]) -> Mapping[str, Any]:
    """Return the local names of the running functions that enclose this definition."""
    inner: Any = inspect.unwrap(function)
    file = inner.__code__.co_filename
    found: dict[str, Any] = {}
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        code = frame.f_code
        if code.co_filename == file and inner.__qualname__.startswith(f"{code.co_qualname}."):
            found = {**frame.f_locals, **found}  # names of the inner function win
        frame = frame.f_back
    return found
