"""Odd values and errors: huge, nested, circular, frozen, without a text or a JSON form."""

from __future__ import annotations

import asyncio
import dataclasses
import enum
import itertools
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from chasqui import Cancelled

MUCH = 20_000  # of what an endless one gives before it gives up
Method = Callable[..., Any]

RAISED: tuple[Callable[[], BaseException], ...] = (
    lambda: ValueError("no"),
    lambda: SystemExit(3),
    KeyboardInterrupt,
    RecursionError,
    MemoryError,
    GeneratorExit,
    StopIteration,
    asyncio.CancelledError,
    lambda: Cancelled("pretended"),
    lambda: AttributeError("no such thing"),
)


def raises(make: Callable[[], BaseException]) -> Method:
    """Make a method that raises."""

    def method(*args: Any, **more: Any) -> Any:
        raise make()

    return method


def raises_itself(self: Any, *args: Any) -> Any:
    """Raise the object, where it is an error."""
    raise self if type.__instancecheck__(BaseException, self) else ValueError("itself")


def never_ends(self: Any, *args: Any) -> Any:
    """Give the same again and again."""
    return itertools.repeat(("key", 1), MUCH)


def calls_itself(self: Any, *args: Any) -> Any:
    """Need more stack than there is."""
    return calls_itself(self, *args)


class Lying(str):
    """A text that is none when it is asked."""

    __str__ = __repr__ = __len__ = __getitem__ = __eq__ = __format__ = raises(lambda: SystemExit(9))
    __iter__ = encode = split = partition = startswith = __str__
    __hash__ = str.__hash__


class Meta(type):
    """The class of classes that say nothing true of themselves."""

    __hash__ = __call__ = None  # type: ignore[assignment]
    __eq__ = __instancecheck__ = __subclasscheck__ = raises(lambda: SystemExit(8))
    __repr__ = __len__ = __bool__ = __iter__ = __str__ = __eq__

    def __getattribute__(cls, name: str) -> Any:
        raise AttributeError(name)


class MetaOfErrors(Meta):
    """The same for errors: Python itself asks their class what it is when they are raised."""

    __instancecheck__ = type.__instancecheck__
    __subclasscheck__ = type.__subclasscheck__


@dataclasses.dataclass(frozen=True)
class Frozen(Exception):
    """An error whose attributes cannot be set."""

    code: int = 0


class Slotted(Exception):
    """An error with slots."""

    __slots__ = ("empty",)


class Point(msgspec.Struct, frozen=True):
    """A record with anything in it."""

    x: Any
    y: Any = None


@dataclasses.dataclass
class Pair:
    """A dataclass with anything in it, and a property that fails."""

    a: Any
    b: Any = None

    @property
    def worse(self) -> Any:
        raise SystemExit(7)


class Colour(enum.Enum):
    """A choice whose value has no JSON form."""

    RED = object()
    DEEP = (1, (2, object()))


class Odd(Mapping[Any, Any]):
    """A mapping that goes on."""

    def __getitem__(self, key: Any) -> Any:
        return self

    def __iter__(self) -> Any:
        return iter(range(MUCH))

    def __len__(self) -> int:
        return 2**62


def nested(depth: int, shape: int) -> Any:
    """Return a value inside of so many others."""
    value: Any = "core"
    shapes: tuple[Callable[[Any], Any], ...] = (
        lambda inner: [inner],
        lambda inner: {"inner": inner},
        lambda inner: (inner,),
        Pair,
        Point,
        lambda inner: [inner, inner],
    )
    for level in range(depth):
        value = shapes[(shape or level) % len(shapes)](value)
    return value


def circle() -> Any:
    """Return a list that holds itself twice."""
    value: list[Any] = [1]
    value += [value, {"again": value}]
    return value


ODD_VALUES: tuple[Callable[[], Any], ...] = (
    lambda: 10**5000,
    lambda: -(2**200_000),
    lambda: 2**53 + 1,
    lambda: float("nan"),
    lambda: float("-inf"),
    lambda: "\udcff\ud800",
    lambda: "x" * 2_000_000,
    lambda: b"\xff\0",
    lambda: {1: "a", "1": "b", False: "c", "False": "d", None: "e", "null": "f", 1.5: "g"},
    lambda: {(1, 2): 3, Colour.RED: 4, b"k": 5},
    lambda: {"repr": "looks like a mark"},
    lambda: {frozenset({1}), frozenset()},
    circle,
    Odd,
    lambda: Colour.RED,
    lambda: Colour.DEEP,
    lambda: Lying("text"),
    lambda: Pair(1, Pair(object(), 10**5000)),
    lambda: Point(Odd()),
    lambda: iter([1, 2]),
    lambda: object,
    lambda: print,
    lambda: ...,
    lambda: 3j,
)
