"""Task types: a named, typed function, and a call of it as a work.

`chasqui.engine.types.decorator.task` makes them. There is one object for each type, whatever the
engines that know it call it: `name` is the type's own, and an engine's registry adds the prefix of
its owner, as in ``app.resize``.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping
from types import GenericAlias
from typing import TYPE_CHECKING, Any, ClassVar, Final, Self, TypeGuard, cast

from chasqui import foreign
from chasqui.engine.policy.rules import PLAIN, Policy
from chasqui.errors import NoEngine
from chasqui.generic import Generic, P, T_co
from chasqui.pool import scope
from chasqui.pool.context import Context
from chasqui.pool.task import Task

if TYPE_CHECKING:
    from chasqui.engine.types.parameters import Parameters

REPR_TEXT: Final = 80  # characters of a parameter


class TaskType(Generic[P, T_co]):
    """A function as a task type; it can still be called, and documents itself as the function.

    ``P`` are its parameters without the context, ``T_co`` is its result. The function decides which
    of the subclasses below it gets: whether it takes a context, and whether it is a coroutine
    function.

    Example: `chasqui-tui help authors`.
    """

    __class_getitem__ = classmethod(GenericAlias)  # type: ignore[var-annotated]
    __test__: ClassVar[bool] = False  # so that pytest does not collect one named test_something

    __name__: str
    __qualname__: str
    name: str
    """Its own name; in an engine a prefix comes before it."""
    function: Callable[..., Any]
    parameters: Parameters
    doc: str
    """The docstring of the function, without its indentation."""
    policy: Policy

    def __init__(
        self,
        name: str,
        function: Callable[..., Any],
        parameters: Parameters,
        doc: str = "",
        policy: Policy = PLAIN,
    ) -> None:
        # The function's own __dict__ could hold any of the names below.
        functools.update_wrapper(cast(Any, self), function, updated=())
        self.name = name
        self.function = function
        self.parameters = parameters
        self.doc = doc
        self.policy = policy

    @property
    def help(self) -> str:
        """The first line of its docstring."""
        return self.doc.partition("\n")[0]

    def work(self, /, *args: P.args, **kwargs: P.kwargs) -> TypedWork[T_co]:
        """Validate the arguments of a call, without a context, and make a work.

        It can be submitted with options beside the arguments, to any engine or pool:
        ``engine.submit(add.work(1, b=2), priority=5)``. Example: `chasqui-tui help engine`.

        Raises:
            InvalidParameters: with every wrong argument.
        """
        name, parameters = self.name, self.parameters
        return TypedWork(self, parameters.parse(parameters.bind(args, kwargs, name), name), name)

    def submit(self, /, *args: P.args, **kwargs: P.kwargs) -> Task[T_co]:
        """Submit a call to the engine in scope, as `Engine.call` does.

        That is the engine of the ``with engine:`` around the call, in this thread or around this
        asyncio task; in the body of a task it is the engine that runs it. Code that gets its engine
        in another way, such as a view of a web application, says ``engine.call(add, 1, b=2)``.

        Raises:
            NoEngine: no engine is in scope.
            InvalidParameters, BacklogFull, PoolClosed, WouldDeadlock: as `Engine.call`.
        """
        engine = scope.owner_here()
        if engine is None:
            name = self.name
            raise NoEngine(
                f"no engine is in scope for {name}.submit(): "
                + (
                    scope.why_none
                    or "call it in `with engine:` or in the body of a task, or use "
                    f"engine.call({name}, ...)"
                )
            )
        task: Task[T_co] = engine.call(self, *args, **kwargs)
        return task

    def work_from(self, params: Mapping[str, Any], name: str = "") -> TypedWork[T_co]:
        """Make a work from values from JSON or Python; raises InvalidParameters.

        Args:
            name: what an engine calls the type; empty: its own name.
        """
        name = name or self.name
        return TypedWork(self, self.parameters.parse(params, name), name)

    def work_from_marked(self, params: Mapping[str, Any], name: str = "") -> TypedWork[T_co]:
        """Make a work from JSON that may hold the marks of a row; otherwise as `work_from`."""
        name = name or self.name
        return TypedWork(self, self.parameters.parse_marked(params, name), name)

    def work_from_text(self, params: Mapping[str, str], name: str = "") -> TypedWork[T_co]:
        """Make a work from texts of a form or a command line; otherwise as `work_from`.

        Example: `chasqui-tui help parameters`.
        """
        name = name or self.name
        return TypedWork(self, self.parameters.parse_text(params, name), name)

    def __get__(self, instance: object, owner: type | None = None, /) -> Self:
        """Return the type itself: with this method, `help` and Sphinx describe it as a function."""
        return self

    def __reduce__(self) -> str:
        """Pickle it as a function: by the name under which its module has it."""
        return self.__qualname__  # that of its function

    def __repr__(self) -> str:
        module = foreign.attribute(self, "__module__", "")
        return f"<task type {self.name} of {module}>"


class PlainTask(TaskType[P, T_co]):
    """A type whose function takes no context."""

    def __call__(self, /, *args: P.args, **kwargs: P.kwargs) -> T_co:
        """Call the function."""
        result: T_co = self.function(*args, **kwargs)
        return result


class ContextTask(TaskType[P, T_co]):
    """A type whose function takes a context first."""

    if TYPE_CHECKING:

        def __call__(self, ctx: Context, /, *args: P.args, **kwargs: P.kwargs) -> T_co:
            """Call the function."""
            ...

    else:  # where the context may be given by its name as well
        __call__ = PlainTask.__call__


class AsyncTask(TaskType[P, T_co]):
    """A type whose function is a coroutine function without a context."""

    async def __call__(self, /, *args: P.args, **kwargs: P.kwargs) -> T_co:
        """Call the function."""
        result: T_co = await self.function(*args, **kwargs)
        return result


class AsyncContextTask(TaskType[P, T_co]):
    """A type whose function is a coroutine function that takes a context first."""

    if TYPE_CHECKING:

        async def __call__(self, ctx: Context, /, *args: P.args, **kwargs: P.kwargs) -> T_co:
            """Call the function."""
            ...

    else:
        __call__ = AsyncTask.__call__


class TypedWork(Generic[T_co]):
    """A call of a task type, with its arguments; ``name`` is what its engine calls the type.

    Example: `chasqui-tui help engine`.
    """

    __slots__ = ("id", "name", "params", "type")

    __class_getitem__ = classmethod(GenericAlias)  # type: ignore[var-annotated]

    def __init__(
        self, type: TaskType[..., T_co], params: dict[str, Any], name: str, id: str = ""
    ) -> None:
        self.type = type
        self.name = name
        self.params = params
        self.id = id

    def execute(self, ctx: Context, /) -> T_co:
        """Call the function; a coroutine function's coroutine is run by the worker."""
        type, parameters = self.type, self.type.parameters
        params = parameters.for_attempt(self.params)
        result: T_co
        if parameters.takes_context is None:
            result = type.function(**params)
        else:
            result = type.function(ctx, **params)
        return result

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
