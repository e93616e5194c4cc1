"""Input: bytes cut into lines, by rules that hold for every kind of file.

- Lines are bytes outside and text inside: UTF-8, and a byte that is not stays as it is (PEP 383).
- Line mode: a byte order mark at the start and one carriage return before each newline are dropped.
- With ``-0`` records end with a NUL byte, and nothing at all is dropped from them.
- Empty lines are counted but are no input. A last line without its end counts.
- A line over 1 MiB is refused with its number; it is never held in memory.
- A line is given out as soon as it is there, however slowly the rest comes.
"""

from __future__ import annotations

import codecs
import os
import sys
from collections.abc import Callable, Generator, Iterator, Sequence
from typing import Final, NamedTuple

from chasqui.errors import ChasquiError
from chasqui.pool.clock import LOOK_SECONDS
from chasqui.pool.readable import readable

MAX_LINE: Final = 1024 * 1024  # bytes
BLOCK: Final = 64 * 1024


class Unreadable(ChasquiError):
    """An input cannot be read."""


class InputSource(NamedTuple):
    """Where lines come from: a descriptor, and what to call it."""

    descriptor: int
    name: str


class InputLine(NamedTuple):
    """One line or other record of the input, counted from 1."""

    number: int
    text: str | None
    """What it is known by, all of its fields; None when it is too long."""
    size: int
    fields: Sequence[str] = ()
    """The values of its columns, if it has several."""
    why: str = ""
    """Why it cannot become a task though its text is there; empty if nothing is wrong."""
    own: str | None = None
    """What stands in the input, where its text is made of that; empty if that is too long."""

    @property
    def values(self) -> Sequence[str]:
        """The values of its columns, of which a line has one."""
        return self.fields or (self.text or "",)

    @property
    def shown(self) -> str:
        """What people see of it: the line, or the values of its columns with blanks between."""
        return " ".join(self.fields) if self.fields else self.given or ""

    @property
    def given(self) -> str | None:
        """What stands in the input, or the values of several lists; None when it is too long."""
        if self.own is not None:
            return self.own or None
        return " ".join(self.fields) if self.fields else self.text

    @property
    def problem(self) -> str:
        """What is wrong with it; empty if nothing is."""
        too_long = f"is {self.size:,} bytes long; a line may have {MAX_LINE:,}"
        return self.why if self.text is not None else too_long


class Until:
    """Says to a reader of input when it is to stop; may be set after the reader is made.

    Args:
        wake: a descriptor that becomes readable when ``stop`` may have changed its mind.
    """

    __slots__ = ("stop", "wake")

    def __init__(self, wake: int | None = None, stop: Callable[[], bool] = lambda: False) -> None:
        self.wake = wake
        self.stop = stop


NEVER: Final = Until()
"""Of a reader that reads to the end."""


def opened(file: str) -> InputSource:
    """Open the file that lines come from, ``-`` is standard input; raises Unreadable."""
    name = "standard input" if file == "-" else file
    if file == "-" and sys.stdin is None:
        raise Unreadable(f"{name} is closed; name a file, or give it something to read")
    try:
        descriptor = 0 if file == "-" else os.open(file, os.O_RDONLY | os.O_CLOEXEC)
        os.read(descriptor, 0)  # of a folder, or of what is open for writing only, it fails
    except OSError as error:
        raise _unreadable(name, error) from None
    return InputSource(descriptor, name)


def together(
    source: InputSource,
    until: Until = NEVER,
    *,
    nul: bool = False,
    blank: bool = False,
    start: int = 0,
) -> Generator[list[InputLine], None, int]:
    """Yield the lines of a source, those together that have come together.

    Args:
        nul: whether they end with NUL bytes.
        blank: whether empty ones are given out: they may be part of a text in quotes.
        start: how many lines came before those of this source.

    Returns:
        How many lines there are now, also empty ones.

    Raises:
        Unreadable: it failed before its end; a line of which only a part has come is not given out.
    """
    end = b"\0" if nul else b"\n"
    rest = b""
    dropped = 0  # bytes of a line that is too long
    number = start
    first = start + 1
    for block in blocks(source, until):
        *whole, rest_of_block = block.split(end)
        some: list[InputLine] = []
        for piece in whole:
            number += 1
            size = dropped + len(rest) + len(piece)
            text = (
                None if dropped or size > MAX_LINE else _decode(rest + piece, nul, number == first)
            )
            rest, dropped = b"", 0
            if text is None or text or blank:
                some.append(InputLine(number, text, size))
        if some:
            yield some
        if dropped or len(rest) + len(rest_of_block) > MAX_LINE:
            dropped += len(rest) + len(rest_of_block)
            rest = b""
        else:
            rest += rest_of_block
    if (rest or dropped) and not until.stop():
        number += 1
        text = None if dropped else _decode(rest, nul, number == first)
        if text is None or text or blank:
            yield [InputLine(number, text, dropped + len(rest))]
    return number


def blocks(source: InputSource, until: Until) -> Iterator[bytes]:
    """Yield the bytes of a source as they come, until its end or until told to stop.

    Raises:
        Unreadable: it failed before its end.
    """
    descriptor = source.descriptor
    while not until.stop():
        # A signal that another thread gets, or that comes just before the wait, does not end it.
        ready = readable(
            [descriptor] if until.wake is None else [descriptor, until.wake], LOOK_SECONDS
        )
        if until.stop():
            return
        if descriptor in ready:
            try:
                block = os.read(descriptor, BLOCK)
            except OSError as error:
                raise _unreadable(source.name, error) from None
            if not block:
                return
            yield block


def _unreadable(name: str, error: OSError) -> Unreadable:
    return Unreadable(f"{name}: cannot be read: {error.strerror}")


def _decode(raw: bytes, nul: bool, first: bool) -> str:
    if not nul:
        raw = raw.removesuffix(b"\r")
        if first:
            raw = raw.removeprefix(codecs.BOM_UTF8)
    return raw.decode("utf-8", "surrogateescape")
