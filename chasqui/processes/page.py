"""The page: a few bytes that a host and its child share.

The host writes the number of the task that should stop. The child's body can look at any time, in
the middle of a computation, without a thread that reads and without a system call.
"""

from __future__ import annotations

import mmap
import os
import tempfile
from struct import Struct
from typing import Final

NUMBER: Final = Struct("=q")


def shared_file(name: str) -> int:
    """Make a file that has no name in any folder, and return its descriptor."""
    if hasattr(os, "memfd_create"):
        return os.memfd_create(name, os.MFD_CLOEXEC)
    with tempfile.TemporaryFile(prefix=name) as file:
        return os.dup(file.fileno())


class SharedPage:
    """The shared bytes, on either side."""

    def __init__(self, descriptor: int) -> None:
        self._bytes = mmap.mmap(descriptor, NUMBER.size)

    @classmethod
    def made(cls) -> tuple[SharedPage, int]:
        """Make a page, and return it with the descriptor for the other side."""
        descriptor = shared_file("chasqui-page")
        try:
            os.ftruncate(descriptor, NUMBER.size)
            return cls(descriptor), descriptor
        except OSError:  # it takes another descriptor
            os.close(descriptor)
            raise

    @property
    def to_stop(self) -> int:
        """The number of the task that should stop; 0 for none."""
        number: int
        (number,) = NUMBER.unpack_from(self._bytes)
        return number

    @to_stop.setter
    def to_stop(self, number: int) -> None:
        NUMBER.pack_into(self._bytes, 0, number)

    def close(self) -> None:
        """Give the bytes back."""
        self._bytes.close()
