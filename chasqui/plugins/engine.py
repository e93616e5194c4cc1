"""The engine that programs import: with plugins if asked for, and consoles that attach."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from chasqui.engine.engine import BaseEngine
from chasqui.errors import PoolClosed
from chasqui.keywords import hinting
from chasqui.plugins.loader import PluginHost
from chasqui.plugins.offering import offered_by
from chasqui.plugins.serving import AttachableHost, Serving
from chasqui.pool.clock import SYSTEM_CLOCK, Clock
from chasqui.pool.ledger import Ledger
from chasqui.pool.threads import StartThread, start_daemon

if TYPE_CHECKING:
    import random

    from chasqui.engine.config.pools import PoolConfig
    from chasqui.engine.config.tables import Config
    from chasqui.engine.config.type_tables import TypeTable
    from chasqui.engine.failures.log import Retention
    from chasqui.engine.logs.task_log import LogCapture
    from chasqui.engine.policy.rules import Policy
    from chasqui.engine.schedules.tables import ScheduleConfig


@hinting
class Engine(BaseEngine):
    """An engine that consoles can attach to, with the task types of plugins if asked for them.

    It offers the types that are registered with it, and no others unless ``plugins`` says so. A web
    application can therefore let its users name a type: an installed plugin that runs commands is
    not among them by accident. An offered plugin is imported when one of its types is asked for by
    name. All of them are imported when ``types`` is read or a name is unknown.

    Args:
        plugins: True offers the types of all installed plugins, a list those of the plugins named
            in it (by their own names or their packages' names, the built-in ``demo`` included), and
            False or None no others than those registered. A `PluginHost` offers what it has.
        serve: whether consoles can attach from its start on; None: if CHASQUI_SERVE says so.
            If they cannot, as another process serves this engine, a warning says why.
        config_file: the path of its config file, which is part of what consoles find it by.
        observers: a group whose members may attach and look; empty: only its own user may attach.
        observers_folder: where their socket lies; empty: in a folder that is made for it.

    The other arguments are those of `BaseEngine`.

    Raises:
        TypeError: ``plugins`` is something else.
        ValueError: no installed plugin has a name in ``plugins``.

    Examples: `chasqui-tui help engine`, `async`, `limits`, `batches`, `diagnosis`, `config`,
    `history` and `host`.
    """

    plugins: PluginHost
    """The plugins that it offers."""

    def __init__(
        self,
        workers: int = 8,
        queue_size: int = 1000,
        *,
        plugins: PluginHost | Iterable[str] | bool | None = None,
        serve: bool | None = None,
        config_file: Path | None = None,
        observers: str = "",
        observers_folder: str = "",
        backend: str = "threads",
        name: str = "default",
        keep_failures: int | Retention | None = None,
        keep_history: int | Retention | None = None,
        shutdown_timeout: float | None = None,
        policies: Mapping[str, Policy | TypeTable] | None = None,
        schedules: Iterable[ScheduleConfig] = (),
        grace: float = 5.0,
        max_abandoned: int | None = None,
        capture: LogCapture | None = None,
        journal: str | Path | None = None,
        journal_mode: str = "power",
        journal_keep_days: float = 7.0,
        journal_keep_rows: int = 1_000_000,
        pools: Mapping[str, PoolConfig] | None = None,
        chance: random.Random | None = None,
        clock: Clock = SYSTEM_CLOCK,
        start_thread: StartThread = start_daemon,
    ) -> None:
        self.plugins = (
            plugins if isinstance(plugins, PluginHost) else PluginHost(offer=offered_by(plugins))
        )
        self._serving = Serving(
            self,
            serve,
            config=config_file,
            observers=observers,
            observers_folder=observers_folder,
        )
        super().__init__(
            workers,
            queue_size,
            backend=backend,
            name=name,
            types=self.plugins,
            keep_failures=keep_failures,
            keep_history=keep_history,
            shutdown_timeout=shutdown_timeout,
            policies=policies,
            schedules=schedules,
            grace=grace,
            max_abandoned=max_abandoned,
            capture=capture,
            journal=journal,
            journal_mode=journal_mode,
            journal_keep_days=journal_keep_days,
            journal_keep_rows=journal_keep_rows,
            pools=pools,
            chance=chance,
            clock=clock,
            start_thread=start_thread,
        )

    @classmethod
    def from_settings(cls, config: Config, **parts: Any) -> Self:
        """Make an engine from settings already read.

        It offers the plugins in ``only`` of the table [plugins]. With ``plugins=`` it offers those
        asked for, as far as the table allows.
        """
        asked = parts.get("plugins")
        if asked is None:
            asked = bool(config.plugins.only)
        if not isinstance(asked, PluginHost):
            parts["plugins"] = PluginHost.from_config(config, offer=offered_by(asked))
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
            PoolClosed: the engine is stopped.
        """
        if self.state == "stopped":
            raise PoolClosed(f"engine {self.name!r} cannot be served: it is stopped")
        return self._serving.begin(name)

    def start(self) -> None:
        """Start the workers of all pools; see `BaseEngine.start`.

        Raises:
            PluginError: a plugin failed, and the config says ``strict``.
        """
        self.plugins._load_if_strict()
        super().start()
        self._serving.begin_if_asked()

    def shutdown(self, timeout: float | None = None, *, drain: bool = True) -> Ledger:
        """Stop everything; see `BaseEngine.shutdown`. Then no console can attach any more."""
        ledger = super().shutdown(timeout, drain=drain)
        self._serving.end()
        return ledger
