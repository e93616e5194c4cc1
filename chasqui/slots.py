"""Slots: what Python itself keeps of an object, read from where Python keeps it.

The class of a value, the name of a class, the fields of an instance, the elements of a list: no
code of the object runs for these, so none can lie, raise or go on for ever. Any thread may ask.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from types import GetSetDescriptorType, MemberDescriptorType, WrapperDescriptorType
from typing import Any, Final

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
_SCALARS: Final = frozenset(map(id, (str, int, float, complex, bool, bytes, type(None))))
"""Classes, by identity: the hash of a class is its metaclass's to say."""
_INTEGER: Final = 10**18  # larger ones may have no text; see `sys.set_int_max_str_digits`


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
    return as_text(_name(kind))[:NAME]


def label_of(kind: type) -> str:
    """Return the name of a class as tracebacks have it: in its module, and what it is inside of."""
    label = as_text(_qualname(kind))[:NAME]
    try:
        module = _module(kind)
    except AttributeError:  # there is none in the class
        return label
    if not is_a(module, str):
        return f"<unknown>.{label}"
    module = as_text(module)[:NAME]
    return label if module in ("__main__", "builtins") else f"{module}.{label}"


def as_text(text: str) -> str:
    """Return a text as one of Python's own class: one of another may say anything of itself."""
    return text if type(text) is str else str.__str__(text)


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


def names_in(kind: type) -> list[str]:
    """Return the names of the slots that a class and those it is made from declare."""
    found: dict[str, None] = {}
    for base in reversed(_mro(kind)):
        for name, one in _class_dict(base).items():
            if type(one) is MemberDescriptorType and not name.startswith("__"):
                found[name] = None
    return list(found)


def has_no_base(kind: type) -> bool:
    """Tell whether a class is made from nothing but `object`."""
    return len(_mro(kind)) == 2


def is_field(one: Any) -> bool:
    """Tell whether what a dataclass says of a name is a field of its instances."""
    dataclasses = sys.modules.get("dataclasses")
    if dataclasses is not None and type(one) is dataclasses.Field:  # none of its code is foreign
        kind = getattr(one, "_field_type", MISSING)
        if kind is dataclasses._FIELD:
            return True
    else:
        kind = stored(one, "_field_type")
    return stored(kind, "name") == "_FIELD" if kind is not MISSING else False


def dataclass_fields(kind: type) -> dict[str, Any] | None:
    """Return what a dataclass says of its fields, by name; None if a class is none."""
    found = said(kind, "__dataclass_fields__")
    return found if type(found) is dict else None


def args_of(error: BaseException) -> tuple[Any, ...]:
    """Return what an error was raised with."""
    return tuple(_args(error))


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


def speaks_plainly(error: BaseException) -> bool:
    """Tell whether the text of an error is made of what it was raised with, by no code of its own.

    Then it is always the same, and any thread may ask for it at any time.
    """
    parts = parts_of(type(error))
    return parts is not None and are_plain(parts(error))


def is_text_of_args(error: BaseException) -> bool:
    """Tell whether the text of an error is best made of what it was raised with.

    So it is where Python makes it of that, and where Python would make it of a stranger's object.
    """
    kind = type(error)
    parts = parts_of(kind)
    if parts is _args:
        return True
    if type(said(kind, "__str__")) is not WrapperDescriptorType or is_a(error, BaseExceptionGroup):
        return False
    kept = [stored(error, name) for name in names_in(kind)]
    return not are_plain([one for one in (*_args(error), *kept) if one is not MISSING])


def parts_of(kind: type) -> Parts | None:
    """Return what gives the parts of an error's text; None if code of its class's own makes it."""
    how = said(kind, "__str__")
    if how is _BASE_STR or how is _KEY_STR or any(how is one for one in _AS_BASE):
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
    # Raised with a single value it has none of these, and its text is made of that value.
    return (*[part.__get__(error) for part in _OS_PARTS], *_args(error))


_BASE_STR: Final = BaseException.__dict__["__str__"]
_KEY_STR: Final = KeyError.__dict__["__str__"]
_AS_BASE: Final = [one.__dict__.get("__str__") for one in (AttributeError, NameError)]
_OS_STR: Final = OSError.__dict__["__str__"]
_OS_PARTS: Final = [OSError.__dict__[x] for x in ("errno", "strerror", "filename", "filename2")]
