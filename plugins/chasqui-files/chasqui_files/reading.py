"""Reading regular files in blocks, whatever their size, and nothing but regular files."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

BLOCK = 1024 * 1024  # bytes; larger blocks read no faster, smaller ones look for a cancel too often

_KINDS = {
    stat.S_IFDIR: "a folder",
    stat.S_IFIFO: "a FIFO",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a character device",
    stat.S_IFBLK: "a block device",
}


class NotARegularFile(OSError):
    """Only regular files are read; this is something else."""


def open_regular(path: Path) -> BinaryIO:
    """Open a regular file for reading.

    It is opened without blocking and looked at through its descriptor, so that neither a FIFO
    without a writer nor an exchange between the look and the opening can hold the task up.

    Raises:
        NotARegularFile: it is a folder, a FIFO, a socket or a device.
        OSError: it cannot be opened.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY)
    try:
        mode = os.fstat(descriptor).st_mode
        if not stat.S_ISREG(mode):
            kind = _KINDS.get(stat.S_IFMT(mode), "something else")
            raise NotARegularFile(f"{path} is {kind}, not a regular file")
        return os.fdopen(descriptor, "rb", buffering=0)
    except BaseException:
        os.close(descriptor)
        raise


def blocks(file: BinaryIO) -> Iterator[memoryview]:
    """Yield a file's bytes in one reused buffer: each block is gone when the next is asked for."""
    buffer = bytearray(BLOCK)
    view = memoryview(buffer)
    while size := file.readinto(buffer):  # type: ignore[attr-defined]
        yield view[:size]
