"""How much of the input a run has not read yet, where that can be known.

Regular files of moderate size are counted once, by the thread that draws. A pipe has no end that is
known, and lines that are made from others, such as products, are not counted.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Sequence
from typing import Final

BLOCK: Final = 1024 * 1024
COUNTED: Final = 1024 * BLOCK  # bytes: counted in about a second, a block at a time


class Expected:
    """The lines of an input, of which nothing has been read yet.

    Args:
        files: what is read; ``-`` is standard input.
        nul: whether lines end with NUL bytes.
    """

    def __init__(self, files: Sequence[str] = (), *, nul: bool = False) -> None:
        self._files = files
        self._end = b"\0" if nul else b"\n"
        self._begin = _position() if "-" in files else 0
        self._lines: int | None = None
        self._is_counted = not files

    def left(self, read: int) -> int | None:
        """Return how many lines are left after so many were read; None: that is not known."""
        if not self._is_counted:
            self._is_counted = True
            self._lines = self._count()
        return None if self._lines is None else max(0, self._lines - read)

    def _count(self) -> int | None:
        count = room = 0
        for file in self._files:
            try:
                descriptor = 0 if file == "-" else os.open(file, os.O_RDONLY | os.O_NONBLOCK)
            except OSError:
                return None  # reading it will say so
            try:
                found = os.fstat(descriptor)
                room += found.st_size
                if not stat.S_ISREG(found.st_mode) or room > COUNTED:
                    return None
                count += self._lines_of(descriptor, self._begin if file == "-" else 0)
            except OSError:
                return None
            finally:
                if descriptor:
                    os.close(descriptor)
        return count

    def _lines_of(self, descriptor: int, at: int) -> int:
        count, last = 0, self._end
        while block := os.pread(descriptor, BLOCK, at):
            count += block.count(self._end)
            at += len(block)
            last = block[-1:]
        return count + (last != self._end)


def _position() -> int:
    try:
        return os.lseek(0, 0, os.SEEK_CUR)
    except OSError:  # a pipe, or closed
        return 0
