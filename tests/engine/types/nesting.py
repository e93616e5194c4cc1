"""Annotations with objects in them, and task types that take one."""

from __future__ import annotations

import dataclasses
from typing import Annotated, Any, Generic, NamedTuple, NotRequired, TypedDict, TypeVar

import attrs
import msgspec

from chasqui import Between, Help, task

T = TypeVar("T")


@dataclasses.dataclass
class Size:
    width: Annotated[int, Between(1, 4096), Help("pixels")] = 128
    height: int = 128


class Stamp(msgspec.Struct, rename="camel"):
    opacity: Annotated[float, msgspec.Meta(ge=0, le=1, description="0 is invisible")] = 0.5
    at_size: Size | None = None


class Mark(TypedDict):
    text: str
    count: NotRequired[Annotated[int, Between(0, 3)]]


class Point(NamedTuple):
    x: Annotated[int, Between(0, 9)]
    y: int = 0


class Corner(msgspec.Struct, array_like=True):
    x: Annotated[int, Between(0, 9)]
    size: Size = Size()


class Circle(msgspec.Struct, tag="circle"):
    radius: int = 1


class Square(msgspec.Struct, tag="square"):
    side: Annotated[int, Between(1, 5)] = 1


@attrs.define
class Ink:
    colour: str = "black"


@dataclasses.dataclass
class Boxed(Generic[T]):
    value: T


@dataclasses.dataclass
class Tree:
    name: str = ""
    children: list[Tree] = dataclasses.field(default_factory=list)


@dataclasses.dataclass
class Nothing:
    pass


class Marked(TypedDict):
    text: str


def type_of(annotation: Any) -> Any:
    """Return a task type whose parameter ``it`` has an annotation."""

    def take(it) -> str:
        return repr(it)

    take.__annotations__["it"] = annotation
    return task(take)
