"""What Python keeps of an error that a task raised: where from, after what, with which others.

All of it is read from where Python keeps it, and set there, whatever the class of the error makes
of these attributes: a frozen one, one that counts as false and one that lies are as any other. Only
notes are the error's own to give; see `chasqui.foreign` for when to ask for such.
"""

from __future__ import annotations

from itertools import islice
from types import TracebackType
from typing import Any, Final

from chasqui import foreign

_args: Final = BaseException.__dict__["args"].__get__
_cause: Final = BaseException.__dict__["__cause__"].__get__
_context: Final = BaseException.__dict__["__context__"].__get__
_suppress: Final = BaseException.__dict__["__suppress_context__"].__get__
_traceback: Final = BaseException.__dict__["__traceback__"]
_members: Final = BaseExceptionGroup.__dict__["exceptions"].__get__


def args_of(error: BaseException) -> tuple[Any, ...]:
    """Return what an error was raised with."""
    return tuple(_args(error))


def cause(error: BaseException) -> BaseException | None:
    """Return the error that this one was raised ``from``."""
    return _cause(error)  # type: ignore[no-any-return]


def context(error: BaseException) -> BaseException | None:
    """Return the error that was being handled when this one was raised."""
    return _context(error)  # type: ignore[no-any-return]


def hides_context(error: BaseException) -> bool:
    """Tell whether a traceback leaves out the context of an error."""
    return bool(_suppress(error))


def members(error: BaseException) -> tuple[BaseException, ...]:
    """Return the errors of a group; of any other error none."""
    return tuple(_members(error)) if foreign.is_a(error, BaseExceptionGroup) else ()


def has_notes(error: BaseException) -> bool:
    """Tell whether an error has notes, or code of its own that gives some."""
    if foreign.said(type(error), "__notes__") is not foreign.MISSING:
        return True
    return "__notes__" in foreign.fields_of(error)


def notes(error: BaseException, cap: int = 100) -> list[str]:
    """Return the notes of an error; those that have no text say so."""
    kept = foreign.fields_of(error).get("__notes__", foreign.MISSING)
    if kept is foreign.MISSING:
        try:
            kept = getattr(error, "__notes__", foreign.MISSING)
        except BaseException as broken:
            return [foreign.without("notes", broken)]
    if kept is foreign.MISSING or kept is None:
        return []
    if not foreign.is_a(kept, list, tuple):
        return [foreign.repr_of(kept)]
    return [foreign.exact(one) for one in islice(foreign.elements(kept), cap)]


def frames(error: BaseException) -> TracebackType | None:
    """Return the traceback of an error."""
    return _traceback.__get__(error)  # type: ignore[no-any-return]


def set_frames(error: BaseException, frames: TracebackType | None) -> None:
    """Set the traceback of an error, of one that is frozen as well."""
    _traceback.__set__(error, frames)


def forget_frames(error: BaseException) -> None:
    """Drop the frames of an error and of all that it is chained to or groups."""
    seen: set[int] = set()
    waiting: list[BaseException | None] = [error]
    while waiting:
        one = waiting.pop()
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        set_frames(one, None)
        waiting += (_cause(one), _context(one), *members(one))
