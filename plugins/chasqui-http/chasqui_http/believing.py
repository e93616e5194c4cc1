"""What is believed of an answer to a download.

`judge` is handed what was asked and what came, and says what to do: append the rest, take the
whole, call the part complete, ask again for all of it, or refuse. It reads the head of an answer
and does nothing itself, so every combination can be tried as a row of a table.

A rest is appended only if all of its head fits: one Content-Range in bytes that begins where the
part ends, the same length of the whole, a Content-Length of just that range, the same validator
from the same place, not packed. Anything else costs a second request, never a wrong byte.
"""

from __future__ import annotations

import http
import re
from dataclasses import dataclass
from typing import Final

from chasqui_http.errors import Reason
from chasqui_http.validators import strong

RANGE: Final = re.compile(r"bytes (\d{1,18})-(\d{1,18})/(\d{1,18}|\*)", re.ASCII)
BEYOND: Final = re.compile(r"bytes \*/(\d{1,18})", re.ASCII)
SHOWN: Final = 60  # characters of a header in a sentence


@dataclass(frozen=True, slots=True)
class Asked:
    """A request for the bytes from ``start`` on, and what is known of those that are there."""

    start: int = 0
    """0: all of it was asked for, without any condition."""
    have: int = 0
    """How many bytes are there; at least the last of them is asked for again."""
    place: str = ""
    """Which URL they came from, without its query."""
    validator: str | None = None
    total: int | None = None
    """How many bytes the whole has, if that was announced."""


@dataclass(frozen=True, slots=True)
class Came:
    """The head of an answer."""

    status: int
    place: str
    headers: tuple[tuple[str, str], ...]

    def all(self, name: str) -> list[str]:
        """Return every value of a header."""
        return [value.strip() for key, value in self.headers if key.lower() == name]

    @property
    def validator(self) -> str | None:
        """What a later download can go on by; None if the server gives no ranges of this."""
        if "none" in ",".join(self.all("accept-ranges")).lower():
            return None
        return strong(self.all("etag"), self.all("last-modified"), self.all("date"))

    @property
    def length(self) -> int | None:
        """How many bytes the body was announced to have."""
        said = self.all("content-length")
        return int(said[0]) if len(said) == 1 and re.fullmatch("[0-9]{1,20}", said[0]) else None

    @property
    def in_parts(self) -> bool:
        """Whether the body is a list of ranges, each with a head of its own."""
        return any(
            kind.lower().startswith("multipart/byteranges") for kind in self.all("content-type")
        )

    @property
    def packing(self) -> str:
        """How the content is packed; empty if it is as the file is."""
        words = ",".join(self.all("content-encoding")).lower().split(",")
        return ", ".join(word.strip() for word in words if word.strip() not in ("", "identity"))


@dataclass(frozen=True, slots=True)
class Rest:
    """The bytes from ``start`` up to ``end`` of a file of ``total``, to be appended."""

    start: int
    end: int
    """The first byte that is not among them."""
    total: int


@dataclass(frozen=True, slots=True)
class Whole:
    """All of the file."""

    total: int | None
    validator: str | None


@dataclass(frozen=True, slots=True)
class Complete:
    """Nothing comes, since what is there is the whole file."""


@dataclass(frozen=True, slots=True)
class Again:
    """The answer does not fit what was asked, so all of the file must be asked for."""

    why: str


@dataclass(frozen=True, slots=True)
class Refused:
    """This is not the file, and asking again would not help."""

    reason: Reason
    why: str


Verdict = Rest | Whole | Complete | Again | Refused


def judge(asked: Asked, came: Came) -> Verdict:
    """Say what to do with an answer."""
    if not asked.start:
        return _whole(came)
    match came.status:
        case 206:
            return _rest(asked, came)
        case 200:
            return _whole_instead_of_rest(asked, came)
        case 416:
            return _nothing_left(asked, came)
        case 412:
            return Again("the file has changed")
    return _not_the_file(came)


def status_text(code: int) -> str:
    """Return a status with its meaning; the server's own words are a stranger's and not used."""
    try:
        return f"{code} {http.HTTPStatus(code).phrase}"
    except ValueError:
        return str(code)


def _not_the_file(came: Came) -> Refused:
    return Refused("status", f"it answered {status_text(came.status)}, not the file")


def _whole(came: Came) -> Verdict:
    if came.status != 200:
        return _not_the_file(came)
    if came.packing:
        return Refused("encoding", f"it came packed as {_short(came.packing)}, not as the file is")
    ranges = came.all("content-range")
    if ranges and not _is_whole(ranges, came.length):
        return Refused(
            "protocol",
            f"it answered 200 OK with Content-Range {_short(', '.join(ranges))}, "
            "which is only a part of the file",
        )
    return Whole(came.length, came.validator)


def _is_whole(ranges: list[str], length: int | None) -> bool:
    found = RANGE.fullmatch(ranges[0]) if len(ranges) == 1 else None
    if found is None or found[3] == "*":
        return False
    total = int(found[3])
    return int(found[1]) == 0 and int(found[2]) == total - 1 and length in (None, total)


def _whole_instead_of_rest(asked: Asked, came: Came) -> Verdict:
    """Judge a 200, with which some servers send the rest, with or without saying so."""
    length, validator = came.length, came.validator
    if came.all("content-range"):
        # As good as a 206 if all of it fits; without a length, the body may be either.
        return _rest(asked, came) if length is not None else Again("it does not say what it sends")
    if asked.total is None or length is None:
        return Again("it answered 200 OK without saying whether that is all")
    changed = validator is not None and validator != asked.validator
    if length == asked.total - asked.start or (length != asked.total and not changed):
        return Again(f"it answered 200 OK with {length} bytes of a file of {asked.total}")
    return _whole(came)


def _rest(asked: Asked, came: Came) -> Verdict:
    ranges = came.all("content-range")
    found = RANGE.fullmatch(ranges[0]) if len(ranges) == 1 else None
    if found is None:
        return Again(f"its Content-Range is {_short(', '.join(ranges))}")
    start, end = int(found[1]), int(found[2]) + 1
    total = asked.total if found[3] == "*" else int(found[3])
    wrong = _wrong_with(asked, came, start, end, total)
    if wrong is not None or total is None:
        return Again(wrong or "it does not say how long the file is")
    return Rest(start, end, total)


def _wrong_with(asked: Asked, came: Came, start: int, end: int, total: int | None) -> str | None:
    for wrong, why in (
        (start != asked.start, f"it begins at byte {start}, not at {asked.start}"),
        (end <= start, "its Content-Range ends before it begins"),
        (asked.total not in (None, total), f"the file has {total} bytes now, not {asked.total}"),
        (total is not None and end > total, "its Content-Range goes beyond the file"),
        (came.length not in (None, end - start), "its length is not that of its Content-Range"),
        (came.in_parts, "it came as several parts"),
        (bool(came.packing), f"it came packed as {_short(came.packing)}"),
        (came.place != asked.place, "it came from another place"),
        (not _same(asked, came), "it does not say that the file is still the same"),
    ):
        if wrong:
            return why
    return None


def _nothing_left(asked: Asked, came: Came) -> Verdict:
    ranges = came.all("content-range")
    found = BEYOND.fullmatch(ranges[0]) if len(ranges) == 1 else None
    if (
        found is not None
        and int(found[1]) == asked.have
        and asked.total in (None, asked.have)
        and came.place == asked.place
        and _same(asked, came)
    ):
        return Complete()
    return Again("it has nothing from there on")


def _same(asked: Asked, came: Came) -> bool:
    """Tell whether an answer names the very validator that the request was on condition of."""
    tag = asked.validator is not None and asked.validator.startswith('"')
    return came.all("etag" if tag else "last-modified") == [asked.validator]


def _short(text: str) -> str:
    return repr(text if len(text) <= SHOWN else f"{text[:SHOWN]}…")
