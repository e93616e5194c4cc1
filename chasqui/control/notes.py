"""Notes: what a form says about a text before it is submitted, such as whether a path exists.

They are made on the engine's side, where the path will be opened and the variable read. A note is
not a problem: a path that does not exist may be the one that the task will make. Of a file or a
secret, a note says only that it exists, and its size.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

from chasqui.engine.types.fields import Field

KIB = 1024
UNITS = ("KiB", "MiB", "GiB", "TiB")


def note(field: Field, text: str) -> str:
    """Return a note about a field's text, or an empty text."""
    if field.kind == "path":
        return note_of_path(text)
    if field.kind == "secret":
        return _note_of_secret(text)
    return ""


def note_of_path(text: str) -> str:
    """Say what a path points to; relative paths start where the engine was started."""
    path = Path(text)
    found = _facts(path)
    if path.is_absolute():
        return found
    home = "; ~ is taken as it stands" if text.startswith("~") else ""
    return f"{found}, in {_here()}{home}"


def size_text(size: int) -> str:
    """Return a size in a unit that leaves at most four digits."""
    if size < KIB:
        return f"{size} bytes"
    scaled, units = size / KIB, list(UNITS)
    while scaled >= KIB and len(units) > 1:
        scaled /= KIB
        del units[0]
    return f"{scaled:.1f} {units[0]}" if scaled < 10 else f"{scaled:.0f} {units[0]}"


def _facts(path: Path) -> str:
    try:
        facts = path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return "does not exist"
    except (OSError, ValueError) as error:
        return f"cannot be looked at: {getattr(error, 'strerror', None) or error}"
    if stat.S_ISDIR(facts.st_mode):
        return "exists, a folder"
    if stat.S_ISREG(facts.st_mode):
        return f"exists, {size_text(facts.st_size)}"
    return "exists, no ordinary file"


def _here() -> str:
    try:
        return str(Path.cwd())
    except FileNotFoundError:
        return "a folder that is gone"


def _note_of_secret(text: str) -> str:
    kind, colon, name = text.partition(":")
    if not colon or not name:
        return ""
    if kind == "env":
        return "the variable is set" if name in os.environ else "the variable is not set"
    return note_of_path(name) if kind == "file" else ""
