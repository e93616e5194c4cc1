"""`chasqui-tui info`: versions, places, and what clashes with this installation."""

from __future__ import annotations

import os
import platform
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, distributions, version
from pathlib import Path

import chasqui
from chasqui.commands import exits
from chasqui.commands.session import open_session
from chasqui.commands.words import show
from chasqui.sizes import size

OURS = "chasqui-tui"
JOURNAL_FILES = ("", "-wal", "-shm", ".slab")
PARTS = ("textual", "pluggy", "msgspec", "tomli-w", "platformdirs", "cronsim")


def configure(parser: ArgumentParser) -> None:
    """Take no arguments."""


def execute(args: Namespace) -> int:
    """Print it all; the status is 1 when something clashes."""
    session = open_session(args)
    show(f"{OURS}  {chasqui.__version__}  {Path(chasqui.__file__).parent}")
    show(f"python       {platform.python_version()}  {platform.platform()}")
    for part in PARTS:
        show(f"{part:<12} {_version(part)}")
    path = session.config.path
    show(f"config       {path.absolute() if path else '(none: the defaults)'}")
    show(f"overrides    {session.overrides}")
    show(f"journal      {_journal(session.journal)}")
    clashes = list(find_clashes())
    for clash in clashes:
        show(f"clash        {clash}")
    return exits.UNHEALTHY if clashes else exits.DONE


def _journal(file: Path | None) -> str:
    """Name the journal of this engine's host, with the size of its files."""
    if file is None:
        return "(none: journal.mode is off)"
    sizes = [_size(file.with_name(file.name + end)) for end in JOURNAL_FILES]
    found = [one for one in sizes if one is not None]
    return f"{file}  {size(sum(found)) if found else '(no host has made it yet)'}"


def _size(file: Path) -> int | None:
    try:
        return file.stat().st_size
    except OSError:  # it is missing, or in a folder that cannot be read
        return None


def find_clashes() -> Iterator[str]:
    """Find installed packages that bring an import package or a command of our names."""
    for package in distributions():
        name = package.metadata["Name"] or "?"
        if name.lower().replace("_", "-") == OURS:
            continue
        files = {str(file) for file in package.files or ()}
        if "chasqui/__init__.py" in files:
            yield (
                f"{name} {package.version} also installs the import package `chasqui`, over or "
                f"under ours; pip uninstall {name}, then pip install --force-reinstall {OURS}"
            )
        for entry in package.entry_points:
            if entry.group == "console_scripts" and entry.name in ("chasqui", OURS):
                yield (
                    f"{name} {package.version} installs the command `{entry.name}`; "
                    f"that is not this project's, whose only command is `{OURS}`"
                )
    other = os.environ.get("PYTHONPATH", "")
    for folder in filter(None, other.split(os.pathsep)):
        candidate = Path(folder, "chasqui", "__init__.py")
        if candidate.exists() and not candidate.samefile(chasqui.__file__):
            yield f"{candidate.parent} on PYTHONPATH is another package of our name"


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "(missing)"
