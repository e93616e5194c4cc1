"""Entry points of the installed packages, from the files that pip writes beside them.

`importlib.metadata` reads the same, and takes 15 ms of the start of a command for it, most of which
is the import of what parses email. Here a folder of `sys.path` is read by the same rules, in 2 ms;
a test compares the two. Where packages are kept otherwise (in a zip file or an egg, or by a finder
of its own, as frozen programs have one), `importlib.metadata` is asked after all.
"""

from __future__ import annotations

import functools
import importlib
import os
import re
import sys
from collections.abc import Iterator
from importlib.machinery import PathFinder
from typing import Any, NamedTuple

METADATA = {".dist-info": "METADATA", ".egg-info": "PKG-INFO"}


class EntryPoint(NamedTuple):
    """What a package offers under a name, and where."""

    name: str
    target: str
    """A module, or ``module:attribute``."""
    distribution: str = ""
    version: str = ""

    def load(self) -> Any:
        """Import it; raises whatever its module raises."""
        module, _, attributes = self.target.partition("[")[0].partition(":")
        found: Any = importlib.import_module(module.strip())
        return functools.reduce(getattr, filter(None, attributes.strip().split(".")), found)


def entry_points(group: str) -> list[EntryPoint]:
    """Return the entry points of a group; of two packages of one name the first counts."""
    if not _are_folders_all():
        return list(_asked(group))
    found: list[EntryPoint] = []
    seen: set[str] = set()
    for folder in sys.path:
        for child in _listed(folder or "."):
            stem, kind = os.path.splitext(child)  # noqa: PTH122 - there are hundreds
            if kind not in METADATA:
                continue
            name = re.sub("[-_.]+", "-", stem.partition("-")[0]).lower()
            if name not in seen:
                seen.add(name)
                found += _in_package(os.path.join(folder, child), METADATA[kind], group)  # noqa: PTH118
    return found


def _are_folders_all() -> bool:
    """Whether all packages lie in folders of `sys.path`, which no other finder knows more of."""
    others = [one for one in sys.meta_path if hasattr(one, "find_distributions")]
    return others == [PathFinder] and not any(
        path.endswith(".egg") or os.path.isfile(path)  # noqa: PTH113
        for path in sys.path
    )


def _listed(folder: str) -> list[str]:
    try:
        return os.listdir(folder)  # noqa: PTH208
    except OSError:  # Python itself passes over what is not there
        return []


def _in_package(folder: str, metadata: str, group: str) -> Iterator[EntryPoint]:
    """Give the entry points of a package by the folder of its metadata."""
    inside = False
    about: dict[str, str] | None = None
    for line in map(str.strip, _read(folder, "entry_points.txt").splitlines()):
        if line.startswith("[") and line.endswith("]"):
            inside = line[1:-1] == group
        elif inside and line and not line.startswith("#"):
            about = about or _headers(_read(folder, metadata))
            name, _, target = map(str.strip, line.partition("="))
            yield EntryPoint(name, target, about.get("name", ""), about.get("version", ""))


def _read(folder: str, name: str) -> str:
    path = os.path.join(folder, name)  # noqa: PTH118
    try:
        with open(path, encoding="utf-8", errors="replace") as file:  # noqa: PTH123
            return file.read()
    except OSError:  # most packages have no entry points
        return ""


def _headers(text: str) -> dict[str, str]:
    """Return the headers of a package's metadata; its description follows an empty line."""
    lines = (line.partition(":") for line in text.partition("\n\n")[0].splitlines())
    return {name.lower(): value.strip() for name, _, value in lines}


def _asked(group: str) -> Iterator[EntryPoint]:
    from importlib import metadata

    for entry in metadata.entry_points(group=group):
        package = entry.dist
        name, version = (package.name, package.version) if package else ("", "")
        yield EntryPoint(entry.name, entry.value, name, version)
