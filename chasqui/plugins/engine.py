"""The engine that programs import: with the task types of plugins, and consoles that attach."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from chasqui.engine.engine import BaseEngine
from chasqui.plugins.loader import PluginHost
from chasqui.plugins.serving import AttachableHost, Serving
from chasqui.pool.ledger import Ledger

if TYPE_CHECKING:
    from chasqui.engine.config.tables import Config


class Engine(BaseEngine):
    """An engine with the installed plugins' task types, which consoles can attach to.

    A plugin is imported when one of its types is asked for by name, and all are when ``types`` is
    read or a name is unknown. A program that registers all its types never imports any.

    Args:
        plugins: which plugins there are; None: all that are installed.
        serve: whether consoles can attach from its start on; None: if CHASQUI_SERVE says so.
            If they cannot, as another process serves this engine, a warning says why.
        config_file: the path of its config file, which is part of what consoles find it by.
        observers: a group whose members may attach and look; empty: only its own user may attach.
        observers_folder: where their socket lies; empty: in a folder that is made for it.
        settings: everything else as `BaseEngine`.
    """

    def __init__(
        self,
        workers: int = 8,
        queue_size: int = 1000,
        *,
        plugins: PluginHost | None = None,
        serve: bool | None = None,
        config_file: Path | None = None,
        observers: str = "",
        observers_folder: str = "",
        **settings: Any,
    ) -> None:
        self.plugins = plugins or PluginHost()
        self._serving = Serving(
            self,
            serve,
            config=config_file,
            observers=observers,
            observers_folder=observers_folder,
        )
        super().__init__(workers, queue_size, types=self.plugins, **settings)

    @classmethod
    def from_settings(cls, config: Config, **parts: Any) -> Self:
        """Make an engine from settings already read, with the plugins that they allow."""
        parts.setdefault("plugins", PluginHost.from_config(config))
        parts.setdefault("serve", config.engine.serve or None)
        parts.setdefault("config_file", config.path)
        parts.setdefault("observers", config.host.observers)
        parts.setdefault("observers_folder", config.host.observers_folder)
        return super().from_settings(config, **parts)

    def serve(self, name: str | None = None) -> AttachableHost:
        """Let consoles and commands of this user attach, until the engine stops.

        ``chasqui-tui attach NAME`` in another terminal finds it, by the engine's own name if none
        is given. It is served on a thread of its own, which rests while nothing is attached. A
        second call returns the same host.

        Raises:
            AlreadyHosted: another process serves an engine of this name.
            SocketUnusable: the socket cannot be made safely.
        """
        return self._serving.begin(name)

    def start(self) -> None:
        """Start the workers of all pools; see `BaseEngine.start`."""
        super().start()
        self._serving.begin_if_asked()

    def shutdown(self, timeout: float | None = None, *, drain: bool = True) -> Ledger:
        """Stop everything; see `BaseEngine.shutdown`. Then no console can attach any more."""
        ledger = super().shutdown(timeout, drain=drain)
        self._serving.end()
        return ledger
