"""The backends by name, for pools and for the setting ``backend`` of a config."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Final

from chasqui.arguments import text
from chasqui.numbers import shown
from chasqui.pool.backend import Backend, BackendSetup
from chasqui.pool.threads import ThreadBackend

Factory = Callable[[BackendSetup], Backend]
"""Makes the backend of a pool; raises ValueError for settings that make no sense."""

BACKENDS: Final[dict[str, Factory | str]] = {
    "threads": ThreadBackend,
    "processes": "chasqui.processes.backend:ProcessBackend",
}
"""The backends, or where they are: what a program does not use is not imported."""


def check_backend(name: str) -> str:
    """Return the name of a backend.

    Raises:
        ValueError: no backend has this name; the text lists those that exist.
    """
    name = text("backend", name, "the name of a backend")
    if name not in BACKENDS:
        raise ValueError(f"backend must be one of {', '.join(BACKENDS)}, got {shown(name)}")
    return name


def make_backend(name: str, setup: BackendSetup) -> Backend:
    """Make the backend of this name for a pool; raises ValueError as `check_backend`."""
    factory = BACKENDS[check_backend(name)]
    if isinstance(factory, str):
        module, _, attribute = factory.partition(":")
        factory = getattr(importlib.import_module(module), attribute)
    made: Backend = factory(setup)
    return made
