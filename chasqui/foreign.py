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
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from types import GetSetDescriptorType, MemberDescriptorType
from typing import Any, Final

TEXT: Final = 4096  # characters of a text, unless the caller says otherwise
NAME: Final = 200  # characters of the name of a class
ITEMS: Final = 10_000  # taken from an iterator that is not one of Python's own
MISSING: Final = object()
"""What `stored` returns for a field that is not there."""

Parts = Callable[[BaseException], Iterable[object]]
"""Gives what the text of an error is made of."""

_mro: Final = type.__dict__["__mro__"].__get__
_class_dict: Final = type.__dict__["__dict__"].__get__
_name: Final = type.__dict__["__name__"].__get__
_qualname: Final = type.__dict__["__qualname__"].__get__
_module: Final = type.__dict__["__module__"].__get__
_is_subclass: Final = type.__dict__["__subclasscheck__"]
_args: Final[Parts] = BaseException.__dict__["args"].__get__
_set_traceback: Final = BaseException.__dict__["__traceback__"].__set__
_SCALARS: Final = frozenset(map(id, (str, int, float, complex, bool, bytes, type(None))))
"""Classes, by identity: the hash of a class is its metaclass's to say."""
_INTEGER: Final = 10**18  # larger ones may have no text; see `sys.set_int_max_str_digits`


# Classes and their names


def is_a(value: object, *kinds: type) -> bool:
    """Tell whether a value is of one of these classes, as ``except`` does; no code of it runs."""
    return is_class_of(type(value), *kinds)


def is_class_of(kind: type, *kinds: type) -> bool:
    """Tell whether a class is one of these, or made from one; no code of it runs."""
    for one in kinds:  # noqa: SIM110 - half the time of any(): it is asked of every error
        if _is_subclass(one, kind):
            return True
    return False


def bases(kind: type) -> tuple[type, ...]:
    """Return a class and all that it is made from, in the order in which Python looks."""
    return tuple(_mro(kind))


def kind_of(value: object) -> str:
    """Return the name of a value's class."""
    return name_of(type(value))


def name_of(kind: type) -> str:
    """Return the name of a class, cut to `NAME` characters."""
    return _exactly(_name(kind))[:NAME]


def label_of(kind: type) -> str:
    """Return the name of a class as tracebacks have it: in its module, and what it is inside of."""
    label = _exactly(_qualname(kind))[:NAME]
    try:
        module = _module(kind)
    except BaseException as broken:  # there is no __module__ in the class
        let_through(broken)
        return label
    if not is_a(module, str):
        return f"<unknown>.{label}"
    module = _exactly(module)[:NAME]
    return label if module in ("__main__", "builtins") else f"{module}.{label}"


def _exactly(text: str) -> str:
    # Of Python's own class: those made from it may say anything of themselves.
    return text if type(text) is str else str.__str__(text)


# Text


def exact(text: object, cap: int = TEXT) -> str:
    """Return what should be a text as a real one, cut; the text of anything else."""
    return _exactly(text)[:cap] if is_a(text, str) else text_of(text, cap)  # type: ignore[arg-type]


def text_of(value: object, cap: int = TEXT) -> str:
    """Return ``str(value)``, cut; where that fails, a text that says so."""
    try:
        return _exactly(str(value))[:cap]
    except BaseException as broken:
        return without("text", broken)[:cap]


def repr_of(value: object, cap: int = TEXT) -> str:
    """Return ``repr(value)``, cut; where that fails, a text that says so."""
    try:
        return _exactly(repr(value))[:cap]
    except BaseException as broken:
        return f"<{kind_of(value)}, {without('repr', broken)[1:-1]}>"[:cap]


def without(what: str, broken: BaseException) -> str:
    """Say that something cannot be had, and what was raised instead; lets a Ctrl-C through."""
    let_through(broken)
    why = name_of(type(broken))
    if speaks_plainly(broken):
        why = f"{why}: {str(broken)[:NAME]}".removesuffix(": ")
    _set_traceback(broken, None)  # it refers to the frame of whoever has looked
    return f"(its {what} cannot be had: {why})"


def let_through(broken: BaseException) -> None:
    """Raise what is a person's: a KeyboardInterrupt in the main thread."""
    if is_a(broken, KeyboardInterrupt) and threading.current_thread() is threading.main_thread():
        raise broken


def speaks_plainly(error: BaseException) -> bool:
    """Tell whether the text of an error is made of what it was raised with, by no code of its own.

    Then it is always the same, and any thread may ask for it at any time.
    """
    parts = parts_of(type(error))
    return parts is not None and are_plain(parts(error))


def parts_of(kind: type) -> Parts | None:
    """Return what gives the parts of an error's text; None if code of its class's own makes it."""
    how = said(kind, "__str__")
    if how is _BASE_STR or how is _KEY_STR:
        return _args
    return _os_parts if how is _OS_STR else None


def are_plain(values: Iterable[object]) -> bool:
    """Tell whether all values are numbers, texts, bytes or None, which have a text for anyone."""
    for one in values:
        kind = type(one)
        if kind is not str and (id(kind) not in _SCALARS or (kind is int and not _fits(one))):
            return False
    return True


def _fits(number: Any) -> bool:
    return bool(-_INTEGER < number < _INTEGER)


def _os_parts(error: Any) -> Iterable[object]:
    return [part.__get__(error) for part in _OS_PARTS]


_BASE_STR: Final = BaseException.__dict__["__str__"]
_KEY_STR: Final = KeyError.__dict__["__str__"]
_OS_STR: Final = OSError.__dict__["__str__"]
_OS_PARTS: Final = [OSError.__dict__[x] for x in ("errno", "strerror", "filename", "filename2")]


# Attributes and fields


def attribute(value: object, name: str, default: Any = None) -> Any:
    """Return an attribute, or the default when it is missing or looking at it raises."""
    try:
        return getattr(value, name)
    except BaseException as broken:
        let_through(broken)
        return default


def is_true(value: object, default: bool = False) -> bool:
    """Tell whether a value counts as true, or the default when it will not say."""
    try:
        return bool(value)
    except BaseException as broken:
        let_through(broken)
        return default


def is_equal(value: object, other: object) -> bool:
    """Tell whether two values are the same or say that they are equal."""
    try:
        return value is other or bool(value == other)
    except BaseException as broken:
        let_through(broken)
        return False


def said(kind: type, name: str) -> Any:
    """Return what a class has under a name, as it stands there, or `MISSING`; no code runs."""
    for base in _mro(kind):
        found = _class_dict(base).get(name, MISSING)
        if found is not MISSING:
            return found
    return MISSING


def stored(value: object, name: str) -> Any:
    """Return what an instance keeps under a name, or `MISSING`; no code of it runs."""
    found = said(type(value), name)
    if type(found) is MemberDescriptorType:  # a slot
        try:
            return found.__get__(value)
        except (AttributeError, TypeError):  # empty, or a slot of something else
            return MISSING
    return fields_of(value).get(name, MISSING)


def fields_of(value: object) -> dict[str, Any]:
    """Return what an instance keeps by name, beside its slots; no code of it runs.

    Empty, too, of a class that hides where that is by a ``__dict__`` of its own.
    """
    for base in _mro(type(value)):
        found = _class_dict(base).get("__dict__")
        if type(found) is GetSetDescriptorType:
            kept = found.__get__(value)
            return kept if type(kept) is dict else dict(dict.items(kept))
    return {}


# Mappings and sequences


def elements(values: Iterable[Any], cap: int = ITEMS) -> Iterator[Any]:
    """Give the elements of a list, tuple or set as Python keeps them; of others, so many at most.

    Raises:
        BaseException: whatever an iterator of its own does.
    """
    for kind in (list, tuple, set, frozenset):
        if is_a(values, kind):
            return kind.__iter__(values)  # type: ignore[arg-type]
    return islice(iter(values), cap)


def pairs(values: Mapping[Any, Any], cap: int = ITEMS) -> Iterator[tuple[Any, Any]]:
    """Give the items of a mapping, of a dict as Python keeps them; else as `elements`."""
    if is_a(values, dict):
        return iter(dict.items(values))  # type: ignore[arg-type]
    return ((key, values[key]) for key in islice(iter(values), cap))


def is_mapping(value: object) -> bool:
    """Tell whether a value is a mapping by its class."""
    try:
        return is_a(value, dict) or issubclass(type(value), Mapping)
    except BaseException as broken:
        let_through(broken)
        return False
