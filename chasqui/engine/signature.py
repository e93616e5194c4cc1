"""Signatures: a function's parameters as the contract of a task type.

What cannot be a parameter is refused here, when the function is declared, naming the function and
the parameter: an annotation that JSON cannot fill, a default that breaks its own bounds, and a
plain text whose name says that it is a secret.
"""

from __future__ import annotations

import inspect
import re
import typing
from collections.abc import Callable
from typing import Any, Final

from chasqui.engine.fields import REQUIRED, Field, compile_field
from chasqui.engine.parameters import Parameters
from chasqui.errors import InvalidTaskType
from chasqui.pool.context import Context

# A parameter of such a name holds a secret; given as a text it would be kept and shown as one.
_SECRET_NAME: Final = re.compile(
    r"(.*_)?(password|passwd|secret|api_?key|authorization)|token|auth_token|access_token",
    re.IGNORECASE,
)


def read_signature(function: Callable[..., Any]) -> Parameters:
    """Compile a function's signature.

    Raises:
        InvalidTaskType: a parameter has no annotation, or one that cannot be a parameter, or a
            default that breaks its own bounds.
    """
    name = getattr(function, "__qualname__", repr(function))
    try:
        hints = typing.get_type_hints(function, include_extras=True)
    except NameError as error:
        raise InvalidTaskType(
            f"{name}: the annotation {error.name!r} cannot be resolved; "
            "import it at run time, not under TYPE_CHECKING"
        ) from error
    fields: list[Field] = []
    takes_context: str | None = None
    for parameter in inspect.signature(function).parameters.values():
        where = f"{name}: parameter {parameter.name!r}"
        if parameter.kind not in (parameter.POSITIONAL_OR_KEYWORD, parameter.KEYWORD_ONLY):
            raise InvalidTaskType(f"{where} must be an ordinary parameter, not {parameter}")
        if parameter.name not in hints:
            raise InvalidTaskType(f"{where} needs an annotation, such as str or Path")
        if _is_context(hints[parameter.name]):
            if takes_context is not None:
                raise InvalidTaskType(f"{where} takes the context, as {takes_context!r} does")
            takes_context = parameter.name
        else:
            fields.append(_compile(where, parameter, hints[parameter.name]))
    return Parameters(tuple(fields), takes_context=takes_context)


def _compile(where: str, parameter: inspect.Parameter, hint: Any) -> Field:
    default = REQUIRED if parameter.default is parameter.empty else parameter.default
    try:
        field = compile_field(parameter.name, hint, default=default)
    except TypeError as error:
        told = inspect.formatannotation(hint)
        raise InvalidTaskType(f"{where}: {told} cannot be a parameter: {error}") from None
    except ValueError as error:
        raise InvalidTaskType(f"{where}: its default {error}") from None
    if field.kind == "text" and _SECRET_NAME.fullmatch(field.name):
        raise InvalidTaskType(f"{where} looks like a secret; annotate it Secret[str]")
    return field


def _is_context(hint: Any) -> bool:
    return isinstance(hint, type) and issubclass(hint, Context)
