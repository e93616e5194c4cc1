"""Records as data: what a reading says when it is turned into a dict, JSON or a copy.

A reading is a frozen dataclass, so `dataclasses.asdict` and `msgspec.to_builtins` list its fields.
Two things would be missing or in the way there:

- What a property works out, such as ``busy``. `listed` makes such properties fields of the class,
  as far as those who list fields can tell; they are no arguments, and comparisons leave them out.
- What is expensive to work out, such as percentiles, and the raw numbers it is worked out from. A
  `Deferred` record keeps these to itself, and has its fields from the first look at one of them.

The page `help json` describes the keys.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import MISSING, fields
from typing import TYPE_CHECKING, Any, Protocol, Self, TypeVar

T = TypeVar("T")


def listed(*names: str) -> Callable[[type[T]], type[T]]:
    """Have these properties of a frozen dataclass listed among its fields."""

    def decorate(kind: Any) -> Any:
        known = dict(kind.__dataclass_fields__)
        for name in names:
            one = copy.copy(next(iter(known.values())))  # there is no other way to make one
            one.name, one.type = name, "Any"
            one.init = one.repr = one.compare = False
            one.default = one.default_factory = MISSING
            known[name] = one
        kind.__dataclass_fields__ = known
        if "__getstate__" in vars(kind):  # with slots, that of dataclasses would set properties
            kind.__getstate__, kind.__setstate__ = _state, _set_state
        return kind

    return decorate


def arguments_of(record: Any) -> dict[str, Any]:
    """Return the fields that a record was made with, by their names."""
    return {one.name: getattr(record, one.name) for one in fields(record) if one.init}


def _state(record: Any) -> dict[str, Any]:
    return arguments_of(record)


def _set_state(record: Any, state: dict[str, Any]) -> None:
    for name, value in state.items():
        object.__setattr__(record, name, value)


class FieldSource(Protocol):
    """What the fields of a record are worked out from."""

    def values(self) -> dict[str, Any]:
        """Return the fields by their names."""
        ...


class Deferred:
    """A frozen dataclass with slots whose fields may be worked out at the first look."""

    __slots__ = ("_source",)

    _source: Any

    @classmethod
    def later(cls, source: FieldSource) -> Self:
        """Make a record whose fields are worked out from this when one is looked at."""
        made = object.__new__(cls)
        object.__setattr__(made, "_source", source)
        return made

    @property
    def source(self) -> Any:
        """What it is worked out from; None if it was made of its fields."""
        try:
            return self._source
        except AttributeError:
            return None

    if not TYPE_CHECKING:  # or every name would seem to be an attribute

        def __getattr__(self, name: str) -> Any:
            if name not in type(self).__dataclass_fields__ or self.source is None:
                raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
            values = self._source.values()
            for field, value in values.items():
                object.__setattr__(self, field, value)
            return values[name]
