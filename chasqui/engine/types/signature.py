"""Signatures: a function's parameters as the contract of a task type.

Invalid parameters are refused here, when the function is declared, with the names of the function
and the parameter: an annotation that JSON cannot fill, a default that breaks its own bounds, and a
plain text whose name says that it is a secret. All mistakes are reported at once.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable
from typing import Any, Final

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
    hints = _hints(function, also)
    fields: list[Field] = []
    problems = list(also)
    takes_context: str | None = None
    for parameter in inspect.signature(function).parameters.values():
        name = parameter.name
        if (problem := _kind_problem(parameter)) or name not in hints:
            needs = "needs an annotation, such as str or Path"
            problems.append(f"parameter {name!r} {problem or needs}")
        elif not _is_context(hints[name]):
            try:
                fields.append(_compile(parameter, hints[name]))
            except ValueError as error:
                problems.append(f"parameter {name!r}{error}")
        elif takes_context is not None:
            problems.append(f"parameter {name!r} takes the context, as {takes_context!r} does")
        else:
            takes_context = name
    if problems:
        raise refused(function, *problems)
    return Parameters(tuple(fields), takes_context=takes_context)


def _hints(function: Callable[..., Any], also: Iterable[str]) -> dict[str, Any]:
    try:
        return hints_of(function)
    except NameError as error:
        raise refused(
            function,
            *also,
            f"the annotation {error.name!r} cannot be resolved: no such name exists where it "
            "is used; import it at run time, not under TYPE_CHECKING",
        ) from error
    except Exception as error:  # whatever an annotation does when it is evaluated
        text = f"{kind_of(error)}: {text_of(error)}"
        raise refused(function, *also, f"an annotation cannot be evaluated: {text}") from error


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
