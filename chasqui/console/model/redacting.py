"""A reading without its users' data, for a picture that may be shown to others.

Names stay: those of types, pools, workers, threads and places in code. All other text is masked,
also that of records that are added later.
"""

from __future__ import annotations

from functools import cache
from typing import Any, Final, TypeVar, get_args

import msgspec

from chasqui.control.safe_text import SafeText

MASK: Final = SafeText("▒▒▒")
_NAMES = """
name type pool worker limits rate level plugin thread site file function verb
breakers half_open paused_types
"""
NAMES: Final = frozenset(_NAMES.split())
"""The fields whose text stays."""

Read = TypeVar("Read", bound=msgspec.Struct)


def redacted(record: Read) -> Read:
    """Return a record with all text masked but names, in the records within it as well."""
    changes = {name: _masked(getattr(record, name)) for name in _texts(type(record))}
    for name in record.__struct_fields__:
        if name not in changes and (within := _within(getattr(record, name))) is not None:
            changes[name] = within
    return msgspec.structs.replace(record, **changes)


def _within(value: Any) -> Any:
    """Return a record, or several, redacted; None if it is neither."""
    if isinstance(value, msgspec.Struct):
        return redacted(value)
    if isinstance(value, tuple) and any(isinstance(one, msgspec.Struct) for one in value):
        return tuple(redacted(one) if isinstance(one, msgspec.Struct) else one for one in value)
    return None


def _masked(value: Any) -> Any:
    """Mask each text that is not empty."""
    if isinstance(value, tuple):
        return tuple(_masked(one) for one in value)
    return MASK if value else value


@cache
def _texts(kind: type[msgspec.Struct]) -> tuple[str, ...]:
    """Return the fields of a record that are text to mask."""
    return tuple(
        field.name
        for field in msgspec.structs.fields(kind)
        if field.name not in NAMES and _is_text(field.type)
    )


def _is_text(hint: Any) -> bool:
    return hint is SafeText or any(_is_text(part) for part in get_args(hint))
