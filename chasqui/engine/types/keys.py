"""Keys of a type: the parameter whose values group its tasks, for limits and strikes.

Workers compare and hash the values of a key, so they are plain ones: texts, numbers, yes or no,
None. What else a parameter may hold, such as a date or a path, stands there as JSON has it.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING, Any, Final

from chasqui import foreign
from chasqui.nearest import nearest
from chasqui.pool.strikes import Key

if TYPE_CHECKING:
    from chasqui.engine.types.fields import Field
    from chasqui.engine.types.parameters import Parameters

PLAIN: Final = frozenset({str, int, bool, type(None)})
MANY: Final = ("list", "json")
"""The kinds of parameters with more than a single value."""


def why_no_key(parameters: Parameters, name: object) -> str:
    """Say why a parameter cannot be a key; empty if it can."""
    names = [field.name for field in parameters.fields]
    field = parameters.field(name) if isinstance(name, str) else None
    if field is None:
        near = nearest(name, names) if isinstance(name, str) else None
        hint = f"did you mean {near}? " if near else ""
        takes = f"it takes {', '.join(names)}" if names else "it takes none"
        return f"{name!r} is not a parameter of this task type; {hint}{takes}"
    if field.secret:
        return f"{name!r} is a secret, and values of a key are shown; name another parameter"
    if field.kind in MANY:
        return f"{name!r} may hold many values; name a parameter that is a text, a number or a date"
    return ""


def key_of(parameters: Parameters, name: str) -> Key:
    """Return the key of a parameter; raises ValueError if it cannot be a key."""
    if problem := why_no_key(parameters, name):
        raise ValueError(problem)
    field = parameters.field(name)
    assert field is not None
    default = None if field.required else value_of(field, field.default)

    def of(work: Any) -> Hashable:
        try:
            value = work.params[name]
            return value if type(value) in PLAIN else value_of(field, value)
        except KeyError:
            return default
        except BaseException as broken:  # a work of another class may do anything
            foreign.let_through(broken)
            return None

    return Key(name, of)


def value_of(field: Field, value: Any) -> Hashable:
    """Return a value of a parameter as a plain one."""
    if type(value) in PLAIN:
        return value  # type: ignore[no-any-return]
    written = field.as_json(value)
    if type(written) in (*PLAIN, float):
        return written  # type: ignore[no-any-return]
    import msgspec

    return msgspec.json.encode(written).decode()
