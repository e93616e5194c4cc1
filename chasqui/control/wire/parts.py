"""Parts: a long answer goes out as several, and the client puts them together again.

The rule by which they are joined is one for all answers: what comes again is continued. Objects
are joined key by key, arrays and texts at their end; all else (a number, a truth, null) comes once.
So any part is an object of the answer's shape with less in it, and can be shown before the rest.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

import msgspec

from chasqui.control.wire.frames import PART_BYTES

ROOM: Final = PART_BYTES - 1024
"""For the JSON of a part beside its envelope."""


def split(data: bytes, most: int = ROOM) -> Iterator[bytes]:
    """Give an answer's JSON as parts of at most this many bytes.

    An array's item that is longer by itself goes out whole, in a part of its own.
    """
    if len(data) <= most:
        yield data
        return
    encode = msgspec.json.encode
    for part in _parts(msgspec.json.decode(data), most):
        yield encode(part)


def joined(parts: Iterable[bytes]) -> bytes:
    """Return the JSON of an answer from that of its parts."""
    whole: Any = None
    first = b"null"
    for count, part in enumerate(parts):
        if count == 0:
            first = part
            continue
        if count == 1:
            whole = msgspec.json.decode(first)
        whole = _continued(whole, msgspec.json.decode(part))
    return first if whole is None else msgspec.json.encode(whole)


def _continued(before: Any, after: Any) -> Any:
    if type(before) is not type(after):
        return after
    if isinstance(before, dict):
        for key, value in after.items():
            before[key] = _continued(before[key], value) if key in before else value
        return before
    if isinstance(before, list):
        before.extend(after)
        return before
    return before + after if isinstance(before, str) else after


def _parts(value: Any, most: int) -> Iterator[Any]:
    """Give a value that is too long as several that are not, in the order of joining."""
    if isinstance(value, dict):
        yield from _of_object(value, most)
    elif isinstance(value, list):
        yield from _of_array(value, most)
    elif isinstance(value, str):
        # The worst character is six bytes as JSON: a control character.
        step = max(1, most // 6)
        for at in range(0, len(value), step):
            yield value[at : at + step]
    else:
        yield value


def _of_object(value: dict[str, Any], most: int) -> Iterator[dict[str, Any]]:
    held: dict[str, Any] = {}
    size = 2
    for key, item in value.items():
        own = len(msgspec.json.encode(key)) + 2
        length = own + len(msgspec.json.encode(item))
        if size + length > most and held:
            yield held
            held, size = {}, 2
        if length > most:
            for part in _parts(item, most - own - 2):
                yield {key: part}
        else:
            held[key] = item
            size += length
    if held:
        yield held


def _of_array(value: list[Any], most: int) -> Iterator[list[Any]]:
    held: list[Any] = []
    size = 2
    for item in value:
        length = len(msgspec.json.encode(item)) + 1
        if size + length > most and held:
            yield held
            held, size = [], 2
        held.append(item)
        size += length
    if held:
        yield held
