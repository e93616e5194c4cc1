"""Work: what a pool can be asked to do.

A work is checked before it is accepted, so that a mistake is an error where it was made and not a
failure later; `chasqui.pool.refusals` says what is wrong. The class of a work is checked once: for
a work of a known class the check costs 50 ns.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeVar
from weakref import ref

from chasqui import foreign, numbers
from chasqui.generic import T_co
from chasqui.pool.refusals import GENERATORS as GENERATORS
from chasqui.pool.refusals import why_no_work

if TYPE_CHECKING:
    from chasqui.pool.context import Context

NAMED: Final = 5  # of many that are refused

T = TypeVar("T")
R_co = TypeVar("R_co", covariant=True)

known: Final[dict[int, ref[type]]] = {}
"""The classes whose works are accepted, by identity: a metaclass may define how they hash."""


class Executes(Protocol[R_co]):
    """Anything with ``execute(ctx)``: what type checkers learn the type of a result from.

    Its parameter has no default, unlike that of `Work`: so a call can infer it.
    """

    def execute(self, ctx: Context, /) -> R_co:
        """Do the work."""
        ...


class Work(Executes[T_co], Protocol[T_co]):
    """Anything with an ``id``, a ``name`` and ``execute(ctx)``.

    ``id`` is the submitter's own and may be any text; the pool numbers tasks itself.
    What `execute` returns is the task's result, what it raises is the task's failure.
    ``Work`` alone means a work with any result; ``Work[str]`` returns a text.

    Example: `chasqui-tui help pool`.
    """

    @property
    def id(self) -> str:
        """Say which piece of work this is."""
        ...

    @property
    def name(self) -> str:
        """Say what kind of work this is."""
        ...


def check_work(work: object) -> None:
    """Refuse what cannot be executed.

    Raises:
        TypeError: it is not a work; the text says what it is and what to do.
    """
    kind = type(work)
    if id(kind) in known:
        return
    if problem := why_no_work(work):
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
    if not callable(foreign.said(type(things), "__iter__")):  # as `iter`, which asks the class
        raise TypeError(f"{name} must be {words}, got {numbers.shown(things)}")
    return things


def checked(
    name: str,
    things: Iterable[Any],
    check: Callable[[Any], T],
    refuse: Callable[[list[str]], TypeError] | None = None,
) -> list[T]:
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
        raise (refuse or nothing_accepted)(refused)
    return passed


def nothing_accepted(refused: list[str]) -> TypeError:
    """Make the error that says why some of many were refused, naming the first few."""
    return TypeError(f"nothing was accepted: {first_few(refused)}")


def first_few(refused: list[str]) -> str:
    """Name the first few of many that were refused."""
    more = f"; and {len(refused) - NAMED:,} more" if len(refused) > NAMED else ""
    return f"{'; '.join(refused[:NAMED])}{more}"


def name_of(work: Work) -> str:
    """Return the name of a work, or that of its class when it has none or raises."""
    try:
        name = work.name
    except BaseException as broken:
        foreign.let_through(broken)
        return foreign.kind_of(work)
    return name if type(name) is str else foreign.exact(name)
