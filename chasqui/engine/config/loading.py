"""Reading config.toml, and naming every mistake: the file, the key, and the nearest valid key.

The user's file is read and never written. Changes by a console are kept in an overrides file of
the same format, in the engine's state folder. A damaged overrides file is ignored: it must not keep
an operator from the console.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from pathlib import Path

from chasqui.engine.config.source import SettingsFile
from chasqui.engine.config.tables import Config
from chasqui.errors import ConfigError

log = logging.getLogger(__name__)


def load(path: Path | None, overrides: Path | None = None) -> Config:
    """Read a config file, and apply an overrides file if there is one.

    A damaged overrides file is ignored, with a warning in the log.

    Raises:
        ConfigError: with a line for every problem in the config file.
    """
    config, problems = read(path)
    if problems:
        raise ConfigError(problems)
    if overrides is not None:
        config = with_overrides(config, overrides)
        for line in config.ignored:
            log.warning("%s", line)
    return config


def read(path: Path | None) -> tuple[Config, list[str]]:
    """Read a config file: its valid settings, and a line for every problem.

    Raises:
        ConfigError: it cannot be read, or is not TOML.
    """
    config = Config(path=path)
    if path is None:
        return config, []
    try:
        file = SettingsFile.read(path)
    except FileNotFoundError as error:
        raise ConfigError([f"{path}: cannot be read: {error.strerror}"]) from error
    return _applied(config, file, makes_pools=True)


def with_overrides(config: Config, file: Path) -> Config:
    """Apply an overrides file; a damaged file is ignored, and named in ``ignored``."""
    try:
        changed, problems = _applied(config, SettingsFile.read(file), makes_pools=False)
    except FileNotFoundError:
        return config
    except ConfigError as error:
        changed, problems = config, [*error.problems]
    if not problems:
        return changed
    line = f"{problems[0]}; this file is ignored until it is repaired; or delete it"
    return replace(config, ignored=(*config.ignored, line))


def _applied(config: Config, file: SettingsFile, *, makes_pools: bool) -> tuple[Config, list[str]]:
    from chasqui.engine.config.applying import applied  # 2 ms, and often there is no file

    return applied(config, file, makes_pools=makes_pools)
