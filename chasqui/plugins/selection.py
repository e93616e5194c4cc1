"""Which plugins to load: what the command line, the environment and the config say."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from chasqui.plugins.records import PluginInfo

BUILT_IN: Final = "demo"
ONLY_VARIABLE: Final = "CHASQUI_PLUGINS"
DISABLE_VARIABLE: Final = "CHASQUI_DISABLE_PLUGINS"


class PluginSelection(NamedTuple):
    """Which plugins to load. Names are those of entry points or of distributions."""

    enabled: bool = True
    """False leaves out all but the built-in plugin, whatever the rest says."""
    only: frozenset[str] | None = None
    """When set, nothing else is even imported."""
    disabled: frozenset[str] = frozenset()
    because: str = "config: [plugins]"
    """Where the two above were said."""

    def why_not(self, info: PluginInfo) -> str | None:
        """Say why a plugin is left out, or None when it is not."""
        if self.only is not None and not is_any(info, self.only):
            return f"{self.because} only"
        if is_any(info, self.disabled):
            return f"{self.because} disabled"
        if not self.enabled and info.name != BUILT_IN:
            return "--no-plugins"
        return None


def is_called(info: PluginInfo, name: str) -> bool:
    """Whether a name of the config is that of a plugin, or of the distribution it comes in."""
    return canonical(name) in (canonical(info.name), canonical(info.distribution))


def is_any(info: PluginInfo, names: Iterable[str]) -> bool:
    """Whether a plugin, or its distribution, has one of these names."""
    return any(is_called(info, name) for name in names)


def select(
    *,
    enabled: bool,
    only: Iterable[str],
    disabled: Iterable[str],
    environment: Mapping[str, str],
) -> PluginSelection:
    """Combine the command line, the environment and the config; the first that speaks wins."""
    if not enabled:
        return PluginSelection(enabled=False, disabled=frozenset(disabled))
    if (names := environment.get(ONLY_VARIABLE)) is not None:
        return PluginSelection(only=_listed(names), because=ONLY_VARIABLE)
    if (names := environment.get(DISABLE_VARIABLE)) is not None:
        return PluginSelection(disabled=_listed(names), because=DISABLE_VARIABLE)
    return PluginSelection(only=frozenset(only) or None, disabled=frozenset(disabled))


def canonical(name: str) -> str:
    """Return a name as package indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _listed(names: str) -> frozenset[str]:
    return frozenset(name.strip() for name in names.split(",") if name.strip())
