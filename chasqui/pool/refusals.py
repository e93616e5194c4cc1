"""Refusals: why something is not a work or cannot be called, and what to do instead.

Only refused objects get here, so nothing has to be quick. They can be any objects, so they
are inspected with care.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import BuiltinFunctionType, CodeType, CoroutineType, FunctionType, MethodType
from typing import Final

from chasqui import foreign, keywords, numbers

FUNCTIONS: Final = (FunctionType, BuiltinFunctionType, MethodType)
GENERATORS: Final = 0x20 | 0x200
"""CO_GENERATOR and CO_ASYNC_GENERATOR of `inspect`, which takes 6 ms to import."""
COROUTINE: Final = 0x80
"""CO_COROUTINE of `inspect`."""
UNNAMED: Final = "fn"  # what a lambda is called in a message
NAME: Final = 100  # characters of a name in a message
OPTIONS: Final = ("priority", "timeout", "time_limit", "lane")
WORK: Final = "a work is needed, an object with id, name and execute(ctx)"


def refused_arguments(
    method: str,
    work: object,
    more: Sequence[object],
    unknown: Mapping[str, object],
    known: Sequence[str] = OPTIONS,
) -> TypeError:
    """Make the error for arguments beside a work; for those of a function, how it is called."""
    if not more:
        return refused_option(method, unknown, known)
    if problem := why_no_work(work):
        return TypeError(problem)
    return TypeError(
        f"{method} takes one work, and options by name: {', '.join(known)}; "
        f"got {numbers.shown(more[0])} after the work"
    )


def refused_option(
    method: str, unknown: Mapping[str, object], known: Sequence[str] = OPTIONS
) -> TypeError:
    """Make the error for an option that a submission does not have."""
    name, value = next(iter(unknown.items()))
    return keywords.unknown(method, name, value, known)


def why_no_work(thing: object) -> str:
    """Say why a pool cannot run something; empty when it is a work."""
    if foreign.is_a(thing, type):
        return _of_class(thing, "a Work", "pool")
    execute = foreign.attribute(thing, "execute")
    if not callable(execute):
        return _of_no_work(thing)
    if is_generator(execute):
        return (
            f"execute of {numbers.shown(thing)} is a generator function, whose body would never "
            "run; do the work in it and return the result"
        )
    return ""


def why_no_entry(thing: object) -> str:
    """Say why an engine cannot run something that has no ``execute``, and is no type or name."""
    if foreign.is_a(thing, type):
        return _of_class(thing, "a task type or a Work", "engine.pool")
    if callable(thing):
        return (
            f"{_subject(thing)}, not a task type or a Work: "
            f"{_how(thing, 'engine.pool')}, and @task above a def makes a task type"
        )
    if foreign.is_a(thing, CoroutineType):
        return f"a work is needed, got {_of_coroutine(thing, 'engine.pool')}"
    return f"a task type, its name or a work is needed, got {numbers.shown(thing)}"


def why_not_called(thing: object) -> str:
    """Say why ``pool.call`` cannot call something; empty when it can."""
    if not callable(thing):
        if foreign.is_a(thing, CoroutineType):
            return f"fn must be a function, got {_of_coroutine(thing)}"
        if callable(foreign.attribute(thing, "execute")):
            return f"fn must be a function, got the work {numbers.shown(thing)}; submit runs it"
        return f"fn must be a function, got {numbers.shown(thing)}"
    if is_generator(thing):
        return (
            "fn must be a function that returns its result, got the generator function "
            f"{name_of(thing)}, whose body would never run"
        )
    if _is_task_type(thing):
        return f"fn must be a function, got {_of_task_type(thing)}"
    return ""


def is_generator(function: object) -> bool:
    """Tell whether a call of a function returns a generator, without running its body."""
    return bool(_flags(function) & GENERATORS)


def is_coroutine_function(function: object) -> bool:
    """Tell whether a call of a function returns a coroutine."""
    return bool(_flags(function) & COROUTINE)


def name_of(function: object) -> str:
    """Return the name of a function as a message shows it; the repr of what has none."""
    if foreign.is_a(function, *FUNCTIONS, type):
        name = foreign.exact(foreign.attribute(function, "__name__"), NAME)
        return UNNAMED if name == "<lambda>" else name
    return numbers.shown(function)


def _of_class(thing: object, wanted: str, pool: str) -> str:
    name = name_of(thing)
    if callable(foreign.attribute(thing, "execute")):
        return f"{name} is a class, not a Work: submit an instance, such as {name}()"
    return f"{name} is a class, not {wanted}: {pool}.call({name}, ...) makes an instance"


def _of_no_work(thing: object) -> str:
    if _is_task_type(thing):
        return f"a work is needed, got {_of_task_type(thing)}"
    if callable(thing):
        return f"{_subject(thing)}, not a Work: {_how(thing, 'pool')}"
    if foreign.is_a(thing, CoroutineType):
        return f"a work is needed, got {_of_coroutine(thing)}"
    return f"{WORK}, got {numbers.shown(thing)}"


def _of_coroutine(thing: object, pool: str = "pool") -> str:
    name = foreign.exact(foreign.attribute(thing, "__name__"), NAME)
    return f"a coroutine of {name}; give the function: {pool}.call({name}, ...) runs it"


def _of_task_type(thing: object) -> str:
    name = foreign.exact(foreign.attribute(thing, "name"), NAME)
    return f"the task type {name}; submit {name}.work(...), or have an engine do it"


def _is_task_type(thing: object) -> bool:
    return callable(foreign.attribute(thing, "work"))


def _subject(thing: object) -> str:
    """Begin a sentence: what something is that can be called."""
    name, code = name_of(thing), foreign.attribute(thing, "__code__")
    if name == UNNAMED and isinstance(code, CodeType):
        return f"the lambda at {code.co_filename}:{code.co_firstlineno} is a function"
    if not foreign.is_a(thing, *FUNCTIONS):
        return f"{name} is an object that can be called"
    kind = "coroutine " if is_coroutine_function(thing) else "generator " * is_generator(thing)
    return f"{name} is a {kind}function"


def _how(thing: object, pool: str) -> str:
    if is_generator(thing):
        return f"its body would never run; {pool}.call runs a function that returns its result"
    name = name_of(thing) if foreign.is_a(thing, *FUNCTIONS) else UNNAMED
    return f"{pool}.call({name}, ...) runs it"


def _flags(function: object) -> int:
    if foreign.is_a(function, staticmethod, classmethod):
        function = foreign.attribute(function, "__func__")
    code = foreign.attribute(function, "__code__")
    return code.co_flags if isinstance(code, CodeType) else 0
