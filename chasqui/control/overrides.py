"""The overrides file: what a console changed, kept beside the engine and laid over its config.

The user's config.toml is never rewritten. The file is replaced whole, so that a crash leaves either
the old or the new one.
"""

from __future__ import annotations

import os
import tempfile
import tomllib
from pathlib import Path
from typing import Any

import tomli_w


class Overrides:
    """Settings kept in one file, changed one key at a time."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def set(self, *keys: str, value: Any) -> None:
        """Set one key, as in ``set("pools", "default", "workers", value=4)``.

        Raises:
            OSError: the file cannot be read or written.
        """
        settings = self.read()
        table = settings
        for key in keys[:-1]:
            table = table.setdefault(key, {})
        table[keys[-1]] = value
        self._write(tomli_w.dumps(settings))

    def read(self) -> dict[str, Any]:
        """Return what is kept; nothing when the file is missing or was damaged."""
        try:
            return tomllib.loads(self.file.read_text(encoding="utf-8"))
        except (FileNotFoundError, ValueError):
            return {}

    def _write(self, text: str) -> None:
        folder = self.file.parent
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=folder, prefix=".overrides-")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as new:
                new.write(text)
                new.flush()
                os.fsync(new.fileno())
            Path(name).replace(self.file)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
