"""Reading config.toml, and naming every mistake: the file, the key, and the nearest valid key.

The config file is read and never written. Changes by a console are kept in an overrides file of
the same format, in the engine's state folder. A damaged overrides file is ignored: it must not keep
an operator from the console.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from chasqui import loggers
from chasqui.engine.config.source import SettingsFile
from chasqui.engine.config.tables import Config
from chasqui.errors import ConfigError

OF_USERS: Final = ("console", "run")
"""The tables of a user's own file."""

log = loggers.named(__name__)


def load(path: Path | None, overrides: Path | None = None) -> Config:
    """Read a config file, and apply an overrides file if there is one.

    A damaged overrides file is ignored, with a warning in the log. What is probably a mistake is a
    warning, too.

    Raises:
        ConfigError: with a line for every problem in the config file.
    """
    config, problems = read(path)
    if problems:
        raise ConfigError(problems)
    for line in config.doubts:
        log.warning("%s", line)
    if overrides is not None:
        config = with_overrides(config, overrides)
        for line in config.ignored:
            log.warning("%s", line)
    return config


def read(path: Path | None, user: Path | None = None) -> tuple[Config, list[str]]:
    """Read a config file: its valid settings, and a line for every problem.

    With ``user``, what it does not say is as the user's own file has it, see `with_users`.

    Raises:
        ConfigError: it cannot be read, or is not TOML.
    """
    config = Config(path=path)
    if user is not None:
        config = with_users(config, user)
    if path is None:
        return config, []
    try:
        file = SettingsFile.read(path)
    except FileNotFoundError as error:
        raise ConfigError([f"{path}: cannot be read: {error.strerror}"]) from error
    return _applied(config, file, makes_pools=True)


def with_overrides(config: Config, file: Path) -> Config:
    """Apply an overrides file; a damaged file is ignored, and named in ``ignored``."""
    changed = _lenient(config, file, (), "this file is ignored until it is repaired; or delete it")
    if len(changed.files) == len(config.files):
        return changed
    return replace(changed, base=config)


def with_users(config: Config, file: Path) -> Config:
    """Apply a user's own file, which has [console] and [run] only; else as `with_overrides`.

    What an engine does is the same for all its users, so no other table counts there.
    """
    return _lenient(config, file, OF_USERS, "this file is ignored until it is repaired")


def _lenient(config: Config, file: Path, only: Sequence[str], otherwise: str) -> Config:
    """Apply a file, or ignore it and name what is wrong; empty ``only``: it may have all tables."""
    try:
        settings = SettingsFile.read(file)
        changed, problems = _applied(config, settings, makes_pools=False)
        others = [name for name in settings.tables if only and name not in only]
        if others:
            problems = [
                f"{file}: {others[0]}: belongs in a config.toml; here are only [console] and [run]"
            ]
    except FileNotFoundError:
        return config
    except ConfigError as error:
        changed, problems = config, [*error.problems]
    if not problems:
        return changed
    return replace(config, ignored=(*config.ignored, f"{problems[0]}; {otherwise}"))


def _applied(config: Config, file: SettingsFile, *, makes_pools: bool) -> tuple[Config, list[str]]:
    from chasqui.engine.config.applying import applied  # 2 ms, and often there is no file

    return applied(config, file, makes_pools=makes_pools)
