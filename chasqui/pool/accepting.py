"""Accepting: the methods of a pool that take work, from one function to a batch."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterable
from typing import Any, ParamSpec, TypeVar, overload

from chasqui.keywords import hinting
from chasqui.pool import announcing, awaiting_room, calls, intake
from chasqui.pool.intake import NORMAL
from chasqui.pool.lane import Lane
from chasqui.pool.refusals import refused_arguments
from chasqui.pool.restoring import restore
from chasqui.pool.state import State
from chasqui.pool.task import Particulars, Task
from chasqui.pool.work import Executes, check_work

P = ParamSpec("P")
A = TypeVar("A")
T = TypeVar("T")


@hinting
class Accepting:
    """What a pool accepts: works, and calls of plain functions."""

    __slots__ = ()

    _state: State

    # The function is the method: a call more would add 5 % to each submission.
    submit = intake.submit
    submit_async = awaiting_room.submit_async
    restore = restore

    @overload
    def try_submit(
        self,
        work: Executes[Coroutine[Any, Any, T]],
        *,
        priority: int = ...,
        time_limit: float | None = ...,
    ) -> Task[T]: ...
    @overload
    def try_submit(
        self, work: Executes[T], *, priority: int = ..., time_limit: float | None = ...
    ) -> Task[T]: ...
    def try_submit(
        self,
        work: Executes[Any],
        *more: object,
        priority: int = NORMAL,
        time_limit: float | None = None,
        **unknown: object,
    ) -> Task:
        """Accept one piece of work now, or raise BacklogFull at once."""
        if unknown or more:
            if "timeout" in unknown:
                raise TypeError("try_submit has no timeout=, since it does not wait; use submit")
            known = ("priority", "time_limit")
            raise refused_arguments("Pool.try_submit", work, more, unknown, known)
        return self.submit(work, priority=priority, timeout=0.0, time_limit=time_limit)

    @overload
    def submit_batch(
        self,
        works: Iterable[Executes[Coroutine[Any, Any, T]]],
        *,
        priority: int = ...,
        timeout: float | None = ...,
        time_limit: float | None = ...,
        lane: Lane | None = ...,
    ) -> list[Task[T]]: ...
    @overload
    def submit_batch(
        self,
        works: Iterable[Executes[T]],
        *,
        priority: int = ...,
        timeout: float | None = ...,
        time_limit: float | None = ...,
        lane: Lane | None = ...,
    ) -> list[Task[T]]: ...
    def submit_batch(
        self,
        works: Iterable[Executes[Any]],
        *,
        priority: int = NORMAL,
        timeout: float | None = None,
        time_limit: float | None = None,
        lane: Lane | None = None,
    ) -> list[Task]:
        """Accept many pieces of work in order, waiting for room as `submit` does.

        Raises:
            BacklogFull, PoolClosed, WouldDeadlock: it stopped early; the error's ``accepted`` holds
                the tasks that got in.
            TypeError: some are no works; each is named, and nothing was accepted.
        """
        return intake.submit_batch(
            self._state, works, priority, timeout=timeout, time_limit=time_limit, lane=lane
        )

    @overload
    def submit_later(
        self,
        work: Executes[Coroutine[Any, Any, T]],
        delay: float,
        *,
        lane: Lane | None = ...,
    ) -> Task[T]: ...
    @overload
    def submit_later(
        self, work: Executes[T], delay: float, *, lane: Lane | None = ...
    ) -> Task[T]: ...
    def submit_later(self, work: Executes[Any], delay: float, *, lane: Lane | None = None) -> Task:
        """Accept one piece of work that starts in ``delay`` seconds at the earliest.

        Raises:
            BacklogFull: as many tasks as may are scheduled already.
            PoolClosed: the pool is stopping or stopped.
            TypeError, ValueError: it is no work, or a value makes no sense; nothing was accepted.
        """
        check_work(work)
        intake.check_lane(lane)
        more = Particulars()
        return announcing.schedule(self._state, work, delay, more, lane, None)  # type: ignore[arg-type]

    # Plain functions

    @overload
    def call(
        self, fn: Callable[P, Coroutine[Any, Any, T]], /, *args: P.args, **kwargs: P.kwargs
    ) -> Task[T]: ...
    @overload
    def call(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Task[T]: ...
    def call(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Task:
        """Have ``fn(*args, **kwargs)`` called, waiting for room as long as it takes.

        All arguments are those of the function. A coroutine function runs on the event loop of its
        worker. For example ``pool.call(shutil.copy, a, b).result()``.

        Raises:
            BacklogFull, PoolClosed, WouldDeadlock: as `submit`.
            TypeError: it cannot be called, or its body would never run; nothing was accepted.
        """
        return self.submit(calls.call_of(fn, args, kwargs))

    @overload
    def map(
        self,
        fn: Callable[[A], Coroutine[Any, Any, T]],
        items: Iterable[A],
        *,
        priority: int = ...,
        timeout: float | None = ...,
        time_limit: float | None = ...,
    ) -> list[Task[T]]: ...
    @overload
    def map(
        self,
        fn: Callable[[A], T],
        items: Iterable[A],
        *,
        priority: int = ...,
        timeout: float | None = ...,
        time_limit: float | None = ...,
    ) -> list[Task[T]]: ...
    def map(
        self,
        fn: Callable[[Any], Any],
        items: Iterable[Any],
        *,
        priority: int = NORMAL,
        timeout: float | None = None,
        time_limit: float | None = None,
    ) -> list[Task]:
        """Have a function called with each item; return the tasks in the order of the items.

        The options are those of `submit_batch`. For example
        ``[task.result() for task in pool.map(len, names)]``.

        Raises:
            BacklogFull, PoolClosed, WouldDeadlock, TypeError: as `submit_batch` and `call`.
        """
        works = calls.calls_of(fn, items)
        return self.submit_batch(works, priority=priority, timeout=timeout, time_limit=time_limit)
