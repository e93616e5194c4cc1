"""The recipe of a plugin host: what another process needs to offer the same plugins, as JSON."""

from __future__ import annotations

import importlib
import sys

import msgspec

from chasqui.plugins.loader import PluginHost

NONE = b"null"


def recipe_of(host: object) -> bytes:
    """Return the recipe of a plugin host; that of no plugins for anything else."""
    if not isinstance(host, PluginHost):
        return NONE
    return msgspec.json.encode({**host.asked, "modules": _named(host.asked["modules"])})


def made_from(recipe: bytes) -> PluginHost | None:
    """Make the plugin host of a recipe; None for that of no plugins."""
    asked = msgspec.json.decode(recipe)
    if asked is None:
        return None
    if (modules := asked.pop("modules")) is not None:
        asked["modules"] = {name: importlib.import_module(one) for name, one in modules.items()}
    return PluginHost(**asked)


def _named(modules: object) -> dict[str, str] | None:
    """Return the names under which given plugins can be imported; others are left out."""
    if not isinstance(modules, dict):
        return None
    known = {name: one.__name__ for name, one in modules.items()}
    return {name: one for name, one in known.items() if sys.modules.get(one) is modules[name]}
