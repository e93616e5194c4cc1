"""Task types that return, raise and say what no program should."""

from __future__ import annotations

import io
import logging
import threading
from collections.abc import Callable
from typing import Any, Final, NoReturn

from chasqui.engine.types.decorator import task
from chasqui.pool.context import Context


class Unspeakable:
    """Raises whenever something wants to know more of it."""

    def __repr__(self) -> str:
        raise RuntimeError("no words for it")

    def __str__(self) -> str:
        raise RuntimeError("no words for it")

    def __eq__(self, other: object) -> bool:
        raise RuntimeError("nothing equals it")

    def __hash__(self) -> int:
        raise RuntimeError("it has no hash")

    def __bool__(self) -> bool:
        raise RuntimeError("neither true nor false")

    def __reduce__(self) -> NoReturn:
        raise RuntimeError("it stays here")


class UnspeakableError(Exception):
    """An error that has no text."""

    def __str__(self) -> str:
        raise RuntimeError("no words for it")

    def __repr__(self) -> str:
        raise RuntimeError("no words for it")


class StubbornError(Exception):
    """An error that cannot be made of its arguments."""

    def __init__(self, one: int, two: int) -> None:
        super().__init__(f"{one} and {two}")


class QuittingError(BaseException):
    """An error that is no Exception."""


def _endless() -> list[Any]:
    endless: list[Any] = []
    endless.append(endless)
    return endless


def _deep() -> list[Any]:
    deep: list[Any] = []
    for _ in range(100_000):
        deep = [deep]
    return deep


RESULTS: Final[dict[str, Callable[[], object]]] = {
    "an object": object,
    "an unspeakable object": Unspeakable,
    "one in a list": lambda: [Unspeakable()],
    "one as a key": lambda: {object(): 1},
    "a set": lambda: {1, 2},
    "bytes": lambda: b"\xff\x00",
    "a lock": threading.Lock,
    "a file": io.BytesIO,
    "a class": lambda: Unspeakable,
    "a lambda": lambda: _endless,
    "an error": lambda: KeyError("returned"),
    "infinity": lambda: float("inf"),
    "not a number": lambda: [float("nan")],
    "a huge number": lambda: 10**5000,
    "a number beyond 64 bits": lambda: 2**64,
    "half a character": lambda: "\ud800",
    "half a character as a key": lambda: {"\udcff": 1},
    "keys that are numbers": lambda: {1: "one"},
    "what contains itself": _endless,
    "what is deep": _deep,
}
"""What a body may return, by its name."""


def _recursion() -> NoReturn:
    _recursion()


def _group() -> NoReturn:
    raise ExceptionGroup("several", [KeyError("one"), ExceptionGroup("more", [OSError(2, "two")])])


def _noted() -> NoReturn:
    error = KeyError("noted")
    error.add_note("\ud800 half a character")
    raise error


def _circle() -> NoReturn:
    one, two = KeyError("one"), KeyError("two")
    one.__cause__, two.__cause__ = two, one
    raise one


def _raising(error: Callable[[], BaseException]) -> Callable[[], NoReturn]:
    def raise_it() -> NoReturn:
        raise error()

    return raise_it


def _local() -> NoReturn:
    class LocalError(Exception):
        pass

    raise LocalError("of a class that is made inside of a function")


ERRORS: Final[dict[str, Callable[[], NoReturn]]] = {
    "no text": _raising(UnspeakableError),
    "arguments of no text": _raising(lambda: KeyError(Unspeakable())),
    "an own signature": _raising(lambda: StubbornError(1, 2)),
    "a local class": _local,
    "no exception": _raising(lambda: QuittingError("quits")),
    "the end of a generator": _raising(GeneratorExit),
    "a stop": _raising(lambda: StopIteration(1)),
    "memory": _raising(MemoryError),
    "recursion": _recursion,
    "a group": _group,
    "half a character": _raising(lambda: ValueError("\ud800")),
    "a long text": _raising(lambda: ValueError("x" * 10_000_000)),
    "many arguments": _raising(lambda: ValueError(*range(100_000))),
    "a note": _noted,
    "a circle of causes": _circle,
    "decoding": _raising(lambda: UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid")),
    "a syntax": lambda: compile("1 +", "there.py", "exec"),  # type: ignore[dict-item,return-value]
}
"""What a body may raise, by its name."""

TEXTS: Final = (
    "",
    "\x00",
    "\x1b[31mred\x1b[0m",
    "a\r\nb\nc",
    "\u202egnp.exe",
    "%s %d %(name)s {0} {name}",
    "[bold]markup[/]",
    "x" * 200_000,
    "🧀" * 1000,
)
"""Texts that a body may be given, and may say."""

CHANGES: Final = ("prints half a line", "leaves a thread", "sets a level")
"""What a body may do that outlives it."""


@task
def results(how: str) -> Any:
    """Return something."""
    return RESULTS[how]()


@task
def errors(how: str) -> None:
    """Raise something."""
    ERRORS[how]()


@task
def says(ctx: Context, text: str) -> str:
    """Say a text in every way, and half a character too."""
    for one in (text, f"{text}\ud800"):
        ctx.progress(1, 2, one)
        ctx.log.info(one)
        ctx.log.warning("%s", one)
        logging.getLogger("orders").info("%s", one)
    print(text)  # noqa: T201 - bodies do
    return text


@task
def changes(how: str) -> str:
    """Change something that outlives the body."""
    if how == "prints half a line":
        print("half", end="")  # noqa: T201
    elif how == "leaves a thread":
        threading.Thread(target=threading.Event().wait, args=(0.1,), daemon=True).start()
    elif how == "sets a level":
        logging.getLogger("orders.other").setLevel(logging.CRITICAL)
    return how
