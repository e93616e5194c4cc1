"""How the console looks: the tables [console] of the user and of a config, and what was changed.

Nothing else is read, so that attaching takes no time. A value that makes no sense is passed over
here; the host, and `chasqui-tui config check`, say what is wrong with it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from chasqui.console.appearance import Appearance
from chasqui.console.model.keymap import SaidKeys
from chasqui.control import kept
from chasqui.engine.config.places import console_file, user_config
from chasqui.engine.config.source import SettingsFile
from chasqui.errors import ConfigError

SLOWEST: Final = 0.2
FASTEST: Final = 10.0


def appearance_of(config: Path | None, folder: Path) -> Appearance:
    """Return what the user's file, the config and the overrides in an engine's folder say."""
    tables: dict[str, Any] = {}
    keys: list[SaidKeys] = []
    for file in (user_config(), config):
        said = _said(file) if file is not None else {}
        tables.update(said)
        if isinstance(said.get("keys"), dict):
            keys.append(SaidKeys(str(file), said["keys"]))
    config_theme = tables.get("theme")
    overrides = folder / "overrides.toml"
    try:
        if kept.is_private(overrides):
            tables.update(_console(kept.read(overrides)))
    except OSError:
        pass  # there are none
    look = Appearance(keys=tuple(keys), folder=folder, remembered=console_file(), has_tour=True)
    theme, refresh = tables.get("theme"), tables.get("refresh")
    own = config_theme if isinstance(config_theme, str) else look.theme
    look = look._replace(config_theme=own)
    if isinstance(theme, str):
        look = look._replace(theme=theme)
    if isinstance(refresh, int | float) and SLOWEST <= refresh <= FASTEST:
        look = look._replace(refresh=float(refresh))
    if tables.get("charts") == "blocks":
        look = look._replace(charts="blocks")
    return look


def _said(file: Path) -> dict[str, Any]:
    try:
        return _console(SettingsFile.read(file).tables)
    except (ConfigError, OSError):
        return {}  # there is none, or it is in the middle of being edited


def _console(tables: dict[str, Any]) -> dict[str, Any]:
    table = tables.get("console")
    return table if isinstance(table, dict) else {}
