"""Task types: a named, typed function, and a call of it as a work."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any, Final, TypeGuard, overload

from chasqui import foreign
from chasqui.engine.policy.breaker import Breaker
from chasqui.engine.policy.retry import Retry
from chasqui.engine.policy.rules import PLAIN, Policy
from chasqui.nearest import nearest
from chasqui.pool.context import Context
from chasqui.pool.rate import Rate

if TYPE_CHECKING:
    from chasqui.engine.types.parameters import Parameters

REPR_TEXT = 80  # characters of a parameter
POLICY: Final = tuple(one.name for one in fields(Policy))


@dataclass(frozen=True, eq=False)
class TaskType:
    """A function as a type of task; it can still be called as a plain function.

    ``name`` is that of the function until the type is registered; then it has its owner's prefix.
    """

    name: str
    function: Callable[..., Any]
    parameters: Parameters = field(repr=False)
    doc: str = field(default="", repr=False)
    policy: Policy = PLAIN

    @property
    def help(self) -> str:
        """The first line of its docstring."""
        return self.doc.partition("\n")[0]

    @property
    def plugin(self) -> str:
        """The owner's prefix, empty before it is registered."""
        return self.name.rpartition(".")[0]

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the function."""
        return self.function(*args, **kwargs)

    def work(self, **params: Any) -> TypedWork:
        """Validate parameters and make a work; raises InvalidParameters."""
        return TypedWork(self, self.parameters.parse(params, self.name))

    def work_from(self, params: Mapping[str, Any]) -> TypedWork:
        """Make a work from values from JSON or Python; raises InvalidParameters."""
        return TypedWork(self, self.parameters.parse(params, self.name))

    def work_from_marked(self, params: Mapping[str, Any]) -> TypedWork:
        """Make a work from JSON that may hold the marks of a row; raises InvalidParameters."""
        return TypedWork(self, self.parameters.parse_marked(params, self.name))

    def work_from_text(self, params: Mapping[str, str]) -> TypedWork:
        """Make a work from texts of a form or a command line; raises InvalidParameters."""
        return TypedWork(self, self.parameters.parse_text(params, self.name))

    def named(self, name: str) -> TaskType:
        """Return this type under its full name."""
        return replace(self, name=name)


class TypedWork:
    """A call of a task type, with its arguments."""

    __slots__ = ("id", "name", "params", "type")

    def __init__(self, type: TaskType, params: dict[str, Any], id: str = "") -> None:
        self.type = type
        self.name = type.name
        self.params = params
        self.id = id

    def execute(self, ctx: Context, /) -> Any:
        """Call the function; a coroutine function's coroutine is run by the worker."""
        parameters = self.type.parameters
        context, params = parameters.takes_context, parameters.for_attempt(self.params)
        if context is None:
            return self.type.function(**params)
        return self.type.function(**{context: ctx}, **params)

    def params_shown(self) -> Iterator[tuple[str, str]]:
        """Yield each parameter's name and its text for people, with secrets masked."""
        return self.type.parameters.shown(self.params)

    def params_as_json(self) -> dict[str, Any]:
        """Return the arguments as JSON can hold them; `TaskType.work_from_marked` reads them."""
        return self.type.parameters.as_json(self.params)

    def __repr__(self) -> str:
        words = [f"{name}={text[:REPR_TEXT]}" for name, text in self.params_shown()]
        return f"<{' '.join([self.name, *words])}>"


def is_typed(work: object) -> TypeGuard[TypedWork]:
    """Tell whether a work has a task type, without calling any code of it."""
    return type(work) is TypedWork or foreign.is_a(work, TypedWork)


@overload
def task(function: Callable[..., Any], /) -> TaskType: ...
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
    breaker: Breaker | None = None,
    pool: str | None = None,
) -> Callable[[Callable[..., Any]], TaskType]: ...
def task(
    function: Callable[..., Any] | None = None, /, *, name: str | None = None, **policy: Any
) -> TaskType | Callable[[Callable[..., Any]], TaskType]:
    """Make a function a task type.

    Args:
        name: its name, if not that of the function.
        retry: whether and when it is retried after a failure.
        time_limit: how long its body may run, in seconds.
        priority: the order among waiting tasks; the highest starts first.
        expires: how long after its acceptance it may still start, in seconds.
        concurrency: how many of its tasks run at once, in each pool that has such tasks.
        rate: how many of its tasks start per time, such as ``10/s`` or ``100/m``.
        breaker: when to stop it for a while because its tasks keep failing.
        pool: the name of the pool that runs it; None: the default pool.

    Raises:
        InvalidTaskType: its name, its policy or a parameter is invalid; the message says why.
    """
    if function is None:
        return lambda decorated: _make(decorated, name, policy)
    return _make(function, name, policy)


def _make(function: Callable[..., Any], name: str | None, policy: Mapping[str, Any]) -> TaskType:
    # Slow to import, and an engine without types of tasks needs none of it.
    import inspect

    from chasqui.engine.types.declaration import refused, why_not
    from chasqui.engine.types.signature import read_signature

    if problem := why_not(function):
        raise refused(function, problem)
    local = name or function.__name__
    problems: list[str] = []
    if not (isinstance(local, str) and local.isidentifier()):
        hint = "give name=, or write a def" if local == "<lambda>" else "use letters, digits and _"
        problems.append(f"{local!r} cannot name a task type; {hint}")
    for word in policy.keys() - POLICY:
        near = nearest(word, POLICY)
        hint = f"did you mean {near}=? " if near else ""
        raise TypeError(f"a task type has no {word}=; {hint}it takes name, {', '.join(POLICY)}")
    try:
        said = Policy(**policy)
    except (TypeError, ValueError) as error:
        of_type = "" if local == function.__name__ else f"{local}: "
        problems.append(f"{of_type}{error}")
    parameters = read_signature(function, problems)
    return TaskType(local, function, parameters, inspect.getdoc(function) or "", said)
