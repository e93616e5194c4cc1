"""Settings from config.toml, with every mistake named: file, key, and the nearest valid key.

The user's file is read and never written. What a console changes is kept in an overrides file in
the engine's state folder, of the same shape, and laid over it.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from pathlib import Path
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

import msgspec

from chasqui.errors import ConfigError

Level = Literal["debug", "info", "warning", "error"]
AtLeastOne = Annotated[int, msgspec.Meta(ge=1)]
NotNegative = Annotated[int, msgspec.Meta(ge=0)]
EngineName = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_-]{1,40}$")]


@dataclass(frozen=True, slots=True)
class EngineConfig:
    """The table [engine]."""

    name: EngineName = "default"
    shutdown_timeout: Annotated[float, msgspec.Meta(ge=0)] = 30.0
    """Seconds."""


@dataclass(frozen=True, slots=True)
class PoolConfig:
    """A table [pools.NAME]."""

    backend: Literal["threads"] = "threads"
    workers: AtLeastOne = 8
    queue_size: NotNegative = 1000


@dataclass(frozen=True, slots=True)
class PluginsConfig:
    """The table [plugins]."""

    disabled: list[str] = field(default_factory=list)
    only: list[str] = field(default_factory=list)
    strict: bool = False


@dataclass(frozen=True, slots=True)
class ConsoleConfig:
    """The table [console]."""

    theme: str = "chasqui-dark"
    refresh: Annotated[float, msgspec.Meta(ge=0.2, le=10)] = 4.0
    """Readings a second."""


@dataclass(frozen=True, slots=True)
class LogConfig:
    """The table [log]."""

    level: Level = "info"


@dataclass(frozen=True, slots=True)
class Config:
    """All settings; ``path`` is the file they came from, None for the defaults."""

    path: Path | None = None
    engine: EngineConfig = EngineConfig()
    pools: Mapping[str, PoolConfig] = field(default_factory=lambda: {"default": PoolConfig()})
    plugins: PluginsConfig = field(default_factory=PluginsConfig)
    plugin: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """What each plugin gets as its settings."""
    console: ConsoleConfig = ConsoleConfig()
    log: LogConfig = LogConfig()

    def as_toml(self) -> dict[str, Any]:
        """Return the settings as the tables of a config file."""
        tables = msgspec.to_builtins(replace(self, path=None))
        return {name: table for name, table in tables.items() if table}


def load(path: Path | None, overrides: Path | None = None) -> Config:
    """Read a config file and lay an overrides file over it, if there is one.

    Raises:
        ConfigError: with one line for every problem in the two files.
    """
    config = Config()
    for file in (path, overrides):
        if file is not None and (file is path or file.exists()):
            config = _laid_over(config, file)
    return replace(config, path=path)


def _laid_over(config: Config, file: Path) -> Config:
    problems: list[str] = []
    tables = _read(file)
    changes: dict[str, Any] = {}
    known = [f.name for f in fields(Config) if f.name != "path"]
    for name, table in tables.items():
        if name not in known:
            problems.append(_unknown(file, name, known, "table"))
        elif not isinstance(table, dict):
            problems.append(f"{file}: {name} must be a table, [{name}]")
        elif name == "pools":
            changes[name] = dict(_pools(file, table, config.pools, problems))
        elif name == "plugin":
            changes[name] = dict(_plugin_tables(file, table, problems))
        else:
            changes[name] = _section(file, name, table, getattr(config, name), problems)
    if problems:
        raise ConfigError(problems)
    return replace(config, **changes)


def _read(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError([f"{file}: cannot be read: {error.strerror}"]) from error
    except UnicodeDecodeError as error:
        raise ConfigError([f"{file}: is not UTF-8 text, at byte {error.start}"]) from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError([f"{file}: is not valid TOML: {error}"]) from error


def _pools(
    file: Path, table: dict[str, Any], known: Mapping[str, PoolConfig], problems: list[str]
) -> Iterator[tuple[str, PoolConfig]]:
    for name in known:
        if name not in table:
            yield name, known[name]
    for name, settings in table.items():
        key = f"pools.{name}"
        if name not in known:
            problems.append(_unknown(file, key, [f"pools.{one}" for one in known], "pool"))
        elif not isinstance(settings, dict):
            problems.append(f"{file}: {key} must be a table, [{key}]")
        else:
            yield name, _section(file, key, settings, known[name], problems)


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
    hints = get_type_hints(type(present), include_extras=True)
    changes: dict[str, Any] = {}
    for name, value in table.items():
        if name not in hints:
            nearest = [f"{key}.{one}" for one in hints]
            problems.append(_unknown(file, f"{key}.{name}", nearest, "key"))
            continue
        try:
            changes[name] = msgspec.convert(value, hints[name])
        except msgspec.ValidationError as error:
            problems.append(f"{file}: {key}.{name}: {_reason(error, value, hints[name])}")
    return replace(present, **changes)


def _reason(error: msgspec.ValidationError, value: Any, hint: Any) -> str:
    if get_origin(hint) is Literal:
        return f"must be one of {', '.join(get_args(hint))}, got {value!r}"
    text = re.sub(r" - at `[^`]*`$", "", str(error)).replace("`", "")
    text = re.sub(r", got \w+$", "", text)  # the value itself says more than its type
    return f"{text[:1].lower()}{text[1:]}, got {value!r}"


def _unknown(file: Path, key: str, known: list[str], what: str) -> str:
    near = difflib.get_close_matches(key, known, n=1, cutoff=0.5)
    hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(known)}"
    return f"{file}: unknown {what} {key}; {hint}"
