"""Where an engine's files lie, and which config file counts.

The files of an engine lie in a folder of the user's state folder, named after the engine's
`identity`: its name and the real path of its config file.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

from chasqui.engine.config.toml import parsed
from chasqui.errors import ConfigError
from chasqui.identity import stem

SAMPLE = "config.toml"


def state_folder(name: str, config: Path | None) -> Path:
    """Return the folder of this engine's files; it may not exist yet."""
    return _user_folder() / stem(name, config)


def trusted_file() -> Path:
    """Return the file that lists the configs this user trusts."""
    return _user_folder() / "trusted.toml"


def _user_folder() -> Path:
    import platformdirs

    return Path(platformdirs.user_state_dir("chasqui"))


def user_config() -> Path:
    """Return the file in which a user says how every console looks; it may not exist."""
    import platformdirs

    return Path(platformdirs.user_config_dir("chasqui")) / SAMPLE


def console_file() -> Path:
    """Return the file in which a user's consoles remember things; it may not exist."""
    return _user_folder() / "console.toml"


def overrides_file(name: str, config: Path | None) -> Path:
    """Return the file that keeps the changes of a console."""
    return state_folder(name, config) / "overrides.toml"


def find_config(explicit: str | None = None) -> tuple[Path | None, str | None]:
    """Choose the config file, and say in one line why ./config.toml is ignored, if it is.

    A file named by the user always counts. ``./config.toml`` counts only if it has an [engine]
    table, and if the file and its folder belong to the user or to root and no one else can write
    them. For a link this applies to the link's folder and to its target.

    Raises:
        ConfigError: the named file does not exist, or is no regular file.
    """
    if explicit is not None:
        if not explicit:
            raise ConfigError(["the name of the config file is empty"])
        named = Path(explicit)
        if not named.is_file():
            raise ConfigError([f"{named}: {_why_no_file(named)}"])
        return named, None
    here = Path(SAMPLE)
    reason = _why_not(here)
    if reason is None:
        # It is read again by this path. Only someone who can write to one of the folders could
        # replace the file in between, and that is the user or root, or it would not count.
        return here, None
    return None, (f"./{SAMPLE} is ignored: {reason}" if reason else None)


def _why_no_file(named: Path) -> str:
    try:
        named.stat()
    except FileNotFoundError:
        return "no such config file"
    except (OSError, ValueError) as error:  # the latter for a NUL
        return f"cannot be read: {getattr(error, 'strerror', error)}"
    # It is read more than once, also by the host that is started, which a pipe does not allow.
    return "is no regular file; a config is read more than once"


def _why_not(file: Path) -> str | None:
    """Return None when a file counts, "" when it does not exist, else why it does not count."""
    try:
        link = file.lstat()
        real = file.resolve(strict=True)
        # So as not to wait for the writer of a pipe, and to check the very file that is read.
        descriptor = os.open(real, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(descriptor, "rb") as opened:
            facts = os.fstat(descriptor)
            if not stat.S_ISREG(facts.st_mode):
                return "it is not a regular file"
            reason = _not_ours(real, facts)
            if reason is None and stat.S_ISLNK(link.st_mode):
                reason = _not_ours(file.absolute(), link)
            return reason or _not_meant(opened.read())
    except FileNotFoundError:
        return "it leads to no file" if file.is_symlink() else ""
    except (OSError, RuntimeError) as error:  # Python 3.11 raises the latter for a loop of links
        return f"it cannot be read ({getattr(error, 'strerror', error)})"


def _not_ours(file: Path, facts: os.stat_result) -> str | None:
    """Say why another user could have written this file; None if none could."""
    ours = (os.getuid(), 0)
    folder = file.parent.stat()
    if facts.st_uid not in ours:
        return "it belongs to another user"
    if facts.st_mode & _OTHERS_WRITE and not stat.S_ISLNK(facts.st_mode):
        return f"others can write it; chmod go-w {file}"
    if folder.st_uid not in ours:
        return f"its folder {file.parent} belongs to another user; to use it, name it by --config"
    if folder.st_mode & _OTHERS_WRITE and not folder.st_mode & stat.S_ISVTX:
        return f"others can write its folder; chmod go-w {file.parent}"
    return None


_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH


def _not_meant(text: bytes) -> str | None:
    try:
        table = parsed(text.decode("utf-8-sig"))
    except ValueError as error:
        # Broken, but perhaps meant for us: then the message of the parser helps.
        if b"[engine]" in text:
            return None
        if isinstance(error, UnicodeDecodeError):
            return f"it is not UTF-8 text, at byte {error.start}"
        return f"it {error}"
    return None if isinstance(table.get("engine"), dict) else "it has no [engine] table"
