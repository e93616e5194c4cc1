"""The settings as records: a class for each table of config.toml, and `Config` with all of them."""

from __future__ import annotations

import datetime
import os.path
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

import msgspec

from chasqui.engine.config.pools import PoolConfig
from chasqui.engine.config.source import Key, SettingsFile
from chasqui.engine.config.themes import Theme
from chasqui.engine.failures.log import Retention
from chasqui.identity import NAME

if TYPE_CHECKING:
    from chasqui.engine.config.bounds import AtLeastOne, MoreDays, Seconds, WorkersOrShare
    from chasqui.engine.config.type_tables import TypeTable
    from chasqui.engine.schedules.tables import ScheduleConfig

Level = Literal["debug", "info", "warning", "error"]
EngineName = Annotated[str, msgspec.Meta(pattern=NAME)]


@dataclass(frozen=True, slots=True)
class EngineConfig:
    """The table [engine]."""

    name: EngineName = "default"
    shutdown_timeout: Seconds = 30.0
    """Seconds."""
    serve: bool = False
    """Whether consoles can attach to an engine that a program makes from this config."""


@dataclass(frozen=True, slots=True)
class JournalConfig:
    """The table [journal]."""

    mode: Literal["power", "process", "off"] = "power"
    """What accepted tasks survive: a power cut, the death of the process, or neither."""
    path: str = ""
    """The file; empty: in the engine's state folder, for a host. Relative paths start at the
    config's folder."""
    keep_days: MoreDays = 7.0
    """How long finished tasks stay in the file."""
    keep_rows: AtLeastOne = 1_000_000
    """How many finished tasks stay in the file."""


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
    """Readings per second."""
    charts: Literal["braille", "blocks"] = "braille"
    """What charts are drawn in; a font may lack the first, which show twice as many values."""
    keys: dict[str, Any] = field(default_factory=dict)
    """The keys of actions by their ids; the console says what is wrong with them."""


@dataclass(frozen=True, slots=True)
class RunConfig:
    """The table [run]: what `chasqui-tui run` does unless its arguments say otherwise."""

    workers: WorkersOrShare = ""
    """As `--workers`; empty: as the pool says."""
    output: Literal["rows", "text", "csv", "tsv"] = "rows"
    progress: Literal["", "no", "line", "bar"] = ""
    """What a terminal shows meanwhile; empty: a line."""
    summary: Literal["", "yes", "no"] = ""
    """Whether it ends with a summary; empty: on a terminal."""


@dataclass(frozen=True, slots=True)
class HostConfig:
    """The table [host]."""

    observers: str = ""
    """The group whose members may look at the engine; empty: only its user can."""
    observers_folder: str = ""
    """Where their socket lies; empty: in a folder that is made for them."""


@dataclass(frozen=True, slots=True)
class LogConfig:
    """The table [log]."""

    level: Level = "info"
    file: str = ""
    """The log file of the command; empty: none. Relative paths start at the config's folder."""
    capture: bool = True
    """Whether what task bodies log is kept with their tasks."""
    capture_prints: bool = False
    """Whether what they print is kept too, instead of being printed."""
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
    """Settings of task types, by their full names; `rules.from_table` makes a policy of each."""
    schedule: tuple[ScheduleConfig, ...] = ()
    failures: Retention = field(default_factory=Retention)
    history: Retention = field(default_factory=Retention)
    journal: JournalConfig = JournalConfig()
    plugins: PluginsConfig = field(default_factory=PluginsConfig)
    plugin: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """The settings of each plugin."""
    host: HostConfig = HostConfig()
    console: ConsoleConfig = field(default_factory=ConsoleConfig)
    run: RunConfig = RunConfig()
    log: LogConfig = LogConfig()
    files: tuple[SettingsFile, ...] = field(default=(), compare=False)
    """The files that were read; each overrides those before it."""
    base: Config | None = field(default=None, compare=False, repr=False)
    """The settings without the overrides file; None: none was applied."""
    ignored: tuple[str, ...] = field(default=(), compare=False)
    """What is wrong with an overrides file that was ignored."""
    doubts: tuple[str, ...] = field(default=(), compare=False)
    """What is valid and probably a mistake."""

    def as_toml(self) -> dict[str, Any]:
        """Return the settings as the tables of a config file."""
        tables = {
            name: msgspec.to_builtins(getattr(self, name), builtin_types=_MOMENTS)
            for name in TABLES
        }
        return {name: table for name, table in tables.items() if table}

    def beside(self, name: str) -> Path:
        """Return a file that a setting names: a relative path starts at the config's folder."""
        # For an unknown user it leaves the name unchanged, where Path raises.
        return (self.path.parent if self.path else Path()) / os.path.expanduser(name)  # noqa: PTH111

    def origins(self) -> dict[Key, str]:
        """Return the file and line of each value that is not a default."""
        return {
            key: f"{file.path.absolute()}:{line}"
            for file in self.files
            for key, line in file.lines().items()
        }


_MOMENTS = (datetime.datetime, datetime.date, datetime.time)  # TOML has these types
TABLES: Final = [
    table.name
    for table in fields(Config)
    if table.name not in ("path", "files", "base", "ignored", "doubts")
]
