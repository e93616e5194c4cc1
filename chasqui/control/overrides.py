"""The overrides file: what a console changed, which overrides the engine's config.

The user's config.toml is never rewritten.
"""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

from chasqui.control import kept


class Overrides:
    """Settings kept in a file, changed a key at a time. Any thread."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._lock = threading.Lock()  # held from reading the file to writing it

    def set(self, *keys: str, value: Any) -> None:
        """Set one key, as in ``set("pools", "default", "workers", value=4)``.

        Raises:
            OSError: the file cannot be read or written.
        """
        with self._lock:
            settings = self.read()
            table = settings
            for key in keys[:-1]:
                if not isinstance(table.get(key), dict):
                    table[key] = {}
                table = table[key]
            table[keys[-1]] = value
            kept.write(self.file, settings)

    def drop(self, *keys: str) -> None:
        """Forget one key, so that the config's own value holds again; raises OSError."""
        with self._lock:
            settings = self.read()
            table: Any = settings
            for key in keys[:-1]:
                table = table.get(key) if isinstance(table, dict) else None
            if isinstance(table, dict) and keys[-1] in table:
                del table[keys[-1]]
                kept.write(self.file, settings)

    def read(self) -> dict[str, Any]:
        """Return the settings; none when the file is missing or damaged."""
        return kept.read(self.file)
