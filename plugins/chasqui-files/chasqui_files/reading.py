"""Reading regular files in blocks, whatever their size, and nothing but regular files."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from chasqui import ChasquiError
from chasqui_files.names import shown

BLOCK = 1024 * 1024  # bytes; larger blocks read no faster, smaller ones look for a cancel too often

_KINDS = {
    stat.S_IFREG: "a file",
    stat.S_IFDIR: "a folder",
    stat.S_IFLNK: "a link",
    stat.S_IFIFO: "a FIFO",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a character device",
    stat.S_IFBLK: "a block device",
}


class NotARegularFile(ChasquiError, OSError):
    """Only regular files are read; this is something else."""


def kind_of(mode: int) -> str:
    """Return what something is, by its mode, as a phrase."""
    return _KINDS.get(stat.S_IFMT(mode), "something else")


def open_regular(path: str | Path, folder: int | None = None, *, follow: bool = True) -> BinaryIO:
    """Open a regular file for reading; a relative path may be one from an open folder.

    It is opened without blocking and looked at through its descriptor, so that neither a FIFO
    without a writer nor an exchange between the look and the opening can hold the task up.

    Raises:
        NotARegularFile: it is a folder, a FIFO, a socket or a device.
        OSError: it cannot be opened; a link is not, where it should not be followed.
    """
    flags = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY
    descriptor = os.open(path, flags if follow else flags | os.O_NOFOLLOW, dir_fd=folder)
    try:
        mode = os.fstat(descriptor).st_mode
        if not stat.S_ISREG(mode):
            raise NotARegularFile(f"{shown(path)} is {kind_of(mode)}, not a regular file")
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
    if size is None:  # a file of the kernel that waits for news; it was opened without blocking
        raise BlockingIOError(errno.EAGAIN, "it has no end; reading it would wait for more")
