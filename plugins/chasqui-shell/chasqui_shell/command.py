"""What is to run: its words, its program, its folder, its environment.

No shell ever sees a command. Everything is checked before anything starts, so that a mistake is one
sentence and not the error of a half-started child.
"""

from __future__ import annotations

import os
import shlex
import shutil
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path

from chasqui import ChasquiError

INHERITED = frozenset(
    ("PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "LANGUAGE", "TZ", "TMPDIR")
)
"""What a command sees of the engine's environment, beside LC_* and what `pass_env` names."""


SHOWN = 200  # characters of a name in a sentence


class CannotRun(ChasquiError):
    """A command cannot be run as it was given; the text is one sentence that says why."""


def words_of(command: Sequence[str] | str) -> list[str]:
    """Return a command's words; a text is split as a shell would, and that is all that is done.

    Raises:
        CannotRun: it is empty, has a character that no program can be given, or a quotation that
            does not end.
    """
    try:
        words = shlex.split(command) if isinstance(command, str) else list(command)
    except ValueError as error:
        raise CannotRun(f"the command {named(str(command))} cannot be split: {error}") from None
    if not words or not words[0]:
        raise CannotRun("the command is empty; its first word must name a program")
    _refuse_unfit("the command", words)
    return words


def folder_of(cwd: Path | None) -> Path:
    """Return the folder to run in; raises CannotRun unless it is one that can be entered."""
    try:
        folder = Path.cwd() if cwd is None else cwd.absolute()
    except OSError:
        raise CannotRun(
            "the folder that the engine was started in is gone; give another as cwd"
        ) from None
    _refuse_unfit("cwd", [str(folder)])
    if not _is_there(folder):
        raise CannotRun(f"cwd {named(folder)} does not exist")
    if not folder.is_dir():
        raise CannotRun(f"cwd {named(folder)} is not a folder")
    if not os.access(folder, os.X_OK):
        raise CannotRun(f"cwd {named(folder)} may not be entered by this user")
    return folder


def program_of(name: str, folder: Path, allow: Collection[str]) -> Path:
    """Return the file that a command's first word names.

    A name without a slash is looked up in the engine's own PATH, whatever environment the command
    gets; any other is taken from the command's folder.

    Raises:
        CannotRun: there is no such program, it cannot be executed, or it is not allowed.
    """
    if allow and name not in allow:
        raise CannotRun(
            f"the program {named(name)} is not allowed here; the setting allow names others"
        )
    if "/" not in name:
        found = shutil.which(name)
        if found is None:
            raise CannotRun(f"there is no program {named(name)} on PATH")
        return Path(found).absolute()
    program = folder / name
    if not _is_there(program):
        raise CannotRun(f"the program {named(program)} does not exist")
    if program.is_dir():
        raise CannotRun(f"the program {named(program)} is a folder")
    if not os.access(program, os.X_OK):
        raise CannotRun(f"the program {named(program)} is not executable by this user")
    return program


def environment_of(pass_env: Collection[str], extra: Mapping[str, str]) -> dict[str, str]:
    """Return what a command gets as environment; raises CannotRun for a name that cannot be one."""
    passed = INHERITED.union(pass_env)
    environment = {
        name: value
        for name, value in os.environ.items()
        if name in passed or name.startswith("LC_")
    }
    for name, value in extra.items():
        if not name or "=" in name:
            raise CannotRun(f"env has the name {named(name)}, which no variable can have")
        _refuse_unfit(f"env {named(name)}", [name, value])
    return {**environment, **extra}


def named(what: str | Path) -> str:
    """Return a name fit for a sentence: a path as it is, a text in quotes, neither without end."""
    text = what if isinstance(what, str) else str(what)
    text = text if len(text) <= SHOWN else f"{text[:SHOWN]}…"
    return repr(text) if isinstance(what, str) or not text.isprintable() else text


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except OSError as error:  # a name that is too long, or a loop of links
        raise CannotRun(f"{named(path)} cannot be looked at: {error.strerror}") from None


def _refuse_unfit(what: str, texts: Iterable[str]) -> None:
    for text in texts:
        if "\0" in text:
            raise CannotRun(f"{what} has a NUL character, which no program can be given")
        try:
            os.fsencode(text)
        except UnicodeEncodeError as error:
            bad = error.object[error.start]
            raise CannotRun(
                f"{what} has the character {bad!r}, which no program can be given"
            ) from None
