"""The page: a few bytes that a host and its child share.

The host writes the number of the task that should stop. The child's body can look at any time, in
the middle of a computation, without a thread that reads and without a system call.

A child may have requests that wait for their turn. The host takes them back with a number as well,
the generation: what was sent in an earlier one is not begun any more. The child first writes which
task it begins, and then looks at the generation; the host writes the generation, and then looks
which was begun. So the two cannot miss each other, as long as no processor moves a look ahead of
the write before it: a lock that is taken in between keeps it from that.
"""

from __future__ import annotations

import mmap
import os
import tempfile
import threading
from struct import Struct
from typing import Final

NUMBER: Final = Struct("=q")
TO_STOP: Final = 0  # offsets in bytes
GENERATION: Final = 8
BEGUN: Final = 16
BYTES: Final = 24


def shared_file(name: str) -> int:
    """Make a file that has no name in any folder, and return its descriptor."""
    if hasattr(os, "memfd_create"):
        return os.memfd_create(name, os.MFD_CLOEXEC)
    with tempfile.TemporaryFile(prefix=name) as file:
        return os.dup(file.fileno())


class SharedPage:
    """The shared bytes, on either side."""

    def __init__(self, descriptor: int) -> None:
        self._bytes = mmap.mmap(descriptor, BYTES)
        self._fence = threading.Lock()

    @classmethod
    def made(cls) -> tuple[SharedPage, int]:
        """Make a page, and return it with the descriptor for the other side."""
        descriptor = shared_file("chasqui-page")
        try:
            os.ftruncate(descriptor, BYTES)
            return cls(descriptor), descriptor
        except OSError:  # it takes another descriptor
            os.close(descriptor)
            raise

    @property
    def to_stop(self) -> int:
        """The number of the task that should stop; 0 for none."""
        return self._number(TO_STOP)

    @to_stop.setter
    def to_stop(self, number: int) -> None:
        NUMBER.pack_into(self._bytes, TO_STOP, number)

    def take_back(self, generation: int) -> int:
        """Have nothing begun that was sent in an earlier generation; return what was begun last."""
        NUMBER.pack_into(self._bytes, GENERATION, generation)
        return self.begun

    @property
    def begun(self) -> int:
        """The number of the task that the child has begun last; 0 for none."""
        with self._fence:
            return self._number(BEGUN)

    def begin(self, number: int) -> int:
        """Note in the child that a task is begun; return the generation that may begin."""
        NUMBER.pack_into(self._bytes, BEGUN, number)
        with self._fence:
            return self._number(GENERATION)

    def _number(self, offset: int) -> int:
        number: int
        (number,) = NUMBER.unpack_from(self._bytes, offset)
        return number

    def close(self) -> None:
        """Give the bytes back."""
        self._bytes.close()
