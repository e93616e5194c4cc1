"""The backends by name, for pools and for the setting ``backend`` of a config."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Collection, Iterator, Mapping
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


PLUGINS: Final = "chasqui.plugins.backends"
"""What finds the backends of plugins: asked, and imported, only for a name that is not above."""


class BackendNames(Collection[str]):
    """The names that a backend may have; lists those of Chasqui itself."""

    def __contains__(self, name: object) -> bool:
        return name in BACKENDS or (
            isinstance(name, str) and bool(importlib.import_module(PLUGINS).may_be(name))
        )

    def __iter__(self) -> Iterator[str]:
        return iter(BACKENDS)

    def __len__(self) -> int:
        return len(BACKENDS)


NAMES: Final = BackendNames()


def check_backend(name: str) -> str:
    """Return the name of a backend.

    Raises:
        ValueError: no backend has this name; the text lists those that exist.
    """
    name = text("backend", name, "the name of a backend")
    if name not in NAMES:
        raise ValueError(f"backend must be one of {', '.join(BACKENDS)}, got {shown(name)}")
    return name


def make_backend(name: str, setup: BackendSetup) -> Backend:
    """Make the backend of this name for a pool.

    Raises:
        ValueError: no backend has this name, or the settings make no sense.
        PluginError: it is a plugin's, and cannot be had.
    """
    if check_backend(name) in BACKENDS:
        return _factory(name)(setup)
    made: Backend = importlib.import_module(PLUGINS).make(name, setup)
    return made


def check_settings(name: str, settings: Mapping[str, Any]) -> None:
    """Check what a backend is given, if it says how; raises ValueError for the first mistake.

    A plugin's is not imported for that: it says what is wrong when it is made.
    """
    check = getattr(_factory(name), "check_settings", None) if name in BACKENDS else None
    if check is not None:
        check(settings)


def _factory(name: str) -> Factory:
    found = BACKENDS[name]
    if not isinstance(found, str):
        return found
    module, _, attribute = found.partition(":")
    factory: Factory = getattr(importlib.import_module(module), attribute)
    return factory
