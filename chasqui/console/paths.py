"""Completing the name of a file on this machine, as a shell does."""

from __future__ import annotations

import itertools
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

from chasqui.console.model.form import is_shown_whole

LOOKED_AT: Final = 20_000
"""Names of a folder that are looked at."""


class PathCompletion(NamedTuple):
    """A path as far as it is certain, and the names that it could go on with."""

    text: str
    names: Sequence[str] = ()


def completed(typed: str) -> PathCompletion:
    """Complete a path; it stays as it is when nothing begins so, or the folder cannot be read.

    Names that a field cannot hold, with hidden characters, are left out.
    """
    folder, slash, begin = typed.rpartition("/")
    try:
        place = Path(folder + slash).expanduser()
        names = sorted(_names(place, begin))
    except (OSError, ValueError, RuntimeError):
        return PathCompletion(typed)
    if not names:
        return PathCompletion(typed)
    return PathCompletion(folder + slash + _common(names), names)


def _names(place: Path, begin: str) -> list[str]:
    found = []
    with os.scandir(place) as entries:
        for looked_at, entry in enumerate(entries):
            if looked_at == LOOKED_AT:
                break
            is_hidden = entry.name.startswith(".") and not begin.startswith(".")
            if entry.name.startswith(begin) and not is_hidden and is_shown_whole(entry.name):
                found.append(entry.name + "/" * entry.is_dir())
    return found


def _common(names: Sequence[str]) -> str:
    """Return what sorted names begin with."""
    first, last = names[0], names[-1]
    same = itertools.takewhile(lambda pair: pair[0] == pair[1], zip(first, last, strict=False))
    return "".join(letter for letter, _ in same)
