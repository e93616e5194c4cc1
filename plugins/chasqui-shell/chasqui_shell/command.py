"""What is to run: its words, its program, its folder, its environment.

No shell ever sees a command. Everything is checked before anything starts, so that a mistake is one
sentence and not the error of a half-started child.
"""

from __future__ import annotations

import json
import os
import shlex
import shutil
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from chasqui import ChasquiError

INHERITED = ("PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "LANGUAGE", "TZ", "TMPDIR")
"""What a command sees of the engine's environment, beside LC_* and what `pass_env` names."""


SHOWN = 200  # characters of a name in a sentence


class CannotRun(ChasquiError):
    """A command cannot be run as it was given; the text is one sentence that says why."""


def words_of(command: Sequence[str] | str) -> list[str]:
    """Return a command's words; a text is split as a shell would, and that is all that is done.

    Raises:
        CannotRun: it is empty, has a character that no program can be given, or a quotation that
            does not end; or it is a list in JSON, given as a text.
    """
    try:
        words = shlex.split(command) if isinstance(command, str) else list(command)
    except ValueError as error:
        raise CannotRun(f"the command {named(str(command))} cannot be split: {error}") from None
    if isinstance(command, str):
        _refuse_json(command)
    if not words or not words[0]:
        raise CannotRun("the command is empty; its first word must name a program")
    _refuse_unfit("the command", words)
    return words


def folder_of(cwd: Path | None) -> Path:
    """Return the folder to run in; raises CannotRun unless it is one that can be entered."""
    try:
        if cwd is None:
            return Path(os.getcwd())  # noqa: PTH109 - it is inherited, so nothing else can be wrong
        folder = cwd.absolute()
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
    gets, and where it was found is remembered for as long as it is there, as a shell does. Any
    other is taken from the command's folder.

    Raises:
        CannotRun: there is no such program, it cannot be executed, or it is not allowed.
    """
    if allow and name not in allow:
        raise CannotRun(
            f"the program {named(name)} is not allowed here; the setting allow names others"
        )
    if "/" not in name:
        path = os.environ.get("PATH")
        found = _found(name, path)
        if found is not None and not os.access(found, os.X_OK):
            _found.cache_clear()
            found = _found(name, path)
        if found is None:
            _found.cache_clear()  # it may be there the next time
            raise CannotRun(f"there is no program {named(name)} on PATH")
        return found
    program = folder / name
    if not _is_there(program):
        raise CannotRun(f"the program {named(program)} does not exist")
    if program.is_dir():
        raise CannotRun(f"the program {named(program)} is a folder")
    if not os.access(program, os.X_OK):
        raise CannotRun(f"the program {named(program)} is not executable by this user")
    return program


def environment_of(pass_env: Collection[str], extra: Mapping[str, str]) -> dict[bytes, bytes]:
    """Return what a command gets as environment; raises CannotRun for a name that cannot be one."""
    passed = _passed(tuple(pass_env))
    # As bytes: to decode all variables for each command takes longer than to choose among them.
    environment = {
        name: os.environb[name] for name in os.environb if name in passed or name.startswith(b"LC_")
    }
    for name, value in extra.items():
        if not name or "=" in name:
            raise CannotRun(f"env has the name {named(name)}, which no variable can have")
        _refuse_unfit(f"env {named(name)}", [name, value])
        environment[os.fsencode(name)] = os.fsencode(value)
    return environment


def fed(stdin: str) -> bytes:
    """Return what a command reads, as bytes; surrogates are the bytes that are not UTF-8.

    Raises:
        CannotRun: it has a character that stands for no bytes.
    """
    try:
        return stdin.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError as error:
        bad = error.object[error.start]
        raise CannotRun(f"stdin has the character {bad!r}, which no bytes stand for") from None


def named(what: str | Path) -> str:
    """Return a name fit for a sentence: a path as it is, a text in quotes, neither without end."""
    text = what if isinstance(what, str) else str(what)
    text = text if len(text) <= SHOWN else f"{text[:SHOWN]}…"
    return repr(text) if isinstance(what, str) or not text.isprintable() else text


@lru_cache(maxsize=64)
def _passed(pass_env: tuple[str, ...]) -> frozenset[bytes]:
    return frozenset(os.fsencode(name) for name in (*INHERITED, *pass_env))


@lru_cache(maxsize=64)
def _found(name: str, path: str | None) -> Path | None:
    found = shutil.which(name, path=path)
    return None if found is None else Path(found).absolute()


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except OSError as error:  # a name that is too long, or a loop of links
        raise CannotRun(f"{named(path)} cannot be looked at: {error.strerror}") from None


def _refuse_json(command: str) -> None:
    """Refuse a list in JSON that was given as a text, such as one with a number in it."""
    if not command.lstrip().startswith("["):
        return
    try:
        found = json.loads(command)
    except (ValueError, RecursionError):  # a program may be called [
        return
    wrong = [json.dumps(word)[:SHOWN] for word in found if not isinstance(word, str)]
    raise CannotRun(
        "the command is a list in JSON, given as a text; "
        + (f"its words must be texts, got {wrong[0]}" if wrong else "give the list itself")
    )


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
