"""The configs that this user trusts to start work on their own.

A config can start work that the user did not ask for: by ``[[schedule]]``, and by what it allows
the plugin ``shell``. The user accepts these tables once, and again when they change. The answer is
kept by the real path of the config and a digest of the tables.
"""

from __future__ import annotations

import datetime
import hashlib
import json
from pathlib import Path
from typing import Any, Literal

from chasqui.control import kept
from chasqui.engine.config.tables import Config

Standing = Literal["trusted", "new", "changed"]


def sensitive(config: Config) -> dict[str, Any]:
    """Return the tables of a config that need trust; empty when it has none."""
    if config.path is None:
        return {}
    tables = config.as_toml()
    found: dict[str, Any] = {}
    if "schedule" in tables:
        found["schedule"] = tables["schedule"]
    if "shell" in config.plugin:
        found["plugin"] = {"shell": tables["plugin"]["shell"]}
    return found


def titles(tables: dict[str, Any]) -> str:
    """Name the tables that need trust, as a config writes them."""
    names = {"schedule": "[[schedule]]", "plugin": "[plugin.shell]"}
    return " and ".join(title for name, title in names.items() if name in tables)


class TrustStore:
    """The answers, in a file. Of two that are given at the same time, one may be lost."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def standing(self, config: Path, tables: dict[str, Any]) -> Standing:
        """Say whether the tables of a config were accepted as they are."""
        known = self._digests().get(_key(config))
        if known is None:
            return "new"
        return "trusted" if known == _digest(tables) else "changed"

    def accept(self, config: Path, tables: dict[str, Any]) -> None:
        """Remember that the user trusts these tables of a config; raises OSError."""
        kept.write(self.file, {"trusted": {**self._digests(), _key(config): _digest(tables)}})
        self.file.parent.chmod(0o700)

    def _digests(self) -> dict[str, Any]:
        try:
            if not kept.is_private(self.file):
                return {}
            digests = kept.read(self.file).get("trusted")
        except OSError:
            return {}  # a file that cannot be read accepts nothing
        return digests if isinstance(digests, dict) else {}


def _key(config: Path) -> str:
    return config.resolve().as_uri()  # in this form any path is text, even one that is not UTF-8


def _digest(tables: dict[str, Any]) -> str:
    text = json.dumps(tables, sort_keys=True, separators=(",", ":"), default=_plain)
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, datetime.date | datetime.time):
        return {type(value).__name__: value.isoformat()}
    raise TypeError(f"a config holds no {type(value).__name__}")
