"""What can go wrong with a URL: one sentence for people, one word and a mapping for programs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Literal

from chasqui import ChasquiError

Reason = Literal[
    "url",  # it cannot be asked for at all
    "token",  # it cannot be sent
    "address",  # it is at an address that is not talked to
    "connection",  # refused, unreachable, broken off
    "tls",  # no trusted encryption
    "timeout",  # too slow
    "redirect",  # too many, or to where none is followed
    "protocol",  # what came is not HTTP
    "status",  # another status than wanted
    "length",  # fewer bytes than announced
    "text",  # the expected text is not there
    "size",  # more bytes than allowed
    "encoding",  # packed, where the file itself was asked for
    "checksum",  # other bytes than wanted
    "busy",  # another download has the target
]


class HttpFailed(ChasquiError):
    """A URL did not give what was asked; ``reason`` is one word, ``seen`` what came instead."""

    def __init__(self, reason: Reason, message: str, seen: Mapping[str, Any] | None = None) -> None:
        super().__init__(message)
        self.reason = reason
        self.seen = dict(seen or {})


class CheckFailed(HttpFailed):
    """A checked URL is not as it should be."""


class DownloadFailed(HttpFailed):
    """A file was not downloaded; what a later download can go on with is kept beside the target."""


class ChecksumMismatch(DownloadFailed):
    """A whole file came and is not the wanted one; nothing of it is kept."""


@contextmanager
def failing_as(kind: type[HttpFailed]) -> Iterator[None]:
    """Let what fails below fail as this kind."""
    try:
        yield
    except kind:
        raise
    except HttpFailed as error:
        raise kind(error.reason, str(error), error.seen) from error
