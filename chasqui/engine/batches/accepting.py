"""Accepting batches: the methods of an engine that return one handle for many tasks.

Type checkers learn the type of the results from the works, or from the task type. How many columns
a row of `batch_of` has is a matter of overloads, up to five.
"""

from __future__ import annotations

from collections.abc import Coroutine, Iterable
from typing import Any, Protocol, TypeVar, Unpack, overload

from chasqui import numbers
from chasqui.engine.batches.batch import Batch
from chasqui.engine.parts import Parts
from chasqui.engine.submission.entries import Entry
from chasqui.engine.submission.keywords import BatchKeywords
from chasqui.engine.types.rows import OfFive, OfFour, OfOne, OfThree, OfTwo
from chasqui.engine.types.task_type import TypedWork
from chasqui.pool.work import Executes

T = TypeVar("T")
A = TypeVar("A")
B = TypeVar("B")
C = TypeVar("C")
D = TypeVar("D")
E = TypeVar("E")


class Batches(Protocol):
    """An engine, as these methods see it."""

    _parts: Parts


@overload
def batch(
    self: Batches,
    entries: Iterable[TypedWork[T]],
    *,
    then: Entry | None = None,
    name: str = "",
    **options: Unpack[BatchKeywords],
) -> Batch[T]: ...
@overload
def batch(
    self: Batches,
    entries: Iterable[Executes[Coroutine[Any, Any, T]]],
    *,
    then: Entry | None = None,
    name: str = "",
    **options: Unpack[BatchKeywords],
) -> Batch[T]: ...
@overload
def batch(
    self: Batches,
    entries: Iterable[Executes[T]],
    *,
    then: Entry | None = None,
    name: str = "",
    **options: Unpack[BatchKeywords],
) -> Batch[T]: ...
@overload
def batch(
    self: Batches,
    entries: Iterable[Entry],
    *,
    then: Entry | None = None,
    name: str = "",
    **options: Unpack[BatchKeywords],
) -> Batch: ...
def batch(
    self: Batches,
    entries: Iterable[Any],
    *,
    then: Entry | None = None,
    name: str = "",
    **options: Unpack[BatchKeywords],
) -> Batch:
    """Accept many tasks that can be watched, awaited and cancelled together.

    All are validated before the first is accepted. Waiting for room takes at most ``timeout``
    seconds (None: for ever).

    Args:
        entries: works, types that need no parameters, or pairs of a type and its parameters.
        then: what to run, once, when every task is final, in whichever state; a task that will
            be retried is not final. It starts even while the backlog is full. It does not
            start if the engine is stopping by then or has left a task in its backlog;
            `Batch.refused` and the log say so. A journal does not keep it: after a crash the
            tasks run again, and nothing follows them.
        name: shown in consoles and logs.
        timeout, durable, priority, time_limit, retry, expires, pool: as in `submit`, for every
            task of the batch, and ``durable`` for ``then`` too.

    Raises:
        UnknownType, InvalidParameters: as `submit`; nothing was accepted.
        BacklogFull, PoolClosed, WouldDeadlock, JournalUnavailable: it stopped early. The error's
            ``batch`` has the accepted tasks, and is not followed by ``then``.
    """
    return self._parts.batches.accept(entries, then=then, name=name, **options)


def map_items(
    self: Batches,
    type: OfOne[A, T],
    items: Iterable[A],
    *,
    then: Entry | None = None,
    name: str = "",
    **options: Unpack[BatchKeywords],
) -> Batch[T]:
    """Call a task type once for each item, as its first argument; otherwise as `batch`.

    For example ``engine.map(thumbnail, folder.glob("*.jpg")).results()``.
    """
    one = self._parts.submitter.caller(type)
    return self._parts.batches.accept(
        items, given="items", make=lambda item: one((item,)), then=then, name=name, **options
    )


@overload
def batch_of(
    self: Batches,
    type: OfOne[A, T],
    rows: Iterable[tuple[A]],
    *,
    then: Entry | None = None,
    name: str = "",
    **options: Unpack[BatchKeywords],
) -> Batch[T]: ...
@overload
def batch_of(
    self: Batches,
    type: OfTwo[A, B, T],
    rows: Iterable[tuple[A, B]],
    *,
    then: Entry | None = None,
    name: str = "",
    **options: Unpack[BatchKeywords],
) -> Batch[T]: ...
@overload
def batch_of(
    self: Batches,
    type: OfThree[A, B, C, T],
    rows: Iterable[tuple[A, B, C]],
    *,
    then: Entry | None = None,
    name: str = "",
    **options: Unpack[BatchKeywords],
) -> Batch[T]: ...
@overload
def batch_of(
    self: Batches,
    type: OfFour[A, B, C, D, T],
    rows: Iterable[tuple[A, B, C, D]],
    *,
    then: Entry | None = None,
    name: str = "",
    **options: Unpack[BatchKeywords],
) -> Batch[T]: ...
@overload
def batch_of(
    self: Batches,
    type: OfFive[A, B, C, D, E, T],
    rows: Iterable[tuple[A, B, C, D, E]],
    *,
    then: Entry | None = None,
    name: str = "",
    **options: Unpack[BatchKeywords],
) -> Batch[T]: ...
def batch_of(
    self: Batches,
    type: Any,
    rows: Iterable[tuple[Any, ...]],
    *,
    then: Entry | None = None,
    name: str = "",
    **options: Unpack[BatchKeywords],
) -> Batch:
    """Call a task type once for each row, a tuple of its arguments; otherwise as `batch`.

    For example ``engine.batch_of(thumbnail, [(first, 64), (second, 128)])``. Rows of more than
    five columns are fine, but type checkers do not know them.
    """
    one = self._parts.submitter.caller(type)
    return self._parts.batches.accept(
        rows, given="rows", make=lambda row: one(row_of(row)), then=then, name=name, **options
    )


def row_of(row: Any) -> tuple[Any, ...]:
    """Return the arguments of a row; raises TypeError if it is not a row."""
    if not isinstance(row, tuple | list):
        raise TypeError(
            f"a row is a tuple of arguments, got {numbers.shown(row)}; map() takes items"
        )
    return tuple(row)
