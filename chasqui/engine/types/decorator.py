"""The decorator `task`, which makes a function a task type.

To type checkers the type has the function's signature, without its context. Checkers take the first
overload that fits, so their order matters: a first parameter of ``object`` or ``Any`` would take a
context too and is none, and a coroutine function returns a coroutine like any other result.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Coroutine, Mapping
from contextlib import suppress
from dataclasses import fields
from typing import Any, Concatenate, Final, ParamSpec, Protocol, TypeVar, overload

from chasqui.engine.policy.breaker import Breaker
from chasqui.engine.policy.retry import Retry
from chasqui.engine.policy.rules import Ack, Keep, OnInterrupt, Policy
from chasqui.engine.types.task_type import (
    AsyncContextTask,
    AsyncTask,
    ContextTask,
    PlainTask,
    TaskType,
)
from chasqui.errors import InvalidTaskType
from chasqui.nearest import nearest
from chasqui.numbers import shown
from chasqui.pool.context import Context
from chasqui.pool.rate import Rate

POLICY: Final = tuple(one.name for one in fields(Policy))

P = ParamSpec("P")
T = TypeVar("T")


class Anything:
    """What only a parameter of ``object`` or ``Any`` takes, to type checkers."""


class Declare(Protocol):
    """What `task` returns when it is given options: the decorator."""

    @overload
    def __call__(self, function: Callable[Concatenate[Anything, P], T], /) -> PlainTask[..., T]: ...
    @overload
    def __call__(  # type: ignore[overload-overlap]  # the first that fits is meant
        self, function: Callable[Concatenate[Context, P], Coroutine[Any, Any, T]], /
    ) -> AsyncContextTask[P, T]: ...
    @overload
    def __call__(self, function: Callable[Concatenate[Context, P], T], /) -> ContextTask[P, T]: ...
    @overload
    def __call__(  # type: ignore[overload-overlap]
        self, function: Callable[P, Coroutine[Any, Any, T]], /
    ) -> AsyncTask[P, T]: ...
    @overload
    def __call__(self, function: Callable[P, T], /) -> PlainTask[P, T]: ...


@overload
def task(function: Callable[Concatenate[Anything, P], T], /) -> PlainTask[..., T]: ...
@overload
def task(  # type: ignore[overload-overlap]
    function: Callable[Concatenate[Context, P], Coroutine[Any, Any, T]], /
) -> AsyncContextTask[P, T]: ...
@overload
def task(function: Callable[Concatenate[Context, P], T], /) -> ContextTask[P, T]: ...
@overload
def task(  # type: ignore[overload-overlap]
    function: Callable[P, Coroutine[Any, Any, T]], /
) -> AsyncTask[P, T]: ...
@overload
def task(function: Callable[P, T], /) -> PlainTask[P, T]: ...
@overload
def task(
    *,
    name: str | None = None,
    retry: Retry | None = None,
    time_limit: float | None = None,
    priority: int | None = None,
    expires: float | None = None,
    concurrency: int | None = None,
    rate: Rate | str | None = None,
    by: str | None = None,
    breaker: Breaker | None = None,
    pool: str | None = None,
    keep: Keep | None = None,
    on_interrupt: OnInterrupt | None = None,
    ack: Ack | None = None,
) -> Declare: ...
def task(
    function: Callable[..., Any] | None = None, /, *, name: str | None = None, **policy: Any
) -> Any:
    """Make a function a task type.

    Args:
        name: its name, if not that of the function.
        retry: whether and when it is retried after a failure.
        time_limit: how long its body may run, in seconds.
        priority: the order among waiting tasks; the highest starts first.
        expires: how long after its acceptance it may still start, in seconds.
        concurrency: how many of its tasks run at once, in each pool that has such tasks.
        rate: how many of its tasks start per time, such as ``10/s`` or ``100/m``.
        by: a parameter, such as ``customer``: ``concurrency`` and ``rate`` apply to each of its
            values, and the values take turns.
        breaker: when to stop it for a while because its tasks keep failing.
        pool: the name of the pool that runs it; None: the default pool.
        keep: what `Engine.history` keeps of its finished tasks: their ``facts``, as by default; the
            facts and the ``result``; or ``none`` of them.
        on_interrupt: what becomes of a task that was running when its process was killed or
            crashed, on an engine with a journal: by default it runs again (``retry``); ``fail`` is
            for work that must not be done twice.
        ack: when an engine with a journal has the end of a task on disk: by default a few
            milliseconds after it (``batch``); with ``sync`` before anything that waits for the
            task goes on, so that what was seen as finished never runs again.

    Raises:
        InvalidTaskType: its name, its policy or a parameter is invalid; the message says why.
        TypeError: there is no such option.

    Example: `chasqui-tui help authors`.
    """
    for word, value in policy.items():
        if word not in POLICY:
            near = nearest(word, POLICY)
            hint = f"did you mean {near}=? " if near else ""
            takes = f"it takes name, {', '.join(POLICY)}"
            raise TypeError(f"a task type has no {word}=; {hint}{takes}; got {shown(value)}")
    if function is None:
        return lambda decorated: _make(decorated, name, policy)
    return _make(function, name, policy)


def _make(function: Callable[..., Any], name: str | None, policy: Mapping[str, Any]) -> TaskType:
    # Slow to import, and an engine without types of tasks needs none of it.
    import inspect

    from chasqui.engine.types.declaration import refused, why_not
    from chasqui.engine.types.keys import why_no_key
    from chasqui.engine.types.signature import read_signature

    if problem := why_not(function):
        raise refused(function, problem)
    local = name or function.__name__
    problems: list[str] = []
    if not (isinstance(local, str) and local.isidentifier()):
        problems.append(f"{local!r} cannot name a task type; use letters, digits and _")
    try:
        said = Policy(**policy)
    except (TypeError, ValueError) as error:
        of_type = "" if local == function.__name__ else f"{local}: "
        problems.append(f"{of_type}{error}")
    by = policy.get("by")
    if problems and isinstance(by, str) and by:
        with suppress(InvalidTaskType):  # wrong parameters are reported below
            if problem := why_no_key(read_signature(function), by):
                problems.append(f"by={problem}")
    parameters = read_signature(function, problems)
    is_async = inspect.iscoroutinefunction(function)
    if said.by and (problem := why_no_key(parameters, said.by)):
        raise refused(function, f"by={problem}")
    kind = _KINDS[parameters.takes_context is not None, is_async]
    made = kind(local, function, parameters, inspect.getdoc(function) or "", said)
    if is_async and sys.version_info >= (3, 12):  # before, frameworks look at its __call__
        inspect.markcoroutinefunction(made)
    return made


_KINDS: Final[Mapping[tuple[bool, bool], type[TaskType]]] = {
    (False, False): PlainTask,
    (True, False): ContextTask,
    (False, True): AsyncTask,
    (True, True): AsyncContextTask,
}
"""The class of a type: whether it takes a context, and whether it is a coroutine function."""
