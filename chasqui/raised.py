"""What Python keeps of an error that a task raised: where from, after what, with which others.

All of it is read from where Python keeps it, and set there, whatever the class of the error makes
of these attributes: a frozen one, one that counts as false and one that lies are as any other. Only
notes are the error's own to give; see `chasqui.foreign` for when to ask for such.
"""

from __future__ import annotations

from itertools import islice
from types import TracebackType
from typing import Final

from chasqui import foreign
from chasqui.foreign import Parts

SAY_MORE: Final = (NameError, AttributeError, ImportError, SyntaxError)
"""Errors of which a traceback says more than their message."""
TAME: Final = 20  # errors behind one another, of which Python makes a text in no time
KNOWN: Final = 1024  # classes that are known to leave all looks to Python

_LOOKS: Final = (
    "__getattribute__",
    "__getattr__",
    "__cause__",
    "__context__",
    "__notes__",
    "__dict__",
    "args",
)
_TRUTH: Final = ("__bool__", "__len__")  # which logging asks for
_BASE: Final = BaseException.__dict__
_ordinary: Final[dict[int, tuple[type, Parts]]] = {}  # by identity: a class may have its own hash

_cause: Final = BaseException.__dict__["__cause__"].__get__
_context: Final = BaseException.__dict__["__context__"].__get__
_suppress: Final = BaseException.__dict__["__suppress_context__"].__get__
_traceback: Final = BaseException.__dict__["__traceback__"]
_members: Final = BaseExceptionGroup.__dict__["exceptions"].__get__


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


def is_plain(error: BaseException) -> bool:
    """Tell whether its class and its text say all of an error, and no code of its own makes them.

    So nothing is behind it, and any thread may ask for its text at any time. A class that leaves
    all looks to Python is known from then on, as it was: this is asked of every error.
    """
    kind = type(error)
    known = _ordinary.get(id(kind))
    if known is None or known[0] is not kind:
        parts = _parts_of(kind)
        if parts is None:
            return False
        if len(_ordinary) >= KNOWN:
            _ordinary.clear()  # classes that are made anew each time must not pile up
        known = _ordinary[id(kind)] = (kind, parts)
    return (
        error.__cause__ is None
        and error.__context__ is None
        and getattr(error, "__notes__", None) is None
        and foreign.are_plain(known[1](error))
    )


def is_tame(error: BaseException) -> bool:
    """Tell whether an error and all behind it leave their looks to Python, and are not too many."""
    seen: set[int] = set()
    waiting: list[BaseException | None] = [error]
    while waiting:
        one = waiting.pop()
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        parts = _parts_of(type(one))
        if parts is None or not foreign.are_plain(parts(one)) or len(seen) > TAME:
            return False
        if any(foreign.said(type(one), name) is not foreign.MISSING for name in _TRUTH):
            return False
        if getattr(one, "__notes__", None) is not None:
            return False
        waiting += (_cause(one), _context(one))
    return True


def _parts_of(kind: type) -> Parts | None:
    """Return what gives the parts of the text of a class of errors, if no code of its own does."""
    if foreign.is_class_of(kind, *SAY_MORE):
        return None
    if any(foreign.said(kind, name) is not _BASE.get(name, foreign.MISSING) for name in _LOOKS):
        return None
    return foreign.parts_of(kind)


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


def without_frames(error: BaseException) -> BaseException:
    """Return an error to be raised once more: each raise adds frames to those of the one before."""
    _traceback.__set__(error, None)
    return error


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
