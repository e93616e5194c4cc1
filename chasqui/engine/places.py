"""Where an engine's files lie, and which config file counts.

An engine is known by the real path of its config file together with its name. Its files lie in one
folder of the user's state folder, named after both, so that two folders with the same sample config
never meet. Without a config file it is the user's personal engine.
"""

from __future__ import annotations

import hashlib
import os
import stat
import tomllib
from pathlib import Path

import platformdirs

from chasqui.errors import ConfigError

SAMPLE = "config.toml"


def state_folder(name: str, config: Path | None) -> Path:
    """Return the folder of this engine's files; it may not exist yet."""
    real = os.fsencode(config.resolve()) if config else b""
    digest = hashlib.sha256(real).hexdigest()[:8]
    return Path(platformdirs.user_state_dir("chasqui")) / f"{name}-{digest}"


def overrides_file(name: str, config: Path | None) -> Path:
    """Return the file that keeps what a console changed."""
    return state_folder(name, config) / "overrides.toml"


def find_config(explicit: str | None = None) -> tuple[Path | None, str | None]:
    """Choose the config file, and say in one line why ./config.toml is ignored, if it is.

    A file named by the user counts as it is. ``./config.toml`` counts only if it has an [engine]
    table, belongs to the user or to root, and nobody else can write it.

    Raises:
        ConfigError: the named file does not exist.
    """
    if explicit is not None:
        named = Path(explicit)
        if not named.is_file():
            raise ConfigError([f"{named}: there is no such config file"])
        return named, None
    here = Path(SAMPLE)
    reason = _why_not(here)
    if reason is None:
        return here, None
    return None, (f"./{SAMPLE} is ignored: {reason}" if reason else None)


def _why_not(file: Path) -> str | None:
    """Return None when a file counts, "" when there is none, else why it does not count."""
    try:
        facts = file.stat()
        text = file.read_bytes()
    except FileNotFoundError:
        return ""
    except OSError as error:
        return f"it cannot be read ({error.strerror})"
    if facts.st_uid not in (os.getuid(), 0):
        return "it belongs to another user"
    if facts.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        return "others can write it; chmod go-w config.toml"
    try:
        table = tomllib.loads(text.decode("utf-8"))
    except ValueError:
        # Broken, but perhaps meant for us: then the reader's message is the one that helps.
        return None if b"[engine]" in text else "it is not valid TOML"
    return None if isinstance(table.get("engine"), dict) else "it has no [engine] table"
