"""Signatures: a function's parameters as the contract of a task type.

Invalid parameters are refused here, when the function is declared, with the names of the function
and the parameter: an annotation that JSON cannot fill, a default that breaks its own bounds, and a
plain text whose name says that it is a secret. All mistakes are reported at once.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable
from typing import Any, Final, get_args

from chasqui.engine.types.declaration import hints_of, refused
from chasqui.engine.types.fields import REQUIRED, Field, compile_field
from chasqui.engine.types.parameters import Parameters
from chasqui.foreign import kind_of, text_of
from chasqui.pool.context import Context

TOLD: Final = 200  # characters of an annotation in an error

# A parameter with such a name holds a secret; a plain text would be kept and shown.
_SECRET_NAME: Final = re.compile(
    r"(.*_)?(password|passwd|secret|api_?key|authorization)|token|auth_token|access_token",
    re.IGNORECASE,
)


def read_signature(function: Callable[..., Any], also: Iterable[str] = ()) -> Parameters:
    """Compile a function's signature.

    Raises:
        InvalidTaskType: with the mistakes ``also``, and every parameter without an annotation, or
            with an invalid one, or with a default that breaks its own bounds.
    """
    hints, wrong = _hints(function, also)
    fields: list[Field] = []
    problems = list(also)
    takes_context: str | None = None
    declared = inspect.signature(function).parameters
    for at, parameter in enumerate(declared.values()):
        name = parameter.name
        if name in wrong:
            problems.append(f"parameter {name!r}: {_why_not(wrong[name])}")
        elif _is_context(hints.get(name)):
            if problem := _context_problem(parameter, at, takes_context):
                problems.append(f"parameter {name!r} {problem}")
            takes_context = name
        elif (problem := _kind_problem(parameter)) or name not in hints:
            needs = "needs an annotation, such as str or Path"
            problems.append(f"parameter {name!r} {problem or needs}")
        elif any(map(_is_context, get_args(hints[name]))):
            problems.append(f"parameter {name!r} always gets a context; annotate it Context alone")
        else:
            try:
                fields.append(_compile(parameter, hints[name]))
            except ValueError as error:
                problems.append(f"parameter {name!r}{error}")
    if problems:
        raise refused(function, *problems)
    by_name_only = inspect.Parameter.KEYWORD_ONLY
    positional = [f.name for f in fields if declared[f.name].kind is not by_name_only]
    return Parameters(tuple(fields), takes_context=takes_context, positional=tuple(positional))


def _hints(
    function: Callable[..., Any], also: Iterable[str]
) -> tuple[dict[str, Any], dict[str, Exception]]:
    try:
        return hints_of(function)
    except Exception as error:  # whatever annotations do when they are evaluated
        raise refused(function, *also, _why_not(error)) from error


def _why_not(error: Exception) -> str:
    """Say why an annotation could not be evaluated."""
    if isinstance(error, NameError):
        return (
            f"the annotation {error.name!r} cannot be resolved: no such name exists where it "
            "is used; import it at run time, not under TYPE_CHECKING"
        )
    return f"an annotation cannot be evaluated: {kind_of(error)}: {text_of(error)}"


def _context_problem(parameter: inspect.Parameter, at: int, earlier: str | None) -> str:
    """Say why a parameter cannot take the context; empty if it can."""
    if earlier is not None:
        return f"takes the context, as {earlier!r} does"
    if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
        return f"must be an ordinary parameter, not {parameter}: there is one context"
    if at or parameter.kind is parameter.KEYWORD_ONLY:
        return "takes the context and is not the first; put it first"
    return ""


def _kind_problem(parameter: inspect.Parameter) -> str:
    match parameter.kind:
        case parameter.VAR_POSITIONAL:
            return f"must be an ordinary parameter, not {parameter}; take a list"
        case parameter.VAR_KEYWORD:
            return f"must be an ordinary parameter, not {parameter}; take a dict"
        case parameter.POSITIONAL_ONLY:
            return "must be an ordinary parameter, not before a /: it is given by its name"
    return ""


def _compile(parameter: inspect.Parameter, hint: Any) -> Field:
    """Compile a parameter; ValueError says why not, as words that follow its name."""
    default = REQUIRED if parameter.default is parameter.empty else parameter.default
    try:
        field = compile_field(parameter.name, hint, default=default)
    except TypeError as error:
        told = text_of(inspect.formatannotation(hint), TOLD)
        raise ValueError(f": {told} cannot be a parameter: {error}") from None
    except ValueError as error:
        raise ValueError(f": its default {error}") from None
    if field.kind == "text" and _SECRET_NAME.fullmatch(field.name):
        raise ValueError(" looks like a secret; annotate it Secret[str]")
    return field


def _is_context(hint: Any) -> bool:
    return isinstance(hint, type) and Context in hint.__mro__
