"""Functions that are declared as task types in tests."""

import functools
import typing
from collections.abc import Callable, Iterator
from typing import Annotated, Any, Generic, TypeVar

import msgspec

T = TypeVar("T")


def fine(n: int) -> int:
    return n


def _rows(n: int) -> Iterator[int]:
    yield from range(n)


async def _stream(n: int) -> Any:
    yield n


def _as_it_is(function: Callable[..., Any], name: str) -> Callable[..., Any]:
    @functools.wraps(function)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        return function(*args, **kwargs)

    wrapper.__name__ = wrapper.__qualname__ = name
    return wrapper


@functools.wraps(_rows)
def collected(*args: Any, **kwargs: Any) -> list[int]:
    return list(_rows(*args, **kwargs))


collected.__name__ = "collected"
wrapped = _as_it_is(collected, "wrapped")


@functools.cache
def cached(n: int) -> list[int]:
    return list(range(n))


hidden_rows = _as_it_is(_rows, "hidden_rows")
hidden_stream = _as_it_is(_stream, "hidden_stream")


async def late_rows(n: int) -> Any:
    return (one for one in range(n))


async def late_coroutine(n: int) -> Any:
    return late_rows(n)


def lost(x: "Missing") -> None: ...  # type: ignore[name-defined]  # noqa: F821


class Broken:
    def __class_getitem__(cls, item: object) -> Any:
        raise OSError("no")


class Weird:
    @property
    def ge(self) -> int:
        raise RuntimeError("no bound")


class Said:
    """Bounds as other packages write them."""

    def __init__(self, **bounds: Any) -> None:
        self.__dict__.update(bounds)


class Box(Generic[T]):
    def __init__(self, value: T) -> None:
        self.value = value


STRANGE = [
    "1 / 0",
    "a b",
    "[].append",
    "declared.nothing",
    Broken,
    Box[int],
    Callable[[int], str],
    typing.Callable[[int], str],
    typing.NoReturn,
    typing.ClassVar[int],
    typing.Final[int],
    typing.Literal[1.5],
    typing.Literal[()],
    type,
    type[int],
    object,
    Annotated[int, Weird()],
    Annotated[int, Said(ge=5, le=1)],
    Annotated[int, Said(gt=1, lt=2)],
    Annotated[str, Said(pattern="(")],
    Annotated[str, Said(min_length=5, max_length=1)],
    Annotated[float, msgspec.Meta(gt=1, lt=1)],
    Annotated[list[Annotated[int, msgspec.Meta(ge=2, le=1)]], "note"],
    Annotated[int, Said(ge="a")],
    Annotated[int, Said(multiple_of=0)],
    int | complex,
    list["Nowhere"],  # type: ignore[name-defined]  # noqa: F821
    3,
    (int, str),
]
