"""How the console looks, from the table [console] of a config and what a console has changed.

Nothing else is read, so that attaching takes no time. A value that makes no sense is passed over
here; the host, and `chasqui-tui config check`, say what is wrong with it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final, NamedTuple

from chasqui.control import kept
from chasqui.engine.config.source import SettingsFile
from chasqui.errors import ConfigError

SLOWEST: Final = 0.2
FASTEST: Final = 10.0


class Appearance(NamedTuple):
    """Theme and rate of a console."""

    theme: str = "chasqui-dark"
    refresh: float = 4.0
    """Readings per second."""


def appearance_of(config: Path | None, folder: Path) -> Appearance:
    """Return what the config and the overrides in an engine's state folder say."""
    tables: dict[str, Any] = {}
    try:
        if config is not None:
            tables.update(_console(SettingsFile.read(config).tables))
    except (ConfigError, OSError):
        pass  # it may be in the middle of being edited
    overrides = folder / "overrides.toml"
    try:
        if kept.is_private(overrides):
            tables.update(_console(kept.read(overrides)))
    except OSError:
        pass  # there are none
    look = Appearance()
    theme, refresh = tables.get("theme"), tables.get("refresh")
    if isinstance(theme, str):
        look = look._replace(theme=theme)
    if isinstance(refresh, int | float) and SLOWEST <= refresh <= FASTEST:
        look = look._replace(refresh=float(refresh))
    return look


def _console(tables: dict[str, Any]) -> dict[str, Any]:
    table = tables.get("console")
    return table if isinstance(table, dict) else {}
