"""A command's output, bounded: what is kept of it, and which of its lines are logged.

Whatever a command writes, what is held is its first and its last bytes, and one line's beginning.
What is left out, of either, is counted and said.
"""

from __future__ import annotations

import time
from collections.abc import Callable

LINES_A_SECOND = 100  # logged; a person follows fewer, and a flood must not cost more than this
LINE_BYTES = 4096  # logged of one line


class Kept:
    """The first and the last ``keep`` bytes of what is added, and how many there were in all."""

    def __init__(self, keep: int) -> None:
        self._keep = keep
        self._head = bytearray()
        self._tail = bytearray()
        self.total = 0

    def add(self, data: bytes) -> None:
        """Add a block."""
        self.total += len(data)
        room = self._keep - len(self._head)
        self._head += data[:room]
        self._tail += data[room:]
        del self._tail[: max(0, len(self._tail) - self._keep)]

    def text(self) -> tuple[str, int]:
        """Return the text, and how many bytes are left out at the place that says so.

        A byte that is not of UTF-8 becomes a surrogate; the cut is never inside a character.
        """
        head, tail = bytes(self._head), bytes(self._tail)
        if self.total == len(head) + len(tail):
            return _decoded(head + tail), 0
        head, tail = _without_half_at_end(head), _without_half_at_start(tail)
        left_out = self.total - len(head) - len(tail)
        return f"{_decoded(head)}\n[{left_out:,} bytes left out]\n{_decoded(tail)}", left_out


class LineLog:
    """Lines handed on as they come: so many a second, the rest counted.

    Args:
        say: is called with each line.
        clock: seconds that never go back.
    """

    def __init__(
        self, say: Callable[[str], None], *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._say = say
        self._clock = clock
        self._second = clock()
        self._room = LINES_A_SECOND
        self._missed = 0
        self._line = bytearray()  # the beginning of the one that has not ended yet
        self._cut = 0  # bytes of it that are not in there

    def add(self, data: bytes) -> None:
        """Add a block."""
        if (now := self._clock()) - self._second >= 1.0:
            self._second, self._room = now, LINES_A_SECOND
            self._own_up()
        *whole, rest = data.split(b"\n", self._room)
        for piece in whole:
            self._extend(piece)
            self._end_line()
        if missed := rest.count(b"\n"):  # then there is no room; counting costs 10 us for 64 KiB
            self._missed += missed
            self._line.clear()
            self._cut = 0
            rest = rest[rest.rindex(b"\n") + 1 :]
        self._extend(rest)

    def close(self) -> None:
        """Hand on the last line if it has no end, and say what was not handed on."""
        if self._line:
            self._end_line()
        self._own_up()

    def _extend(self, piece: bytes) -> None:
        room = LINE_BYTES - len(self._line)
        self._line += piece[:room]
        self._cut += max(0, len(piece) - room)

    def _end_line(self) -> None:
        if self._room:
            self._room -= 1
            text = self._line.decode("utf-8", "backslashreplace").removesuffix("\r")
            self._say(f"{text} [{self._cut:,} more bytes]" if self._cut else text)
        else:
            self._missed += 1
        self._line.clear()
        self._cut = 0

    def _own_up(self) -> None:
        if self._missed:
            self._say(f"[{self._missed:,} lines not logged]")
        self._missed = 0


def _decoded(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


def _without_half_at_end(data: bytes) -> bytes:
    for length in (1, 2, 3):
        lead = data[-length] if length <= len(data) else 0
        if 0xC0 <= lead < 0xF8:  # the first byte of a character, which says how many it has
            needed = 2 if lead < 0xE0 else 3 if lead < 0xF0 else 4
            return data[:-length] if needed > length else data
        if not 0x80 <= lead < 0xC0:
            break
    return data


def _without_half_at_start(data: bytes) -> bytes:
    rest = data.lstrip(bytes(range(0x80, 0xC0)))  # the bytes that begin no character
    return rest if len(data) - len(rest) < 4 else data
