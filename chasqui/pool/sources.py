"""Sources: what a dispatcher reads in the background, an iterable or a queue."""

from __future__ import annotations

import queue
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final, Protocol, TypeVar

from chasqui import foreign
from chasqui.pool.refusals import is_coroutine_function
from chasqui.pool.work import iterable

S_co = TypeVar("S_co", covariant=True)

LOOK_SECONDS: Final = 0.1  # how often a reader of an empty queue looks whether it should end


class ReadableQueue(Protocol[S_co]):
    """A queue, such as one of `queue` or of `multiprocessing`: its `get` raises `queue.Empty`."""

    def get(self, block: bool = True, timeout: float | None = None) -> S_co:
        """Take what came first, waiting for it at most ``timeout`` seconds."""
        ...

    def empty(self) -> bool:
        """Tell whether there is nothing in it."""
        ...


def works_in(
    source: Any, *, is_over: Callable[[], bool], is_closing: Callable[[], bool]
) -> Iterator[Any]:
    """Return what yields the works of a source.

    An iterable is read to its end. A queue is read until its reader is closing, then emptied, or
    until it is over.

    Raises:
        TypeError: it is no source.
    """
    if _is_queue(source):
        return _from_queue(source, is_over, is_closing)
    things: Iterable[Any] = iterable("source", source, "an iterable or a queue")
    return iter(things)


def _is_queue(source: object) -> bool:
    if foreign.is_a(source, queue.Queue):
        return True
    get = foreign.attribute(source, "get")
    is_class = foreign.is_a(source, type)
    if is_class or not callable(get) or callable(foreign.attribute(source, "__iter__")):
        return False
    return not is_coroutine_function(get)  # as that of asyncio's, which no thread may read


def _from_queue(
    source: ReadableQueue[Any], is_over: Callable[[], bool], is_closing: Callable[[], bool]
) -> Iterator[Any]:
    while not is_over():
        try:
            yield source.get(timeout=LOOK_SECONDS)
        except queue.Empty:
            if is_closing():
                return
