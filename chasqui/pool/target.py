"""Targets: what a dispatcher can feed, and how each is fed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from inspect import signature
from typing import Any, NamedTuple, Protocol

from chasqui import numbers
from chasqui.pool.pool import Pool
from chasqui.pool.work import check_work, check_works, listed


class Target(Protocol):
    """What can be fed: a pool takes works, an engine a type name and parameter mappings."""

    @property
    def submit_batch(self) -> Any:
        """Return how many are submitted at once; its first parameter says what a target takes."""


class Door(NamedTuple):
    """How a target is fed."""

    submit: Callable[[Sequence[Any]], Any]
    check: Callable[[Any], object]
    """Raises TypeError for what will be refused, where that is known before."""
    check_all: Callable[[Iterable[Any]], list[Any]]


def door_of(target: Any, type: str | None) -> Door:
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
    all_of = partial(listed, "works")
    return Door(submit if type is None else partial(submit, type), _anything, all_of)


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


def _anything(params: object) -> None:
    """Refuse nothing: the target knows what it takes."""
