"""Targets: what a dispatcher can feed, and how each is fed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Sized
from functools import partial
from inspect import signature
from typing import Any, NamedTuple, Protocol, TypeVar

from chasqui import foreign, numbers
from chasqui.pool.pool import Pool
from chasqui.pool.work import check_work, check_works, checked, listed

T = TypeVar("T")
F_contra = TypeVar("F_contra", contravariant=True)


class WorkTarget(Protocol[F_contra]):
    """What takes works as a pool does: its ``submit_batch`` is called with a list of them."""

    def submit_batch(self, works: Sequence[F_contra], /) -> Sized:
        """Accept these, and return what was accepted."""
        ...


class TypeTarget(Protocol):
    """What takes a type and mappings of parameters, as an engine does."""

    def submit_batch(self, type: Any, many: Sequence[Any], /) -> Sized:
        """Accept a task of the type for each mapping, and return what was accepted."""
        ...


class WorkType(Protocol):
    """A task type of an engine."""

    @property
    def name(self) -> str:
        """The name of the type."""
        ...

    def work_from(self, params: Mapping[str, Any]) -> Any:
        """Return the work with these parameters."""
        ...


class Door(NamedTuple):
    """How a target is fed."""

    submit: Callable[[Sequence[Any]], Any]
    check: Callable[[Any], object]
    """Raises TypeError for what will be refused, where that is known before."""
    check_all: Callable[[Iterable[Any]], list[Any]]


def door_of(target: Any, type: str | WorkType | None) -> Door:
    """Return how a target is fed.

    Raises:
        TypeError: it cannot be fed, or there is a type where none belongs, or none where one does.
    """
    submit = getattr(target, "submit_batch", None)
    if not callable(submit):
        raise TypeError(f"target must be a pool or an engine, got {numbers.shown(target)}")
    try:
        first = next(iter(signature(submit).parameters), "")
    except ValueError:  # it does not say what it takes
        first = ""
    if first == "type" and type is None:
        raise TypeError(f"{target!r} needs type=, the name of the type of the tasks")
    if isinstance(target, Pool):
        if type is not None:
            raise TypeError(f"{target!r} takes works, which have no type: leave type={type!r} out")
        return Door(submit, check_work, check_works)
    if type is None:
        return Door(submit, _anything, partial(listed, "works"))
    return Door(partial(submit, type), _check_params, _check_all_params)


def batches_of(works: Iterable[Any], size: int) -> Iterator[list[Any]]:
    """Give works in lists of a size; the last may be shorter."""
    batch: list[Any] = []
    for work in works:
        batch.append(work)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


def _anything(work: object) -> None:
    """Refuse nothing: the target knows what it takes."""


def _check_params(params: object) -> None:
    if not foreign.is_mapping(params):
        raise TypeError(f"a mapping of parameters is needed, got {numbers.shown(params)}")


def _check_all_params(works: Iterable[T]) -> list[T]:
    many = listed("works", works)
    checked("works", many, _check_params)
    return many
