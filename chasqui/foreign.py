"""Foreign objects: the one guarded way to look at what a task raised, returned, logged or takes.

Any method of such an object may raise anything, return something of another type, lie, or give back
megabytes. So everything that looks at one asks here:

- What Python itself keeps (the class, its name, the cause, context, traceback and members of an
  error, the fields of an instance) is read from where Python keeps it. No code of the object runs,
  so it cannot lie or raise, and it costs what it holds. Any thread may ask, under a lock as well.
- What only the object can say (its text, its attributes, the items of a mapping of its own kind) is
  asked for inside a guard: whatever it raises ends up in the answer, as words, and every answer is
  cut to a length. An object that never answers keeps its caller waiting, so ask for these on the
  worker that runs the task, and never while holding a lock.

A KeyboardInterrupt in the main thread is a person's, and goes through every guard.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any, Final

from chasqui import outline, slots
from chasqui.slots import ITEMS as ITEMS
from chasqui.slots import MISSING as MISSING
from chasqui.slots import NAME as NAME
from chasqui.slots import Parts as Parts
from chasqui.slots import are_plain as are_plain
from chasqui.slots import as_text as as_text
from chasqui.slots import bases as bases
from chasqui.slots import elements as elements
from chasqui.slots import fields_of as fields_of
from chasqui.slots import is_a as is_a
from chasqui.slots import is_class_of as is_class_of
from chasqui.slots import kind_of as kind_of
from chasqui.slots import label_of as label_of
from chasqui.slots import name_of as name_of
from chasqui.slots import pairs as pairs
from chasqui.slots import parts_of as parts_of
from chasqui.slots import said as said
from chasqui.slots import speaks_plainly as speaks_plainly
from chasqui.slots import stored as stored

TEXT: Final = 4096  # characters of a text, unless the caller says otherwise

_OBJECT_STR: Final = object.__dict__["__str__"]
_KEY_STR: Final = KeyError.__dict__["__str__"]
_set_traceback: Final = BaseException.__dict__["__traceback__"].__set__


# Text


def exact(text: object, cap: int = TEXT) -> str:
    """Return what should be a text as a real one, cut; the text of anything else."""
    return as_text(text)[:cap] if is_a(text, str) else text_of(text, cap)  # type: ignore[arg-type]


def text_of(value: object, cap: int = TEXT) -> str:
    """Return ``str(value)``, cut; where that fails, a text that says so."""
    kind = type(value)
    if kind is str:
        return value[:cap]  # type: ignore[index,no-any-return]
    if is_a(value, BaseException) and slots.is_text_of_args(value):  # type: ignore[arg-type]
        return _text_of_parts(value, cap)  # type: ignore[arg-type]
    if said(kind, "__str__") is _OBJECT_STR:  # it asks for the repr
        return repr_of(value, cap)
    try:
        return as_text(str(value))[:cap]
    except BaseException as broken:
        return without("text", broken)[:cap]


def repr_of(value: object, cap: int = TEXT) -> str:
    """Return ``repr(value)``, cut; where that fails, a text that says so."""
    try:
        if outline.is_pythons(type(value)):
            return outline.asked(value, cap, _asked_repr)
    except BaseException as broken:  # such as a MemoryError
        return without("repr", broken)[:cap]
    return _asked_repr(value, cap)


def _asked_repr(value: object, cap: int) -> str:
    try:
        return as_text(repr(value))[:cap]
    except BaseException as broken:
        return f"<{kind_of(value)}, {without('repr', broken)[1:-1]}>"[:cap]


def _text_of_parts(error: BaseException, cap: int) -> str:
    args = slots.args_of(error)
    if not args:
        return ""
    if len(args) > 1 or said(type(error), "__str__") is _KEY_STR:
        return repr_of(args if len(args) > 1 else args[0], cap)
    return text_of(args[0], cap)


def without(what: str, broken: BaseException) -> str:
    """Say that something cannot be had, and what was raised instead; lets a Ctrl-C through."""
    let_through(broken)
    why = name_of(type(broken))
    if speaks_plainly(broken):
        why = f"{why}: {str(broken)[:NAME]}".removesuffix(": ")
    _set_traceback(broken, None)  # it refers to the frame of the caller that looked
    return f"(its {what} cannot be had: {why})"


def let_through(broken: BaseException) -> None:
    """Raise what is a person's: a KeyboardInterrupt in the main thread."""
    if is_a(broken, KeyboardInterrupt) and threading.current_thread() is threading.main_thread():
        raise broken


# Attributes


def attribute(value: object, name: str, default: Any = None) -> Any:
    """Return an attribute, or the default when it is missing or looking at it raises."""
    try:
        return getattr(value, name)
    except BaseException as broken:
        let_through(broken)
        return default


def is_mapping(value: object) -> bool:
    """Tell whether a value is a mapping by its class."""
    try:
        return is_a(value, dict) or issubclass(type(value), Mapping)
    except BaseException as broken:
        let_through(broken)
        return False
