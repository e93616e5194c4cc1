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
from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

from chasqui.errors import ChasquiError
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
    """One line of the input, counted from 1; ``text`` is None when it is too long."""

    number: int
    text: str | None
    size: int


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


def lines(
    source: InputSource, *, nul: bool = False, wake: int | None = None, stop: Callable[[], bool]
) -> Iterator[InputLine]:
    """Yield the lines of a source until its end, or until ``stop`` says so; see `together`."""
    for some in together(source, nul=nul, wake=wake, stop=stop):
        yield from some


def together(
    source: InputSource,
    *,
    nul: bool = False,
    blank: bool = False,
    wake: int | None = None,
    stop: Callable[[], bool],
) -> Iterator[list[InputLine]]:
    """Yield the lines of a source, those together that have come together.

    Args:
        nul: whether they end with NUL bytes.
        blank: whether empty ones are given out: they may be part of a text in quotes.
        wake: a descriptor that becomes readable when ``stop`` may have changed its mind.

    Raises:
        Unreadable: it failed before its end; a line of which only a part has come is not given out.
    """
    end = b"\0" if nul else b"\n"
    rest = b""
    dropped = 0  # bytes of a line that is too long
    number = 0
    for block in _blocks(source, wake, stop):
        *whole, rest_of_block = block.split(end)
        some: list[InputLine] = []
        for piece in whole:
            number += 1
            size = dropped + len(rest) + len(piece)
            text = None if dropped or size > MAX_LINE else _decode(rest + piece, nul, number == 1)
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
    if (rest or dropped) and not stop():
        number += 1
        text = None if dropped else _decode(rest, nul, number == 1)
        if text is None or text or blank:
            yield [InputLine(number, text, dropped + len(rest))]


def _blocks(source: InputSource, wake: int | None, stop: Callable[[], bool]) -> Iterator[bytes]:
    descriptor = source.descriptor
    watched = [descriptor] if wake is None else [descriptor, wake]
    while not stop():
        ready = readable(watched)
        if stop():
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
