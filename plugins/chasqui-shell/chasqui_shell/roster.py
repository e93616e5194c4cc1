"""The roster: which commands run, where another process can read it however this one ends.

It is a file in memory that this process writes by storing into a map of it, which takes no call of
the system. A command has a line of a fixed length. What counts is the first byte of a line, stored
after the rest of it and cleared before: a process that is killed in between leaves no wrong line.
"""

from __future__ import annotations

import mmap
import os
import tempfile
from typing import BinaryIO, Final

LINE: Final = 32  # bytes: a sign, the number of a group, a mark, each with something after it
LINES: Final = 64  # made at first; twice as many whenever all are taken
WIDTH: Final = 18  # of a mark
RUNS: Final = ord("+")
FREE: Final = ord(" ")


class Roster:
    """Lines of running commands. Its owner sees to it that a single thread at a time uses it.

    Raises:
        OSError: there is no room for it.
    """

    def __init__(self) -> None:
        self._file = _file_in_memory()
        self._lines = 0
        self._memory: mmap.mmap | None = None
        self._free: list[int] = []
        self._grow(LINES)

    def fileno(self) -> int:
        """Return its descriptor, from which another process reads lines from the start."""
        return self._file.fileno()

    def reserve(self) -> int:
        """Keep a line free for a command that is about to start, and return its number.

        Raises:
            OSError: there is no room for more lines.
        """
        if not self._free:
            self._grow(self._lines)
        return self._free.pop()

    def enter(self, line: int, group: int, mark: str) -> None:
        """Write a command in the line that was kept for it."""
        memory, at = self._map(), line * LINE
        text = f" {group:>10} {mark:<{WIDTH}}\n".encode("ascii")
        if len(text) != LINE - 1:
            raise ValueError(f"group {group} or mark {mark!r} is too long for a line")
        memory[at + 1 : at + LINE] = text
        memory[at] = RUNS

    def leave(self, line: int) -> None:
        """Free a line, whether a command was written in it or not."""
        self._map()[line * LINE] = FREE
        self._free.append(line)

    def close(self) -> None:
        """Give the memory back; another process that has the file keeps it."""
        self._map().close()
        self._file.close()

    def _grow(self, more: int) -> None:
        # Written and not only made longer: where a disk holds it, a store into a hole of a file on
        # a full disk would end the process.
        os.pwrite(self._file.fileno(), (b" " * (LINE - 1) + b"\n") * more, self._lines * LINE)
        if self._memory is not None:
            self._memory.close()
        self._memory = mmap.mmap(self._file.fileno(), (self._lines + more) * LINE)
        self._free += range(self._lines + more - 1, self._lines - 1, -1)
        self._lines += more

    def _map(self) -> mmap.mmap:
        assert self._memory is not None
        return self._memory


def _file_in_memory() -> BinaryIO:
    try:
        return os.fdopen(os.memfd_create("chasqui-commands"), "r+b", buffering=0)
    except (AttributeError, OSError):  # not Linux, or not allowed here
        return tempfile.TemporaryFile(buffering=0)
