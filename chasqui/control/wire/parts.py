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
    else:
        yield from _parts(data, most)


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


# Items stay JSON, uncopied: to decode and encode each took three times as long.
_members = msgspec.json.Decoder(dict[str, msgspec.Raw])
_items = msgspec.json.Decoder(list[msgspec.Raw])


def _parts(value: bytes | msgspec.Raw, most: int) -> Iterator[bytes]:
    """Give JSON that is too long as several that are not, in the order of joining."""
    match bytes(memoryview(value)[:1]):
        case b"{":
            yield from _of_object(_members.decode(value), most)
        case b"[":
            yield from _of_array(_items.decode(value), most)
        case b'"':
            # The worst character is six bytes as JSON: a control character.
            text, step = msgspec.json.decode(value), max(1, most // 6)
            for at in range(0, len(text), step):
                yield msgspec.json.encode(text[at : at + step])
        case _:
            yield bytes(value)


def _of_object(value: dict[str, msgspec.Raw], most: int) -> Iterator[bytes]:
    held: list[bytes] = []
    size = 2
    for key, item in value.items():
        name = msgspec.json.encode(key) + b":"
        length = len(name) + len(item) + 1
        if size + length > most and held:
            yield b"{%b}" % b",".join(held)
            held, size = [], 2
        if length > most:
            for part in _parts(item, most - len(name) - 3):
                yield b"{%b%b}" % (name, part)
        else:
            held.append(name + item)
            size += length
    if held:
        yield b"{%b}" % b",".join(held)


def _of_array(value: list[msgspec.Raw], most: int) -> Iterator[bytes]:
    held: list[msgspec.Raw] = []
    size = 2
    for item in value:
        length = len(item) + 1
        if size + length > most and held:
            yield b"[%b]" % b",".join(held)
            held, size = [], 2
        held.append(item)
        size += length
    if held:
        yield b"[%b]" % b",".join(held)
