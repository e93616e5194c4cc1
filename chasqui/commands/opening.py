"""Open what a command writes to, without waiting for the reader of a FIFO."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

NO_READER = "it is a FIFO that no program reads"


def open_to_write(path: Path, flags: int) -> int:
    """Open a file for writing, private if it is made, and return its descriptor.

    Raises:
        OSError: it cannot be written; ``strerror`` says why.
    """
    if "\0" in str(path):  # of which `os.open` makes a ValueError
        raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
    try:
        # A FIFO is opened only when its reader is there. A log that waited for one, before the
        # first task, would hold up everything without a word.
        descriptor = os.open(path, os.O_WRONLY | os.O_CLOEXEC | os.O_NONBLOCK | flags, 0o600)
    except OSError as error:
        if error.errno == errno.ENXIO and stat.S_ISFIFO(path.stat().st_mode):
            raise OSError(errno.ENXIO, NO_READER) from None
        raise
    os.set_blocking(descriptor, True)
    return descriptor
