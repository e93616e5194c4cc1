"""Paths that a text may become: what a form offers while a path is typed.

The folder is read where the engine runs, since that is where the path will be opened. It may have
millions of entries, or names that no terminal should be shown: only so many are looked at, and
only names that are shown as they are can be typed at all.
"""

from __future__ import annotations

import itertools
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from chasqui.control.safe_text import safe_line
from chasqui.control.sendable import is_text
from chasqui.engine.engine import BaseEngine

MOST: Final = 50  # that are offered
LOOKED_AT: Final = 10_000  # entries of a folder


def completions(engine: BaseEngine, type: str, name: str, text: str) -> tuple[str, ...]:
    """Return the paths that the text of a parameter may become; none for other parameters."""
    found = engine.types.get(type)
    fields = () if found is None else found.parameters.fields
    is_path = any(one.name == name and one.kind == "path" for one in fields)
    return paths_like(text) if is_path else ()


def paths_like(text: str) -> tuple[str, ...]:
    """Return the paths that begin with a text, by name; a folder ends with a slash.

    Of too many the last one is kept, so that what all of them begin with can be told. Hidden files
    are offered once the text begins with their dot.
    """
    folder, slash, start = text.rpartition("/")
    before = folder + slash
    try:
        with os.scandir(before or ".") as entries:
            names = sorted(_beginning(start, itertools.islice(entries, LOOKED_AT)))
    except (OSError, ValueError):  # no folder, or no path at all
        return ()
    if len(names) > MOST:
        names = [*names[: MOST - 1], names[-1]]
    return tuple(f"{before}{name}{'/' if _is_folder(before + name) else ''}" for name in names)


def _beginning(start: str, entries: Iterator[os.DirEntry[str]]) -> Iterator[str]:
    for entry in entries:
        name = entry.name
        is_hidden = name.startswith(".") and not start.startswith(".")
        if name.startswith(start) and not is_hidden and _is_plain(name):
            yield name


def _is_plain(name: str) -> bool:
    return is_text(name) and safe_line(name, len(name) + 1) == name


def _is_folder(path: str) -> bool:
    try:
        return stat.S_ISDIR(Path(path).stat().st_mode)
    except OSError:
        return False
