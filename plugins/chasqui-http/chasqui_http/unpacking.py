"""Unpacking what came packed although it was not asked for so.

A little goes in and no more than `PIECE` bytes come out at a time, so content that unpacks to more
than any memory holds costs no more than what is read of it. Packings other than gzip and deflate,
and several on top of each other, are not unpacked; `is_known` tells.
"""

from __future__ import annotations

import zlib
from collections.abc import Generator, Iterable, Iterator
from typing import Any, Final

from chasqui_http.errors import HttpFailed

PIECE: Final = 64 * 1024  # bytes
KNOWN: Final = ("", "gzip", "x-gzip", "deflate")
GZIP: Final = b"\x1f\x8b"  # what every packed piece of a gzip begins with
EITHER: Final = 32 + zlib.MAX_WBITS  # a head of gzip or of zlib
BARE: Final = -zlib.MAX_WBITS  # no head, which some servers call deflate too


def is_known(packing: str) -> bool:
    """Tell whether content that is packed so can be read."""
    return packing in KNOWN


def unpacked(chunks: Iterable[bytes], packing: str) -> Iterator[bytes]:
    """Give the content of what came; as it came if it is not packed, or in an unknown way.

    Raises:
        HttpFailed: it is broken, or ends too early.
    """
    if not packing or not is_known(packing):
        yield from chunks
        return
    state: Any = None
    try:
        for chunk in chunks:
            if state is None:
                state = _unpacker(chunk, packing)
            while chunk:
                if state.eof:
                    if not chunk.startswith(GZIP):
                        break  # padding behind the end
                    state = zlib.decompressobj(EITHER)
                chunk = yield from _pieces(state, chunk)
    except zlib.error as error:
        raise HttpFailed("encoding", "its content is packed and broken") from error
    if state is not None and not state.eof:
        raise HttpFailed("encoding", "its content is packed and ends too early")


def _pieces(state: Any, chunk: bytes) -> Generator[bytes, None, bytes]:
    """Give what a chunk unpacks to; return what lies behind the end of the packed content."""
    while True:
        piece = state.decompress(chunk, PIECE)
        chunk = state.unconsumed_tail
        if piece:
            yield piece
        if state.eof or (not chunk and len(piece) < PIECE):
            return bytes(state.unused_data)


def _unpacker(chunk: bytes, packing: str) -> Any:
    if packing != "deflate":
        return zlib.decompressobj(EITHER)
    try:
        zlib.decompressobj(EITHER).decompress(chunk[:2], 1)
    except zlib.error:
        return zlib.decompressobj(BARE)
    return zlib.decompressobj(EITHER)
