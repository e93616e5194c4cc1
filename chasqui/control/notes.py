"""Notes: what a form says of a text before it is submitted, such as whether a path exists.

They are made on the engine's side, which is where the path will be opened and the variable read. A
note is no judgement: a path that does not exist may be the one that the task will make. Nothing of
a file or of a secret is in a note but that it is there, and how large.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

from chasqui.engine.types.fields import Field

KIB = 1024
UNITS = ("KiB", "MiB", "GiB", "TiB")


def note(field: Field, text: str) -> str:
    """Return what is worth knowing of a field's text, or an empty text."""
    if field.kind == "path":
        return note_of_path(text)
    if field.kind == "secret":
        return _note_of_secret(text)
    return ""


def note_of_path(text: str) -> str:
    """Say what a path points to; a relative one starts where the engine was started."""
    path = Path(text)
    found = _facts(path)
    if path.is_absolute():
        return found
    home = "; ~ is taken as it stands" if text.startswith("~") else ""
    return f"{found}, in {_here()}{home}"


def size_text(size: int) -> str:
    """Return a size in the largest unit that leaves a number of at most four digits."""
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
