"""The commands that change what the overrides file keeps: sizes, a time, the theme."""

from __future__ import annotations

from typing import Literal

from chasqui.control.asked import Asked


class Resize(Asked, frozen=True, kw_only=True):
    """Set the workers of a pool, how many tasks may wait, or both; the overrides file has it."""

    workers: int | None = None
    pool: str = "default"
    queue_size: int | None = None


class SetShutdownTimeout(Asked, frozen=True, kw_only=True):
    """Set how long a shutdown may take by default, and remember it in the overrides file."""

    timeout: float  # seconds


class SetLogLevel(Asked, frozen=True, kw_only=True):
    """Set from which level on lines of bodies are kept, until the engine stops."""

    level: Literal["debug", "info", "warning", "error"]


class SetTheme(Asked, frozen=True, kw_only=True):
    """Remember the console's theme in the overrides file."""

    theme: str
