"""Checksum lists, read as the coreutils read them.

A line is ``DIGEST  NAME`` or ``DIGEST *NAME``, or in the reversed style of BSD ``DIGEST NAME`` (a
list has lines of one of these two kinds, as its first line says), or ``SHA256 (NAME) = DIGEST``,
which openssl writes as ``SHA2-256(NAME)= DIGEST``. A leading backslash says that the name has
newlines, carriage returns and backslashes escaped. Empty lines and those that begin with ``#`` say
nothing. Beyond what the coreutils take, a list may begin with a byte order mark.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple

from chasqui import ChasquiError
from chasqui_files.hash import State
from chasqui_files.names import shown
from chasqui_files.reading import open_regular

LONGEST_LINE: Final = 16 * 1024  # bytes; a path has 4,095, escaped at most twice as many
NAMED_AT_MOST: Final = 20  # of the problems, as many are named; the others are counted

_DIGEST = rb"([0-9a-fA-F]{2,128})"
_GNU: Final = re.compile(rb"[ \t]*(\\?)" + _DIGEST + rb"[ \t](.+)", re.DOTALL)
_TAGGED: Final = re.compile(
    rb"[ \t]*(\\?)([A-Za-z0-9-]+) ?\((.+)\)[ \t]*=[ \t]*" + _DIGEST, re.DOTALL
)
_SIZES: Final = {"md5": 32, "sha1": 40, "sha224": 56, "sha256": 64, "sha384": 96, "sha512": 128}
_BY_SIZE: Final = {size: algorithm for algorithm, size in _SIZES.items()}
_TAGS: Final = {  # in small letters and without hyphens; openssl says SHA2-256
    **{algorithm: algorithm for algorithm in _SIZES},
    **{algorithm.replace("sha", "sha2"): algorithm for algorithm in _SIZES if algorithm != "sha1"},
}
_ESCAPED: Final = re.compile(rb"\\(.?)", re.DOTALL)
_ESCAPES: Final = {b"n": b"\n", b"r": b"\r", b"\\": b"\\"}
_BYTE_ORDER: Final = b"\xef\xbb\xbf"
_UTF_16: Final = (b"\xff\xfe", b"\xfe\xff")


class ChecksumMismatch(ChasquiError):
    """Files are missing or differ from their checksum list, or lines of it cannot be read."""


class Entry(NamedTuple):
    """One line of a list."""

    name: str
    algorithm: str
    digest: str

    def state(self) -> State:
        """Return the beginning of a digest of this kind."""
        if self.algorithm == "blake2b":
            return hashlib.blake2b(digest_size=len(self.digest) // 2, usedforsecurity=False)
        return hashlib.new(self.algorithm, usedforsecurity=False)


class Problems:
    """What does not hold, counted; the first are kept as text."""

    def __init__(self) -> None:
        self.count = 0
        self._named: list[str] = []

    def add(self, text: str) -> None:
        """Count one more."""
        self.count += 1
        if self.count <= NAMED_AT_MOST:
            self._named.append(text)

    def __str__(self) -> str:
        more = self.count - len(self._named)
        return "; ".join([*self._named, *([f"and {more} more"] if more else [])])


def read_list(path: Path, algorithm: str | None, problems: Problems) -> list[Entry]:
    """Return the entries of a list; each line that is none is a problem with its number.

    Args:
        algorithm: of all digests; without one a line's tag decides, or the digest's length.

    Raises:
        ChecksumMismatch: it is no such list at all.
        OSError: it cannot be read.
    """
    entries: list[Entry] = []
    spaces: int | None = None  # between digest and name, once a line has shown it
    with open_regular(path) as file:
        for number, line in _lines(file, path):
            if len(line) > LONGEST_LINE:
                problems.add(f"line {number} is longer than {LONGEST_LINE:,} bytes")
                continue
            try:
                entry, spaces = _entry(line, algorithm, spaces)
            except ValueError as error:
                problems.add(f"line {number} {error}")
            else:
                entries.append(entry)
    if not entries and not problems.count:
        problems.add("it has no checksum line")
    return entries


def _lines(file: BinaryIO, path: Path) -> Iterator[tuple[int, bytes]]:
    """Yield the lines that say something, with their numbers; of a too long one only a part."""
    number, whole, beginning = 0, True, True
    with os.fdopen(os.dup(file.fileno()), "rb") as lines:
        while line := lines.readline(LONGEST_LINE + 3):
            if beginning and line.startswith(_UTF_16):
                raise ChecksumMismatch(f"{shown(path)} is UTF-16 text; save it as UTF-8")
            if beginning:
                line, beginning = line.removeprefix(_BYTE_ORDER), False
            goes_on, whole = not whole, line.endswith(b"\n")
            if goes_on:
                continue
            number += 1
            line = line.removesuffix(b"\n").removesuffix(b"\r")
            if line and not line.startswith(b"#"):
                yield number, line


def _entry(line: bytes, algorithm: str | None, spaces: int | None) -> tuple[Entry, int | None]:
    """Return what a line says, and how many characters the list has before a name.

    Raises:
        ValueError: it is no line of a list; the text goes on after "line 5".
    """
    if (match := _TAGGED.fullmatch(line)) and (kind := _tagged(match[2], len(match[4]))):
        escaped, _, name, digest = match.groups()
        if algorithm not in (None, kind):
            raise ValueError(f"is of {kind}, not of {algorithm}")
    elif match := _GNU.fullmatch(line):
        escaped, digest, name = match.groups()
        kind = algorithm or _BY_SIZE.get(len(digest), "")
        spaces = _spaces(name, spaces)
        name = name[spaces - 1 :]
    else:
        raise ValueError("is not a checksum line")
    # A blake2b has any number of whole bytes.
    if not kind or _SIZES.get(kind, len(digest) // 2 * 2) != len(digest):
        raise ValueError(f"has {len(digest)} digits, which is no {kind or 'digest known here'}")
    if escaped:
        name = _ESCAPED.sub(_unescaped, name)
    if b"\0" in name:
        raise ValueError("has a NUL in its name")
    if name == b"-":
        raise ValueError("is of the standard input, which a task does not have")
    return Entry(os.fsdecode(name), kind, digest.decode().lower()), spaces


def _spaces(rest: bytes, spaces: int | None) -> int:
    """Return how many characters there are between a digest and its name: 1 or 2.

    What comes after the first may be the second of these, or begin a name: the list's first line
    decides it for all, so that no name with a space in front is taken for another.
    """
    if len(rest) == 1 or not rest.startswith((b" ", b"*")):
        if spaces == 2:
            raise ValueError("has one space before its name, unlike those above")
        return 1
    return spaces or 2


def _tagged(tag: bytes, digits: int) -> str:
    """Return the algorithm that a tag means, or "" if it means none."""
    word = tag.decode("ascii").lower().replace("-", "")
    if word in ("blake2b", f"blake2b{digits * 4}"):
        return "blake2b"
    return _TAGS.get(word, "")


def _unescaped(match: re.Match[bytes]) -> bytes:
    if match[1] not in _ESCAPES:
        raise ValueError("has an unknown escape in its name")
    return _ESCAPES[match[1]]
