"""Reading config.toml, and naming every mistake: the file, the key, and the nearest valid key.

The user's file is read and never written. Changes by a console are kept in an overrides file of
the same format, in the engine's state folder. A damaged overrides file is ignored: it must not keep
an operator from the console.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from chasqui.engine.config.pools import PoolConfig
from chasqui.engine.config.sections import converted, unknown
from chasqui.engine.config.source import SettingsFile
from chasqui.engine.config.tables import NAME, TABLES, Config
from chasqui.engine.config.type_tables import TypeTable, type_tables
from chasqui.engine.schedules.tables import schedules
from chasqui.errors import ConfigError, UnknownPool

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
        return _laid_over(config, SettingsFile.read(path), makes_pools=True)
    except FileNotFoundError as error:
        raise ConfigError([f"{path}: cannot be read: {error.strerror}"]) from error


def with_overrides(config: Config, file: Path) -> Config:
    """Apply an overrides file; a damaged file is ignored, and named in ``ignored``."""
    try:
        changed, problems = _laid_over(config, SettingsFile.read(file), makes_pools=False)
    except FileNotFoundError:
        return config
    except ConfigError as error:
        changed, problems = config, [*error.problems]
    if not problems:
        return changed
    line = f"{problems[0]}; this file is ignored until it is repaired; or delete it"
    return replace(config, ignored=(*config.ignored, line))


def _laid_over(
    config: Config, file: SettingsFile, *, makes_pools: bool
) -> tuple[Config, list[str]]:
    """Apply the valid settings of a file, and name the mistakes.

    A console changes pools and makes none: settings of a removed pool must not bring it back.
    """
    problems: list[str] = []
    changes: dict[str, Any] = {}
    for name, table in file.tables.items():
        if name not in TABLES:
            problems.append(unknown(f"{file.path}", name, TABLES, "table"))
        elif name == "schedule":
            changes[name] = tuple(schedules(file.path, table, problems))
        elif not isinstance(table, dict):
            problems.append(f"{file.path}: {name} must be a table, [{name}]")
        elif name == "pools":
            known = None if makes_pools else config.pools
            changes[name] = dict(_pools(file.path, table, config.pools, known, problems))
        elif name == "types":
            changes[name] = type_tables(file.path, table, config.types, problems)
        elif name == "plugin":
            changes[name] = dict(_plugin_tables(file.path, table, problems))
        else:
            changes[name] = _section(file.path, name, table, getattr(config, name), problems)
    pools, types = changes.get("pools", config.pools), changes.get("types", config.types)
    problems += _wrong_routes(file.path, types, {*pools, *_named_pools(file)})
    return replace(config, **changes, files=(*config.files, file)), problems


def _pools(
    file: Path,
    table: dict[str, Any],
    present: Mapping[str, PoolConfig],
    known: Iterable[str] | None,
    problems: list[str],
) -> Iterator[tuple[str, PoolConfig]]:
    """Read the tables [pools.NAME]; with ``known``, other names are mistakes."""
    yield from present.items()
    for name, settings in table.items():
        key = f"pools.{name}"
        if known is not None and name not in known:
            problems.append(unknown(f"{file}", key, [f"pools.{one}" for one in known], "pool"))
        elif not isinstance(settings, dict):
            problems.append(f"{file}: {key} must be a table, [{key}]")
        elif not re.fullmatch(NAME, name):
            problems.append(
                f"{file}: pools.{name!r} is not a valid name; use 1 to 40 letters, digits, - and _"
            )
        else:
            yield name, _section(file, key, settings, present.get(name, PoolConfig()), problems)


def _named_pools(file: SettingsFile) -> Iterable[str]:
    """Return the names of all pools in a file, valid or not: each mistake is reported once."""
    table = file.tables.get("pools")
    return table if isinstance(table, dict) else ()


def _wrong_routes(
    file: Path, types: Mapping[str, TypeTable], pools: Iterable[str]
) -> Iterator[str]:
    """Find types that are sent to a pool that does not exist."""
    for name, said in types.items():
        if (pool := said.get("pool")) is not None and pool not in pools:
            yield str(UnknownPool(pool, sorted(pools), where=f"{file}: types.{name}.pool"))


def _plugin_tables(
    file: Path, table: dict[str, Any], problems: list[str]
) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, settings in table.items():
        if isinstance(settings, dict):
            yield name, settings
        else:
            problems.append(f"{file}: plugin.{name} must be a table, [plugin.{name}]")


def _section(file: Path, key: str, table: dict[str, Any], present: Any, problems: list[str]) -> Any:
    """Return a section with a table's keys applied; add mistakes to ``problems``."""
    given = converted(f"{file}", f"{key}.", table, type(present), problems)
    return replace(present, **given)
