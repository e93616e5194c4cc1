"""Frames: a length of four bytes, big endian, then as many bytes of JSON.

A side says how long a frame it takes. A longer one is refused at its length, before a byte of it is
kept. JSON is decoded into the record that is expected, and what no record describes (the values of
parameters) is checked for depth and for integers that other readers of JSON would change.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Any, Final

from chasqui.errors import ChasquiError

REQUEST_BYTES: Final = 1024 * 1024
"""How long the JSON of a request may be."""
PART_BYTES: Final = 256 * 1024
"""How long the JSON of a reply may be; longer answers come in parts, see `parts`."""
REPLY_BYTES: Final = 4 * 1024 * 1024
"""How long a reply a client takes: an item that cannot be split may be longer than a part."""
DEPTH: Final = 32
"""How many objects and arrays may stand inside each other."""
LARGEST: Final = 2**53
"""Beyond it readers of JSON that use floating point change an integer."""

_LENGTH: Final = struct.Struct(">I")


class FrameError(ChasquiError):
    """What arrived is no frame, or is too large or too deep; the connection cannot go on."""


def framed(data: bytes) -> bytes:
    """Return the frame of some JSON."""
    return _LENGTH.pack(len(data)) + data


class Splitter:
    """Cuts what arrives into frames, however it is cut by the way.

    Args:
        most: how many bytes of JSON a frame may have.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._held = bytearray()

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Take bytes, and give the JSON of each frame that they complete.

        Raises:
            FrameError: a frame is empty, or longer than this side takes.
        """
        held = self._held
        held += data
        at = 0
        try:
            while len(held) - at >= _LENGTH.size:
                (length,) = _LENGTH.unpack_from(held, at)
                if not 0 < length <= self._most:
                    raise FrameError(
                        f"a frame of {length:,} bytes; it may have 1 to {self._most:,} here"
                    )
                begin = at + _LENGTH.size
                if len(held) - begin < length:
                    break
                at = begin + length
                yield bytes(held[begin:at])
        finally:
            del held[:at]

    @property
    def is_within(self) -> bool:
        """Whether a frame has begun and is not complete: an end here cuts it off."""
        return bool(self._held)


def check_value(value: Any, left: int = DEPTH) -> None:
    """Check what no record describes.

    Raises:
        ValueError: it is too deep, or has an integer beyond 2**53, and says which.
    """
    kind = type(value)
    if kind is int:
        if not -LARGEST <= value <= LARGEST:
            raise ValueError(f"{value} is beyond 2**53; send it as text")
    elif kind is dict or kind is list:
        if left <= 0:
            raise ValueError(f"more than {DEPTH} objects and arrays inside each other")
        for item in value.values() if kind is dict else value:
            check_value(item, left - 1)
