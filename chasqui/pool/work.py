"""Work: what a pool can be asked to do, and the errors for what it cannot.

A work is checked before it is accepted, so that a mistake is an error where it was made and not a
failure later. Its class is checked once: for a work of a known class the check costs 50 ns.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from types import CodeType
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeVar
from weakref import ref

from chasqui import foreign, numbers

if TYPE_CHECKING:
    from chasqui.pool.context import Context

NAMED: Final = 5  # of many that are refused
GENERATORS: Final = 0x20 | 0x200
"""CO_GENERATOR and CO_ASYNC_GENERATOR of `inspect`, which takes 6 ms to import."""

T = TypeVar("T")

known: Final[dict[int, ref[type]]] = {}
"""The classes whose works are accepted, by identity: a metaclass may define how they hash."""


class Work(Protocol):
    """Anything with an ``id``, a ``name`` and ``execute(ctx)``.

    ``id`` is the submitter's own and may be any text; the pool numbers tasks itself.
    What `execute` returns is the task's result, what it raises is the task's failure.
    """

    @property
    def id(self) -> str:
        """Say which piece of work this is."""
        ...

    @property
    def name(self) -> str:
        """Say what kind of work this is."""
        ...

    def execute(self, ctx: Context, /) -> Any:
        """Do the work."""
        ...


def check_work(work: object) -> None:
    """Refuse what cannot be executed.

    Raises:
        TypeError: it is not a work; the text says what it is and what to do.
    """
    kind = type(work)
    if id(kind) in known:
        return
    if problem := _problem(work):
        raise TypeError(problem)
    if foreign.said(kind, "execute") is not foreign.MISSING:  # else only this object has it
        # Weak: a class may hold anything. It is removed before another class can have its identity.
        known[id(kind)] = ref(kind, partial(_forget, id(kind)))


def _forget(identity: int, gone: object) -> None:
    known.pop(identity, None)


def check_works(works: Iterable[T]) -> list[T]:
    """Return works as a list.

    Raises:
        TypeError: some are not works; the text names each with its index.
    """
    many = listed("works", works)
    if not known.keys() >= set(map(id, map(type, many))):
        checked("works", many, check_work)
    return many


def listed(name: str, things: Iterable[T]) -> list[T]:
    """Return things as a list; raises TypeError as `iterable`."""
    return list(iterable(name, things))


def iterable(name: str, things: Iterable[T], words: str = "a list") -> Iterable[T]:
    """Return things; raises TypeError for a text, a mapping or a single object."""
    if foreign.is_a(things, str, bytes) or foreign.is_mapping(things):
        raise TypeError(f"{name} must be {words}, got {numbers.shown(things)}")
    if not callable(foreign.attribute(things, "__iter__")):
        raise TypeError(f"{name} must be {words}, got {numbers.shown(things)}")
    return things


def checked(name: str, things: Iterable[Any], check: Callable[[Any], T]) -> list[T]:
    """Return what a check returns for each of these.

    Raises:
        TypeError: it refuses some; the text names each with its index.
    """
    passed: list[T] = []
    refused: list[str] = []
    for index, thing in enumerate(things):
        try:
            passed.append(check(thing))
        except TypeError as error:
            refused.append(f"{name}[{index}]: {error}")
    if refused:
        raise nothing_accepted(refused)
    return passed


def nothing_accepted(refused: list[str]) -> TypeError:
    """Make the error that says why some of many were refused, naming the first few."""
    more = f"; and {len(refused) - NAMED:,} more" if len(refused) > NAMED else ""
    return TypeError(f"nothing was accepted: {'; '.join(refused[:NAMED])}{more}")


def name_of(work: Work) -> str:
    """Return the name of a work, or that of its class when it has none or raises."""
    try:
        name = work.name
    except BaseException as broken:
        foreign.let_through(broken)
        return foreign.kind_of(work)
    return name if type(name) is str else foreign.exact(name)


def is_generator(function: object) -> bool:
    """Tell whether a call of a function returns a generator, without running its body."""
    if foreign.is_a(function, staticmethod, classmethod):
        function = foreign.attribute(function, "__func__")
    code = foreign.attribute(function, "__code__")
    return isinstance(code, CodeType) and bool(code.co_flags & GENERATORS)


def _problem(work: object) -> str:
    """Say why something is not a work; empty when it is."""
    shown = numbers.shown(work)
    if foreign.is_a(work, type):
        return f"a work is needed, got the class {shown}; make one of it, such as Name()"
    execute = foreign.attribute(work, "execute")
    if not callable(execute):
        if callable(foreign.attribute(work, "work")):
            name = foreign.exact(foreign.attribute(work, "name"), 100)
            how = f"submit {name}.work(...), or have an engine do it"
            return f"a work is needed, got the task type {name}; {how}"
        if callable(work):
            return (
                f"a work is needed, an object with id, name and execute(ctx), got the function "
                f"{shown}; a PoolExecutor calls functions, and @task makes a task type of one"
            )
        return f"a work is needed, an object with id, name and execute(ctx), got {shown}"
    if is_generator(execute):
        return (
            f"execute of {shown} is a generator function, whose body would never run; "
            "do the work in it and return the result"
        )
    return ""
