"""The backends by name, for pools and for the setting ``backend`` of a config."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from typing import Any, Final

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
    return _factory(name)(setup)


def check_settings(name: str, settings: Mapping[str, Any]) -> None:
    """Check what a backend is given, if it says how; raises ValueError for the first mistake."""
    check = getattr(_factory(name), "check_settings", None)
    if check is not None:
        check(settings)


def _factory(name: str) -> Factory:
    found = BACKENDS[check_backend(name)]
    if not isinstance(found, str):
        return found
    module, _, attribute = found.partition(":")
    factory: Factory = getattr(importlib.import_module(module), attribute)
    return factory
