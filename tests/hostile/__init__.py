"""Hostile objects: what a task's errors, results, arguments and lines may be, as a strategy.

They raise anything when they are looked at, return what has another type, lie about their class,
are huge, nested, frozen, unhashable, or give more than there is (within a bound, so that a test of
them ends). Hypothesis looks at what it draws, so it draws recipes: what is called makes the object.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from hypothesis import strategies as st

from tests.hostile.shapes import (
    ODD_VALUES,
    RAISED,
    Frozen,
    Lying,
    Meta,
    MetaOfErrors,
    Method,
    Slotted,
    calls_itself,
    nested,
    never_ends,
    raises,
    raises_itself,
)

ANSWERS: tuple[Method, ...] = (
    *map(raises, RAISED),
    raises_itself,
    never_ends,
    calls_itself,
    lambda self, *args: 7,
    lambda self, *args: None,
    lambda self, *args: self,
    lambda self, *args: "x" * 100_000,
    lambda self, *args: "\ud800\x1b[31m\0",
    lambda self, *args: Lying("lies"),
)
LOOKS = (
    "__str__",
    "__repr__",
    "__format__",
    "__bool__",
    "__len__",
    "__eq__",
    "__hash__",
    "__iter__",
    "__getattr__",
    "__getattribute__",
    "__contains__",
    "__getitem__",
    "__int__",
    "__float__",
    "__index__",
    "__dir__",
    "__reduce_ex__",
    "items",
    "keys",
    "values",
)
LOOKS_OF_ERRORS = (
    *LOOKS[:11],
    "__dir__",
    "with_traceback",
    "add_note",
    "__setattr__",
    "__delattr__",
)
PROPERTIES = ("__class__", "__dict__", "__doc__", "name", "message", "_value_")
PROPERTIES_OF_ERRORS = (
    *PROPERTIES,
    "__cause__",
    "__context__",
    "__traceback__",
    "__notes__",
    "__suppress_context__",
    "args",
    "exceptions",
    "seconds",
    "errno",
)


def made(base: type, looks: Mapping[str, Any], meta: type = type) -> type:
    """Make a class that answers so."""
    looks = {"__module__": "tests.hostile", **looks}
    kind: type = type.__call__(meta, "Hostile", (base,), looks)
    return kind


BASES = (object, str, int, float, bytes, dict, list, tuple, set)
BASES_OF_ERRORS = (Exception, BaseException, OSError, KeyError, AttributeError, SyntaxError, Frozen)


@dataclasses.dataclass(frozen=True)
class Recipe:
    """How a hostile object is made: Hypothesis itself must not look at one."""

    base: type
    said: tuple[tuple[str, Method], ...] = ()
    properties: tuple[tuple[str, Method], ...] = ()
    meta: type = type

    def kind(self) -> type:
        """Make its class."""
        properties = {name: property(method) for name, method in self.properties}
        return made(self.base, {**dict(self.said), **properties}, self.meta)

    def __call__(self) -> Any:
        """Make the value, by no code of its own."""
        base: Any = self.base
        return base.__new__(self.kind())


@dataclasses.dataclass(frozen=True)
class ErrorRecipe(Recipe):
    """How a hostile error is made."""

    arg: Callable[[], Any] = lambda: "text"

    def __call__(self) -> Any:
        """Make the error, by no code of its own."""
        base: Any = self.base
        arg = self.arg()
        error = Exception.__new__(Frozen) if base is Frozen else base.__new__(self.kind(), arg)
        BaseException.__dict__["args"].__set__(error, (arg,))
        return error


@dataclasses.dataclass(frozen=True)
class Mixed:
    """Several objects in one."""

    how: Callable[..., Any]
    parts: tuple[Callable[[], Any], ...]

    def __call__(self) -> Any:
        """Make it."""
        return self.how(*[part() for part in self.parts])


def _inside(one: Any, other: Any) -> Any:
    return {"a": [one], "b": other}


def _caused(error: BaseException, inner: BaseException) -> BaseException:
    BaseException.__dict__["__cause__"].__set__(error, inner)
    BaseException.__dict__["__context__"].__set__(inner, error)  # a circle
    return error


def _context(error: BaseException, inner: BaseException) -> BaseException:
    BaseException.__dict__["__context__"].__set__(error, inner)
    return error


def _group(one: BaseException, other: BaseException) -> BaseException:
    try:
        return BaseExceptionGroup("group", [one, BaseExceptionGroup("inner", [other, one])])
    except BaseException:  # Python itself asks the members for their class
        return _context(one, other)


def _hostile(kind: type[Recipe], bases: Any, looks: Any, properties: Any, number: int) -> Recipe:
    """Make a recipe of one number: drawing each choice takes Hypothesis ten times as long."""

    def pick(choices: Any) -> Any:
        nonlocal number
        number, at = divmod(number, len(choices))
        return choices[at]

    metas = METAS_OF_ERRORS if kind is ErrorRecipe else METAS
    base, meta, many, few = pick(bases), pick(metas), pick(range(5)), pick(range(3))
    said = tuple((pick(looks), pick(ANSWERS)) for _ in range(many))
    return kind(base, said, tuple((pick(properties), pick(ANSWERS)) for _ in range(few)), meta)


METAS = (type, type, type, Meta)
METAS_OF_ERRORS = (type, type, type, MetaOfErrors)
_numbers = st.integers(0, 2**80)


def values() -> st.SearchStrategy[Callable[[], Any]]:
    """Give makers of what a task may return, take, log or say."""
    hostile = _numbers.map(partial(_hostile, Recipe, BASES, LOOKS, PROPERTIES))
    odd = st.sampled_from(ODD_VALUES)
    deep = st.builds(partial, st.just(nested), st.sampled_from((3, 40, 2000)), st.integers(0, 5))
    lone = st.one_of(hostile, hostile, odd, deep)
    return st.one_of(lone, lone, st.builds(Mixed, st.just(_inside), st.tuples(lone, lone)))


def errors() -> st.SearchStrategy[Callable[[], BaseException]]:
    """Give makers of what a task may raise."""
    made = partial(_hostile, ErrorRecipe, BASES_OF_ERRORS, LOOKS_OF_ERRORS, PROPERTIES_OF_ERRORS)
    alone = _numbers.map(made)
    holding = st.builds(lambda one, arg: dataclasses.replace(one, arg=arg), alone, values())
    hostile = st.one_of(alone, holding)
    lone = st.one_of(hostile, hostile, st.sampled_from((*RAISED, Frozen, Slotted)))
    how = st.sampled_from((_caused, _context, _group))
    return st.one_of(lone, lone, st.builds(Mixed, how, st.tuples(lone, lone)))


def value_of(number: int) -> Any:
    """Make the value that a number stands for."""
    number, odd = divmod(number, 4)
    if odd == 0:
        return ODD_VALUES[number % len(ODD_VALUES)]()
    return _hostile(Recipe, BASES, LOOKS, PROPERTIES, number)()


def error_of(number: int) -> BaseException:
    """Make the error that a number stands for."""
    recipe = _hostile(ErrorRecipe, BASES_OF_ERRORS, LOOKS_OF_ERRORS, PROPERTIES_OF_ERRORS, number)
    return recipe()  # type: ignore[no-any-return]
