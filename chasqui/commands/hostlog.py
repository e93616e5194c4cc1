"""The log of a host that a console has started: what it would print, and its log lines.

It is a file in the engine's state folder, for its user alone, and bounded: once it is longer than
`LONGEST` it becomes ``host.log.1``, in the place of the one before, and a new one is begun.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import Final

from chasqui.commands.opening import open_to_write
from chasqui.control import kept

LONGEST: Final = 1024 * 1024
TAIL: Final = 16 * 1024
"""Bytes at the end of a log in which its last lines are looked for."""


def log_of(folder: Path) -> Path:
    """Return the host's log in the state folder of an engine."""
    return folder / "host.log"


def opened(file: Path) -> int:
    """Open the log to append to, with its folder; raises OSError."""
    kept.make_private(file.parent)
    return open_to_write(file, os.O_APPEND | os.O_CREAT)


def unwritable(file: Path, reason: str | None) -> str:
    """Say that the log cannot be written, and what to do."""
    return (
        f"{file}: the host's log cannot be written: {reason}; "
        "set XDG_STATE_HOME to a folder that you can write"
    )


def rotate(file: Path, *descriptors: int) -> bool:
    """Begin the log anew if it is too long, also for these descriptors; tell whether it was.

    So it does when the log is gone: it was removed, or an earlier call had moved it away and found
    no room for a new one. Else the output would go on without bounds in the file that was moved.
    """
    with contextlib.suppress(OSError):  # it has to be bounded; it need not be there
        with contextlib.suppress(FileNotFoundError):
            if file.stat().st_size <= LONGEST:
                return False
            file.replace(file.with_name(f"{file.name}.1"))
        fresh = opened(file)
        try:
            for descriptor in descriptors:
                os.dup2(fresh, descriptor)
        finally:
            os.close(fresh)
        return True
    return False


def last_lines(file: Path, count: int) -> list[str]:
    """Return the last lines of a log that are not empty; none when it cannot be read."""
    try:
        with file.open("rb") as log:
            log.seek(max(0, log.seek(0, os.SEEK_END) - TAIL))
            lines = log.read().decode("utf-8", "replace").splitlines()
    except OSError:
        return []
    return [line for line in lines if line.strip()][-count:]
