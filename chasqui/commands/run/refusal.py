"""What may be shown of an input line that was refused, where a secret may have been typed in it.

A secret is given as a reference. A line that has its value instead is refused, so the line itself
must not be repeated: not in its row, and not if the mistake is another one, such as a bracket that
is missing or the name of the type.
"""

from __future__ import annotations

from chasqui.engine.engine import BaseEngine
from chasqui.errors import ChasquiError, InvalidParameters, UnknownType
from chasqui.secret import MASK


def shown(engine: BaseEngine, each: str | None, text: str, error: ChasquiError) -> str:
    """Return a refused line as its row has it; ``each`` is the parameter that takes the lines."""
    return MASK if _may_be_secret(engine, each, error) else text


def _may_be_secret(engine: BaseEngine, each: str | None, error: ChasquiError) -> bool:
    try:
        types = [engine.type(type_of(error) or "")]
    except UnknownType:  # so it may be meant for any
        types = list(engine.types.values())
    if each is None:
        return any(one.parameters.has_secrets for one in types)
    fields = [one.parameters.field(each) for one in types]
    return any(field is not None and field.secret for field in fields)


def type_of(error: ChasquiError) -> str | None:
    """Return the type that a refused line was for, if that much is known."""
    return error.type_name if isinstance(error, InvalidParameters) else None
