"""The backends by name, for pools and for the setting ``backend`` of a config."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from chasqui.arguments import text
from chasqui.numbers import shown
from chasqui.pool.backend import Backend
from chasqui.pool.threads import StartThread, ThreadBackend

Factory = Callable[[str, StartThread], Backend]
"""Makes the backend of a pool from the pool's name and the function that starts its threads."""

BACKENDS: Final[dict[str, Factory]] = {"threads": ThreadBackend}


def check_backend(name: str) -> str:
    """Return the name of a backend.

    Raises:
        ValueError: no backend has this name; the text lists those that exist.
    """
    name = text("backend", name, "the name of a backend")
    if name not in BACKENDS:
        raise ValueError(f"backend must be one of {', '.join(BACKENDS)}, got {shown(name)}")
    return name


def make_backend(name: str, pool: str, start_thread: StartThread) -> Backend:
    """Make the backend of this name for a pool; raises ValueError as `check_backend`."""
    return BACKENDS[check_backend(name)](pool, start_thread)
