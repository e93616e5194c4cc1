"""Small TOML files in the user's state folder, which only this user reads and writes.

A file is replaced as a whole, so that a crash leaves either the old or the new one. Folders made
for it have the mode 0700, and the file has 0600 from its creation.
"""

from __future__ import annotations

import contextlib
import os
import stat
from pathlib import Path
from typing import Any

from chasqui.engine.config.toml import parsed


def read(file: Path) -> dict[str, Any]:
    """Return the content of a file; empty when it is missing or damaged."""
    try:
        return parsed(file.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}


def read_sound(file: Path) -> dict[str, Any]:
    """Return the content of a file that only this user can have written; empty when it is missing.

    Raises:
        OSError: it cannot be read.
        ValueError: it is damaged, or others can write it; the message says which.
    """
    try:
        text = file.read_bytes()
        if not is_private(file):
            raise ValueError("can be written by others")
    except FileNotFoundError:
        return {}
    try:
        return parsed(text.decode("utf-8"))
    except UnicodeDecodeError:
        raise ValueError("is not a text in UTF-8") from None


def write(file: Path, tables: dict[str, Any]) -> None:
    """Replace a file as a whole; raises OSError."""
    import tempfile  # with the next one 4 ms, and reading needs neither

    import tomli_w

    text = tomli_w.dumps(tables)
    make_private(file.parent)
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.stem}-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as new:
            new.write(text)
            new.flush()
            os.fsync(new.fileno())
        Path(name).replace(file)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def is_private(file: Path) -> bool:
    """Tell whether only this user or root can have written a file; raises OSError."""
    for one in (file.parent.stat(), file.lstat()):
        if one.st_uid not in (os.getuid(), 0) or one.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
            return False
    return True


def make_private(folder: Path) -> None:
    """Make a folder, with missing parents, for this user only; raises OSError."""
    missing = [folder]
    while not missing[-1].parent.exists():
        missing.append(missing[-1].parent)
    for one in reversed(missing):
        one.mkdir(mode=0o700, exist_ok=True)


def from_home(file: Path) -> str:
    """Return a path as people write it: with ~ for the home folder."""
    with contextlib.suppress(ValueError, RuntimeError):  # elsewhere; no home
        return f"~/{file.relative_to(Path.home())}"
    return str(file)
