"""`dataclass` as in the standard library, but without its cost for a class that is never used.

The standard one compiles up to eight methods for each class as it is imported: 0.9 ms a class on
the machine where this was measured, 80 ms for those of `chasqui-tui run`, and 12 ms more for the
modules it needs. Here the classes share their methods, and ``__init__`` is compiled when the first
instance is made: 0.03 ms a class. For everyone else they are dataclasses: `dataclasses.fields`,
`replace`, `asdict` and a subclass that is a dataclass work as with any other.

It takes what this package uses: ``frozen``, ``slots``, ``eq``, and `field` with a default, a
factory, ``repr`` and ``compare``. Annotations are texts, as each file here has them.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from operator import attrgetter
from reprlib import recursive_repr
from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass
    from dataclasses import field as field
    from dataclasses import replace as replace

MISSING: Final = object()


class FieldSpec(NamedTuple):
    """What a class says of a field."""

    default: Any = MISSING
    default_factory: Any = MISSING
    repr: bool = True
    compare: bool = True
    annotation: str = ""


def names_of(cls: type) -> tuple[str, ...]:
    """Return the names of a class's fields, in order."""
    return tuple(_fields(cls))


def _dataclass(
    *, frozen: bool = False, slots: bool = False, eq: bool = True
) -> Callable[[type], type]:
    """Make a class a dataclass: see `dataclasses.dataclass`."""

    def made(cls: type) -> type:
        own = _own_fields(cls)
        fields: dict[str, FieldSpec] = {}
        for base in reversed(cls.__mro__[1:]):
            fields.update(base.__dict__.get("__fields__", {}))
        fields.update(own)
        if slots:
            cls = _with_slots(cls, fields)
        else:
            for name, spec in own.items():
                if spec.default is not MISSING:
                    setattr(cls, name, spec.default)
                elif name in cls.__dict__:
                    delattr(cls, name)
        given: dict[str, Any] = {
            "__fields__": fields,
            "__compared__": attrgetter(*[name for name, one in fields.items() if one.compare]),
            "__match_args__": tuple(fields),
            "__repr__": shared_repr,
            "__replace__": _replaced,
            "__init__": _LateInit(cls, frozen),
        }
        if eq:
            given |= {"__eq__": _equal, "__hash__": _hash if frozen else None}
        if frozen:
            given |= {"__setattr__": _refuse_to_set, "__delattr__": _refuse_to_delete}
        if frozen and slots:
            given |= {"__getstate__": _state, "__setstate__": _set_state}
        for name in ("__dataclass_fields__", "__dataclass_params__"):
            given[name] = LateAttribute(cls, name, frozen=frozen, eq=eq)
        for name, value in given.items():
            if cls.__dict__.get(name) is None:  # as Python sets `__hash__` beside an `__eq__`
                setattr(cls, name, value)
        return cls

    return made


def _field(**said: Any) -> Any:
    """Say more of a field than its type: see `dataclasses.field`."""
    return FieldSpec(**said)


def _replaced(record: Any, /, **changes: Any) -> Any:
    """Return a copy with other values in some fields."""
    return type(record)(
        **{name: getattr(record, name) for name in _fields(type(record)) if name not in changes},
        **changes,
    )


def _own_fields(cls: type) -> dict[str, FieldSpec]:
    """Return the fields that a class itself annotates."""
    own = {}
    for name, annotation in cls.__annotations__.items():
        if annotation.startswith("ClassVar"):
            continue
        said = cls.__dict__.get(name, MISSING)
        spec = said if isinstance(said, FieldSpec) else FieldSpec(said)
        if spec.default is not MISSING and type(spec.default).__hash__ is None:
            raise ValueError(f"{cls.__qualname__}.{name}: a default that can change; use a factory")
        own[name] = spec._replace(annotation=annotation)
    return own


def _with_slots(cls: type, names: Iterable[str]) -> type:
    """Return the class made again with slots: they cannot be added to one that exists."""
    hidden = {*names, "__dict__", "__weakref__"}
    body = {name: value for name, value in cls.__dict__.items() if name not in hidden}
    inherited = {name for base in cls.__mro__ for name in base.__dict__.get("__slots__", ())}
    body["__slots__"] = tuple(name for name in names if name not in inherited)
    made = type(cls)(cls.__name__, cls.__bases__, body)
    made.__qualname__ = cls.__qualname__
    return made


def _fields(cls: type) -> dict[str, FieldSpec]:
    return cls.__fields__  # type: ignore[attr-defined, no-any-return]


class _LateInit:
    """Stands in for ``__init__`` until that is asked for, and then gives way to it."""

    def __init__(self, cls: type, frozen: bool) -> None:
        self._cls = cls
        self._frozen = frozen

    def __get__(self, instance: object, owner: type) -> Any:
        # Two threads may both come here. They write the same, so it does not matter who is last.
        init = _written(self._cls, self._frozen)
        self._cls.__init__ = init  # type: ignore[misc]
        return init.__get__(instance, owner)


def _written(cls: type, frozen: bool) -> Any:
    """Write ``__init__`` of a class."""
    known: dict[str, Any] = {"_set": object.__setattr__, "_factory": _Factory}
    parameters, lines = ["self"], []
    for name, spec in _fields(cls).items():
        value = name
        if spec.default is not MISSING:
            known[f"_default_{name}"] = spec.default
            parameters.append(f"{name}=_default_{name}")
        elif spec.default_factory is not MISSING:
            known[f"_default_{name}"] = _Factory
            known[f"_make_{name}"] = spec.default_factory
            parameters.append(f"{name}=_default_{name}")
            value = f"_make_{name}() if {name} is _factory else {name}"
        else:
            parameters.append(name)
        lines.append(f"_set(self, {name!r}, {value})" if frozen else f"self.{name} = {value}")
    if hasattr(cls, "__post_init__"):
        lines.append("self.__post_init__()")
    text = (
        f"def written({', '.join(known)}):\n"
        f" def __init__({', '.join(parameters)}):\n"
        + "".join(f"  {line}\n" for line in lines or ["pass"])
        + " return __init__"
    )
    space: dict[str, Any] = {}
    exec(text, vars(sys.modules[cls.__module__]), space)
    init = space["written"](**known)
    init.__qualname__ = f"{cls.__qualname__}.__init__"
    init.__annotations__ = {name: spec.annotation for name, spec in _fields(cls).items()}
    init.__annotations__["return"] = None
    return init


class _Factory:
    """The default of a parameter whose value a factory makes."""


class LateAttribute:
    """Stands in for what `dataclasses` keeps of a class, until a program asks for it."""

    def __init__(self, cls: type, name: str, **said: Any) -> None:
        self._cls = cls
        self._name = name
        self._said = said

    def __get__(self, instance: object, owner: type) -> Any:
        return self.made()

    def made(self) -> Any:
        """Make it, and have it take this one's place."""
        import dataclasses

        fields: list[Any] = []
        for name, spec in _fields(self._cls).items():
            said: dict[str, Any] = {"repr": spec.repr, "compare": spec.compare}
            if spec.default is not MISSING:
                said["default"] = spec.default
            if spec.default_factory is not MISSING:
                said["default_factory"] = spec.default_factory
            fields.append((name, spec.annotation, dataclasses.field(**said)))
        twin = dataclasses.make_dataclass(self._cls.__name__, fields, **self._said)
        value = getattr(twin, self._name)
        setattr(self._cls, self._name, value)
        return value


# The methods that all share


@recursive_repr()
def shared_repr(self: Any) -> str:
    """Write a record as Python would write the call that makes it."""
    shown = [f"{k}={getattr(self, k)!r}" for k, one in _fields(type(self)).items() if one.repr]
    return f"{type(self).__qualname__}({', '.join(shown)})"


def _equal(self: Any, other: Any) -> Any:
    if other.__class__ is not self.__class__:
        return NotImplemented
    compared = self.__compared__
    return compared(self) == compared(other)


def _hash(self: Any) -> int:
    return hash(self.__compared__(self))


def _refuse_to_set(self: Any, name: str, value: object) -> None:
    from dataclasses import FrozenInstanceError

    raise FrozenInstanceError(f"cannot assign to field {name!r}")


def _refuse_to_delete(self: Any, name: str) -> None:
    from dataclasses import FrozenInstanceError

    raise FrozenInstanceError(f"cannot delete field {name!r}")


def _state(self: Any) -> list[Any]:
    return [getattr(self, name) for name in _fields(type(self))]


def _set_state(self: Any, state: list[Any]) -> None:
    for name, value in zip(_fields(type(self)), state, strict=True):
        object.__setattr__(self, name, value)


if not TYPE_CHECKING:
    dataclass, field, replace = _dataclass, _field, _replaced
