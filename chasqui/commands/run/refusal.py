"""What may be shown of an input line that was refused, where a secret may have been typed in it.

A secret is given as a reference. A line that has its value instead is refused, so the line itself
must not be repeated: not in its row, and not if the mistake is another one, such as a bracket that
is missing or the name of the type.
"""

from __future__ import annotations

from collections.abc import Collection

from chasqui.engine.engine import BaseEngine
from chasqui.errors import ChasquiError, InvalidParameters, UnknownType
from chasqui.secret import MASK


def shown(
    engine: BaseEngine, takes: Collection[str] | None, text: str | None, error: ChasquiError
) -> str | None:
    """Return a refused line as its row has it; None: it was never held.

    Args:
        takes: the parameters that lines are put into; None: a line may have any.
    """
    if text is None:
        return None
    return MASK if _may_be_secret(engine, takes, error) else text


def _may_be_secret(engine: BaseEngine, takes: Collection[str] | None, error: ChasquiError) -> bool:
    try:
        types = [engine.type(type_of(error) or "")]
    except UnknownType:  # so it may be meant for any
        types = list(engine.types.values())
    if takes is None:
        return any(one.parameters.has_secrets for one in types)
    fields = [one.parameters.field(name) for one in types for name in takes]
    return any(field is not None and field.secret for field in fields)


def type_of(error: ChasquiError) -> str | None:
    """Return the type that a refused line was for, if that much is known."""
    return error.type_name if isinstance(error, InvalidParameters) else None
