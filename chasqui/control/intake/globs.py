"""Paths by a pattern such as ``img/**/*.png``, in a fixed order and a folder at a time.

Within a folder they are sorted, so that the same tree gives the same paths in the same order, which
a journal asks for. ``*`` and ``?`` match no dot at the beginning of a name, ``**`` any number of
folders, of which it follows no link. A pattern that ends with a slash matches folders only.
"""

from __future__ import annotations

import fnmatch
import os
import re
from collections.abc import Iterator, Sequence
from typing import Final

from chasqui.control.intake.lines import Unreadable

_MAGIC: Final = re.compile(r"[*?[]")


def paths_of(pattern: str) -> Iterator[str]:
    """Yield the paths that match; raises Unreadable for a folder that cannot be read."""
    root = "/" if pattern.startswith("/") else ""
    parts = [part for part in pattern.split("/") if part]
    if pattern.endswith("/"):
        parts.append("")
    return _below(root, parts)


def _below(folder: str, parts: Sequence[str]) -> Iterator[str]:
    if not parts:
        yield folder
        return
    part, rest = parts[0], parts[1:]
    if part == "":  # the slash at the end
        if os.path.isdir(folder):  # noqa: PTH112 - a path of any bytes, as typed
            yield f"{folder.rstrip('/')}/"
    elif part == "**":
        while rest and rest[0] == "**":
            rest = rest[1:]
        yield from _at_any_depth(folder, rest)
    elif not _MAGIC.search(part):
        path = folder + part
        if os.path.lexists(path):
            yield from _below(path if not rest else f"{path}/", rest)
    else:
        fits = re.compile(fnmatch.translate(part)).match
        for name, is_folder, _ in _names_in(folder):
            if fits(name) and (part.startswith(".") or not name.startswith(".")):
                if not rest:
                    yield folder + name
                elif is_folder:
                    yield from _below(f"{folder}{name}/", rest)


def _at_any_depth(folder: str, rest: Sequence[str]) -> Iterator[str]:
    """Yield what matches the rest in a folder and in all below it; without a rest, all of them."""
    yield from _below(folder, rest or ["*"])
    for name, is_folder, is_link in _names_in(folder):
        if is_folder and not is_link and not name.startswith("."):
            yield from _at_any_depth(f"{folder}{name}/", rest)


def _names_in(folder: str) -> list[tuple[str, bool, bool]]:
    """Return the names in a folder, sorted, and whether each is a folder and a link."""
    try:
        with os.scandir(folder or ".") as found:
            return sorted((one.name, one.is_dir(), one.is_symlink()) for one in found)
    except NotADirectoryError:
        return []
    except OSError as error:
        raise Unreadable(f"{folder}: cannot be read: {error.strerror}") from None
