"""The end of a log, made safe to show, however long the file is."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Final

from chasqui.control.safe_text import SafeText, safe_line

BYTES: Final = 64 * 1024
LINES: Final = 500


def log_end(path: Path, lines: int = LINES) -> tuple[SafeText, ...]:
    """Return the last lines of a log, of at most `BYTES` in all.

    Raises:
        OSError: it cannot be read, or is no regular file.
    """
    # A FIFO in its place must not hold up who looks.
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    with os.fdopen(descriptor, "rb") as file:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode):
            raise OSError(f"{path} is no regular file")
        begin = max(0, found.st_size - BYTES)
        file.seek(begin)
        data = file.read(BYTES)
    whole = data.decode("utf-8", "replace").split("\n")
    if begin:
        del whole[0]  # cut off
    if whole and not whole[-1]:
        del whole[-1]
    return tuple(safe_line(line) for line in whole[-lines:])
