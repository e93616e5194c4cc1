"""Names of a package that are imported when they are first used."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from typing import Any


def resolving(
    package: dict[str, Any], homes: Mapping[str, str]
) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """Return the ``__getattr__`` and the ``__dir__`` of a package.

    Args:
        package: its globals.
        homes: the module of each name.
    """
    own = package["__name__"]

    def get(name: str) -> Any:
        home = homes.get(name)
        if home is None:
            raise AttributeError(f"module {own!r} has no attribute {name!r}")
        module = importlib.import_module(home)
        # A package within it can be public itself, as that of the console is.
        value = module if home == f"{own}.{name}" else getattr(module, name)
        package[name] = value
        return value

    return get, lambda: sorted({*package, *homes})
