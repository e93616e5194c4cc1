"""The content of one file, as an archive takes it: as many bytes as it had when it was opened.

A file that became shorter fails the archive, since its size has been written already. A file that
grew or changed is stored as it was read, and counted as altered.
"""

from __future__ import annotations

import os
from typing import BinaryIO, Final

from chasqui_files.names import shown
from chasqui_files.tally import ArchiveFailed, Tally
from chasqui_files.walk import Member

COPY: Final = 256 * 1024  # bytes between two looks for a cancel: compressing is slower than reading


class Content:
    """An open file's content, counted while it is read."""

    def __init__(self, member: Member, file: BinaryIO, tally: Tally) -> None:
        self.facts = os.fstat(file.fileno())
        self._path = member.path
        self._file = file
        self._left = self.facts.st_size
        self._tally = tally

    def read(self, size: int = COPY, /) -> bytes:
        """Return that many bytes; fewer only at the end.

        Raises:
            ArchiveFailed: it cannot be read, or has become shorter.
        """
        self._tally.look()
        wanted = min(size, self._left)
        data = self._read(wanted)
        while len(data) < wanted:  # files of a network may come in pieces
            more = self._read(wanted - len(data))
            if not more:
                missing = self._left - len(data)
                raise ArchiveFailed(
                    f"{shown(self._path)} became {missing} bytes shorter while it was read; "
                    "try again when nothing changes it"
                )
            data += more
        self._left -= len(data)
        self._tally.read(len(data))
        return data

    def end(self) -> None:
        """Count the file as altered if it changed; call it when all has been read."""
        now = os.fstat(self._file.fileno())
        if self._read(1):  # read, since files of the kernel often claim to have 0 bytes
            self._tally.alter(
                self._path,
                f"grew while it was read: its first {self.facts.st_size} bytes are stored",
            )
        elif (now.st_size, now.st_mtime_ns) != (self.facts.st_size, self.facts.st_mtime_ns):
            self._tally.alter(
                self._path, "changed while it was read: it may be partly old, partly new"
            )

    def _read(self, size: int) -> bytes:
        try:
            return self._file.read(size) or b""  # None of a file that would wait
        except OSError as error:
            raise ArchiveFailed(
                f"{shown(self._path)} cannot be read: {error.strerror or error}"
            ) from error
