"""Settings from config.toml, with every mistake named: file, key, and the nearest valid key.

The user's file is read and never written. What a console changes is kept in an overrides file in
the engine's state folder, of the same shape, and laid over it; one that is damaged is left out,
since it must not keep an operator from the console.
"""

from __future__ import annotations

import datetime
import logging
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

from chasqui.engine.config.bounds import AtLeastOne, Seconds
from chasqui.engine.config.pools import PoolConfig as PoolConfig
from chasqui.engine.config.sections import converted, unknown
from chasqui.engine.config.source import Key, SettingsFile
from chasqui.engine.config.themes import Theme
from chasqui.engine.config.type_tables import TypeTable, type_tables
from chasqui.engine.failures.log import Retention
from chasqui.engine.schedules.tables import ScheduleConfig, schedules
from chasqui.errors import ConfigError, UnknownPool

log = logging.getLogger(__name__)

Level = Literal["debug", "info", "warning", "error"]
NAME = r"^[A-Za-z0-9_-]{1,40}$"  # of engines and pools
EngineName = Annotated[str, msgspec.Meta(pattern=NAME)]


@dataclass(frozen=True, slots=True)
class EngineConfig:
    """The table [engine]."""

    name: EngineName = "default"
    shutdown_timeout: Seconds = 30.0
    """Seconds."""


@dataclass(frozen=True, slots=True)
class PluginsConfig:
    """The table [plugins]."""

    disabled: list[str] = field(default_factory=list)
    only: list[str] = field(default_factory=list)
    strict: bool = False


@dataclass(frozen=True, slots=True)
class ConsoleConfig:
    """The table [console]."""

    theme: Theme = "chasqui-dark"
    refresh: Annotated[float, msgspec.Meta(ge=0.2, le=10)] = 4.0
    """Readings a second."""


@dataclass(frozen=True, slots=True)
class LogConfig:
    """The table [log]."""

    level: Level = "info"
    file: str = ""
    """Where the command writes log lines; empty: nowhere. A relative path begins at the config."""
    capture: bool = True
    """Whether what task bodies log is kept with their tasks."""
    capture_prints: bool = False
    """Whether what they print is too, and printed no more."""
    lines_per_task: AtLeastOne = 200
    bytes_per_task: AtLeastOne = 64 * 1024
    bytes_in_all: AtLeastOne = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Config:
    """All settings; ``path`` is the file they came from, None for the defaults."""

    path: Path | None = None
    engine: EngineConfig = EngineConfig()
    pools: Mapping[str, PoolConfig] = field(default_factory=lambda: {"default": PoolConfig()})
    types: Mapping[str, TypeTable] = field(default_factory=dict)
    """What is said of task types, by their full names; `policy.from_table` makes a policy of it."""
    schedule: tuple[ScheduleConfig, ...] = ()
    failures: Retention = field(default_factory=Retention)
    plugins: PluginsConfig = field(default_factory=PluginsConfig)
    plugin: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """What each plugin gets as its settings."""
    console: ConsoleConfig = ConsoleConfig()
    log: LogConfig = LogConfig()
    files: tuple[SettingsFile, ...] = field(default=(), compare=False)
    """What was read, each laid over those before it."""
    ignored: tuple[str, ...] = field(default=(), compare=False)
    """What is wrong with an overrides file, which is left out because of it."""

    def as_toml(self) -> dict[str, Any]:
        """Return the settings as the tables of a config file."""
        tables = {
            name: msgspec.to_builtins(getattr(self, name), builtin_types=_MOMENTS)
            for name in _TABLES
        }
        return {name: table for name, table in tables.items() if table}

    def origins(self) -> dict[Key, str]:
        """Return, for each value that is not a default, the file and line that it stands in."""
        return {
            key: f"{file.path.absolute()}:{line}"
            for file in self.files
            for key, line in file.lines().items()
        }


_MOMENTS = (datetime.datetime, datetime.date, datetime.time)  # which TOML has too
_TABLES = [one.name for one in fields(Config) if one.name not in ("path", "files", "ignored")]


def load(path: Path | None, overrides: Path | None = None) -> Config:
    """Read a config file and lay an overrides file over it, if there is one.

    A damaged overrides file is ignored, with a warning in the log.

    Raises:
        ConfigError: with one line for every problem in the config file.
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
    """Read a config file: what is right in it, and a line for every problem.

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
    """Lay an overrides file over settings; a damaged one is left out, and named in ``ignored``."""
    try:
        changed, problems = _laid_over(config, SettingsFile.read(file), makes_pools=False)
    except FileNotFoundError:
        return config
    except ConfigError as error:
        changed, problems = config, [*error.problems]
    if not problems:
        return changed
    line = f"{problems[0]}; nothing in this file counts until it is mended; or delete it"
    return replace(config, ignored=(*config.ignored, line))


def _laid_over(
    config: Config, file: SettingsFile, *, makes_pools: bool
) -> tuple[Config, list[str]]:
    """Lay what is right in a file over settings, and name what is wrong.

    A console changes pools and makes none: what it kept of one that is gone must not bring it back.
    """
    problems: list[str] = []
    changes: dict[str, Any] = {}
    for name, table in file.tables.items():
        if name not in _TABLES:
            problems.append(unknown(f"{file.path}", name, _TABLES, "table"))
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
    """Read the tables [pools.NAME]; with ``known``, there are no others."""
    yield from present.items()
    for name, settings in table.items():
        key = f"pools.{name}"
        if known is not None and name not in known:
            problems.append(unknown(f"{file}", key, [f"pools.{one}" for one in known], "pool"))
        elif not isinstance(settings, dict):
            problems.append(f"{file}: {key} must be a table, [{key}]")
        elif not re.fullmatch(NAME, name):
            problems.append(
                f"{file}: pools.{name!r} is no name; use 1 to 40 letters, digits, - and _"
            )
        else:
            yield name, _section(file, key, settings, present.get(name, PoolConfig()), problems)


def _named_pools(file: SettingsFile) -> Iterable[str]:
    """Name what a file means to be pools, right or wrong: each mistake is reported once."""
    table = file.tables.get("pools")
    return table if isinstance(table, dict) else ()


def _wrong_routes(
    file: Path, types: Mapping[str, TypeTable], pools: Iterable[str]
) -> Iterator[str]:
    """Find types that are to run in a pool that does not exist."""
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
    """Return a section with a table's keys laid over it; note what is wrong in ``problems``."""
    assert is_dataclass(present) and not isinstance(present, type)
    return replace(present, **converted(f"{file}", f"{key}.", table, type(present), problems))
