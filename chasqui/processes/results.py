"""Results: what a body returned, as JSON and back.

A type whose function says what it returns, as ``-> Path`` does, gets that back. Otherwise a result
is what JSON can hold (a tuple becomes a list); anything else fails the task, and says why.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from math import isfinite
from pathlib import PurePath
from typing import Any, Final, get_type_hints

import msgspec
from msgspec import Raw

from chasqui import foreign
from chasqui.engine.types.task_type import TaskType
from chasqui.engine.types.wire import to_wire
from chasqui.engine.values.jsonable import names_of

MOST: Final = 16 * 1024 * 1024  # bytes of a result as JSON
NOTHING: Final = Raw(b"null")
DEEPEST: Final = 200  # levels: how deep JSON may be read depends on the interpreter

_encode: Final = msgspec.json.Encoder(enc_hook=to_wire).encode
_decode: Final = msgspec.json.Decoder().decode


class ResultRefused(TypeError):
    """The result of a task cannot cross from its process."""


def written(type_: TaskType, value: Any) -> Raw:
    """Return a result as JSON; in the child.

    Raises:
        ResultRefused: JSON cannot hold it, or it is too large.
    """
    if value is None:
        return NOTHING
    try:
        text = _encode(value)
    except RecursionError:  # how deep that may be depends on the interpreter
        raise _refused(type_, value, "it is nested too deeply, or contains itself") from None
    except Exception as error:  # of JSON, or of a value's own code
        raise _refused(type_, value, foreign.text_of(error, 200)) from None
    if len(text) > MOST:
        raise _refused(type_, value, f"it takes {len(text):,} bytes, and {MOST:,} may cross")
    kind = type(value)
    if kind is not str and kind is not int and kind is not bool:
        # Now that it has been written, it is known to contain itself nowhere, and to be small.
        _check(type_, value, has_null=b"null" in text)
    return Raw(text)


def read(type_: TaskType, text: Raw) -> Any:
    """Return a result from JSON; in the host."""
    decode = _decoder_of(type_.function)
    if decode is not None:
        try:
            return decode(text)
        except msgspec.ValidationError:
            pass  # it returned something else than it says, as it may
    return _decode(text)


@lru_cache(maxsize=1024)
def _decoder_of(function: Callable[..., Any]) -> Callable[[Raw], Any] | None:
    """Return what reads results of this function; None where it does not say what they are."""
    try:
        hint = get_type_hints(function).get("return", Any)
        if hint in (Any, object, None, type(None)):
            return None
        return msgspec.json.Decoder(hint, dec_hook=_from_wire).decode
    except Exception:  # names that only type checkers know, or a type that msgspec does not
        return None


def _from_wire(kind: type, value: Any) -> Any:
    """Make what msgspec does not know of the text that `to_wire` makes of it."""
    if issubclass(kind, PurePath) and isinstance(value, str):
        return kind(value)
    raise TypeError(f"{kind} cannot be made of JSON")


def _check(type_: TaskType, value: Any, *, has_null: bool) -> None:
    """Refuse what would come back as something else.

    Args:
        has_null: whether a null is in its JSON, as a number that is not finite becomes.
    """
    says = _decoder_of(type_.function) is not None
    waiting = [(value, 0)]
    while waiting:
        one, depth = waiting.pop()
        kind = type(one)
        if depth > DEEPEST:
            raise _refused(type_, value, "it is nested too deeply, or contains itself")
        if kind is float:
            if not isfinite(one):
                raise _refused(type_, value, f"JSON has no {one}")
        elif kind in (list, tuple) or (has_null and issubclass(kind, (tuple, set, frozenset))):
            waiting += [(part, depth + 1) for part in one]
        elif kind is dict:
            waiting += [(part, depth + 1) for part in one.values()]
            if not says and any(type(key) is not str for key in one):
                raise _refused(type_, value, "a key in it is not a text")
        elif has_null and (names := names_of(kind)) is not None:
            waiting += [(getattr(one, name, None), depth + 1) for name in names]
        elif not (says or one is None or kind in (bool, int, str)):
            what = foreign.kind_of(one)
            raise _refused(type_, value, f"{what} is not JSON; say what it is: `-> {what}`")


def _refused(type_: TaskType, value: Any, why: str) -> ResultRefused:
    return ResultRefused(
        f"the result of {type_.name}, a {foreign.kind_of(value)}, cannot leave its process: {why}"
    )
