"""What a host says at its end, for the console that waits for it.

A host beside a console has no terminal: the ledger and the names of what is not completed go into
its log, and into a file of the engine's state folder, from where the console says them. The first
line has the host's process and its exit status.
"""

from __future__ import annotations

import contextlib
import io
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from chasqui.control import kept

LONGEST: Final = 64 * 1024


class Farewell(NamedTuple):
    """The end of a host."""

    status: int
    lines: tuple[str, ...]


def file_of(folder: Path) -> Path:
    """Return the file in an engine's state folder."""
    return folder / "ended.txt"


@contextlib.contextmanager
def recorded() -> Iterator[io.StringIO]:
    """Keep what is said on standard error meanwhile; it is written there afterwards."""
    text = io.StringIO()
    try:
        with contextlib.redirect_stderr(text):
            yield text
    finally:
        with contextlib.suppress(OSError):  # a full disk must not change how the host ends
            sys.stderr.write(text.getvalue())
            sys.stderr.flush()


def leave(folder: Path, status: int, text: str) -> None:
    """Write what was said; a folder that cannot be written has no farewell, but the log."""
    with contextlib.suppress(OSError):
        kept.make_private(folder)
        file = file_of(folder)
        new = file.with_suffix(".new")
        descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="backslashreplace") as opened:
            opened.write(f"{os.getpid()} {status}\n{text}")
        new.replace(file)


def found(folder: Path, pid: int) -> Farewell | None:
    """Return what the host of a process said at its end; None when it said nothing."""
    try:
        with file_of(folder).open("rb") as file:
            head, *lines = file.read(LONGEST).decode("utf-8", "replace").splitlines()
        process, status = head.split()
        return Farewell(int(status), tuple(lines)) if int(process) == pid else None
    except (OSError, ValueError):
        return None
