"""Settings as they may be shown: secrets are masked.

A setting is a secret when its name says so, or when its plugin declares it. A reference to a
secret, ``env:NAME`` or ``file:PATH``, is shown: it says where the secret is, not what it is.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

from chasqui.secret import MASK, is_reference

_SECRET = re.compile(r"password|token|secret|authorization|api[_-]?key", re.IGNORECASE)


def masked(tables: dict[str, Any], secrets: Mapping[str, Collection[str]] = {}) -> dict[str, Any]:
    """Return settings with the secrets of plugins and of scheduled tasks masked.

    ``secrets`` names, for each plugin, the settings that it declares as secret.
    """
    shown = dict(tables)
    if "plugin" in tables:
        shown["plugin"] = {
            name: _masked(table, secrets.get(name, ())) for name, table in tables["plugin"].items()
        }
    if "schedule" in tables:
        shown["schedule"] = [_masked(table, ()) for table in tables["schedule"]]
    return shown


def _masked(table: Mapping[str, Any], declared: Collection[str]) -> dict[str, Any]:
    return {
        key: _hidden(value) if key in declared or _SECRET.search(key) else _searched(value)
        for key, value in table.items()
    }


def _searched(value: Any) -> Any:
    """Mask the parts of a value whose names mark them as secrets."""
    if isinstance(value, Mapping):
        return _masked(value, ())
    return [_searched(item) for item in value] if isinstance(value, list) else value


def _hidden(value: Any) -> Any:
    """Mask a secret value, with everything in it."""
    if isinstance(value, Mapping):
        return {key: _hidden(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_hidden(item) for item in value]
    return value if isinstance(value, str) and is_reference(value) else MASK
