"""Writing rows: an object as a line of JSON, and all of a line to a descriptor."""

from __future__ import annotations

import os
import select
from typing import Any

import msgspec

Row = dict[str, Any]


def encode(row: Row) -> bytes:
    """Return a row as one line of UTF-8."""
    return msgspec.json.encode(row) + b"\n"


def write_all(descriptor: int, data: bytes) -> None:
    """Write all of it, however little is taken at a time; raises OSError."""
    while data:
        try:
            data = data[os.write(descriptor, data) :]
        except BlockingIOError:  # a program that shares it has made it so; a full pipe is no error
            waiting = select.poll()
            waiting.register(descriptor, select.POLLOUT)
            waiting.poll()
