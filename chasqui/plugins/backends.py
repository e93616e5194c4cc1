"""Backends of plugins: found by their name, when a pool or a config names one of them.

A backend is named after its plugin, so a name that Chasqui does not know itself needs that plugin
and no other. A config may name those of installed plugins; nothing is imported to know that, since
what else the config says decides whether its plugin may be imported, and with which settings. The
plugin is imported when a pool is made.

`chasqui.pool.backends` finds this module by its name, since it stands in a room below.
"""

from __future__ import annotations

import re
from typing import Final

from chasqui.errors import PluginError
from chasqui.numbers import shown
from chasqui.plugins.discovery import NAME
from chasqui.plugins.loader import PluginHost
from chasqui.plugins.records import BackendType
from chasqui.pool.backend import Backend, BackendSetup

FULL: Final = re.compile(rf"{NAME.pattern}(\.{NAME.pattern})?")
METHODS: Final = ("start", "refusal", "stop", "abandon", "stack", "stacks", "usage", "close")


def may_be(name: str) -> bool:
    """Tell whether a plugin is installed that could offer a backend of this name."""
    from importlib.metadata import entry_points

    from chasqui.plugins.discovery import GROUP

    plugin = name.partition(".")[0]
    return bool(FULL.fullmatch(name) and entry_points(group=GROUP, name=plugin))


def make(name: str, setup: BackendSetup) -> Backend:
    """Make the backend of this name for a pool.

    Raises:
        PluginError: its plugin does not offer it, or it could not be made; the text says why.
    """
    found = _found(name, setup.types)
    try:
        made = found.make(setup)
    except Exception as error:  # a stranger's code; of ValueError the text says all
        kind = "" if isinstance(error, ValueError) else f"{type(error).__name__}: "
        raise PluginError(
            f"backend {name} cannot be made for pool {setup.pool}: {kind}{error}"
        ) from error
    lacking = [one for one in METHODS if not callable(getattr(made, one, None))]
    if lacking or not hasattr(made, "capabilities"):
        what = (*lacking, "capabilities")[0]
        raise PluginError(f"backend {name}: what it made, {shown(made)}, has no {what}")
    return made


def _found(name: str, types: object) -> BackendType:
    plugin = name.partition(".")[0]
    host = (types if isinstance(types, PluginHost) else PluginHost()).of_backends(plugin)
    found = host.backend(name)
    if found is not None:
        return found
    for info in host.infos_loaded():
        if info.name == plugin:
            offers = ", ".join(info.backends) or "no backend"
            why = f"plugin {plugin} offers {offers}"
            raise PluginError(
                f"backend {name}: {why if info.status == 'loaded' else info.summary()}"
            )
    raise PluginError(f"backend {name}: there is no plugin {plugin}")
