"""The engine that programs import: it also knows the task types of the installed plugins."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from chasqui.engine.engine import BaseEngine
from chasqui.plugins.loader import PluginHost

if TYPE_CHECKING:
    from chasqui.engine.config.tables import Config


class Engine(BaseEngine):
    """An engine with the installed plugins' task types.

    A plugin is imported when one of its types is asked for by name, and all are when ``types`` is
    read or a name is unknown. A program that registers all its types never imports any.

    Args:
        plugins: which plugins there are; None: all that are installed.
        settings: everything else as `BaseEngine`.
    """

    def __init__(
        self,
        workers: int = 8,
        queue_size: int = 1000,
        *,
        plugins: PluginHost | None = None,
        **settings: Any,
    ) -> None:
        self.plugins = plugins or PluginHost()
        super().__init__(workers, queue_size, types=self.plugins, **settings)

    @classmethod
    def from_settings(cls, config: Config, **parts: Any) -> Self:
        """Make an engine from settings already read, with the plugins that they allow."""
        parts.setdefault("plugins", PluginHost.from_config(config))
        return super().from_settings(config, **parts)
