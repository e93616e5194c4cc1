"""The life of a host's process: from its ready line to its ledger.

It runs until a signal comes or a client stops the engine. A host beside a console also ends once no
client has been there for a while and nothing is left to do, so that a console that was killed
leaves no idle process for ever. What waits for its time, and a schedule, is something to do.
"""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Final

from chasqui.commands import farewell, hostlog
from chasqui.commands.finishing import Finishing
from chasqui.commands.leftovers import keep_and_tell, tell_kept
from chasqui.commands.notifying import Notifier
from chasqui.commands.session import CommandSession
from chasqui.commands.words import say
from chasqui.control.host.host import Host
from chasqui.control.local import LocalPort
from chasqui.plugins.engine import Engine

LOOK_SECONDS: Final = 0.1
"""How often it is looked at whether to end."""
SLOW_SECONDS: Final = 2.0
"""How often the work is looked at: for the status line, the log's size, an idle engine."""
ALONE_SECONDS: Final = 600.0
"""How long a host beside a console stays that has no client and nothing to do."""
LINGER_SECONDS: Final = 2.0
"""How long consoles may look at the ledger after the end."""


class Hosting:
    """Serves an engine until its end. In the main thread.

    Args:
        session: the settings; their plugins are loaded.
        notifier: tells a service manager.
        beside: the log's file, of a host that a console has started.
    """

    def __init__(
        self,
        session: CommandSession,
        engine: Engine,
        notifier: Notifier,
        *,
        beside: Path | None = None,
        alone_seconds: float = ALONE_SECONDS,
    ) -> None:
        self._session = session
        self._engine = engine
        self._notifier = notifier
        self._beside = beside
        self._alone_seconds = alone_seconds
        self._needed_at = time.monotonic()
        """When there last was a client or something to do."""
        self._finishing = Finishing(engine)

    def run(self) -> int:
        """Serve, bring the engine to its end, and return the exit status.

        Raises:
            AlreadyHosted, SocketUnusable: it cannot be served.
        """
        session, engine = self._session, self._engine
        port = LocalPort(
            engine,
            problems=session.plugins.problems(),
            overrides=session.overrides,
            config=session.config.base,
        )
        # Before the engine starts: its schedules must not run twice.
        host = Host(
            engine,
            config=session.config.path,
            port=port,
            log=str(self._beside or session.log_file or ""),
            beside=self._beside is not None,
            observers=session.config.host.observers,
            observers_folder=session.config.host.observers_folder,
        )
        try:
            engine.start()
            self._say_ready(host)
            reason = self._wait(host)
            self._notifier.stopping()
            return self._end(host, reason)
        finally:
            host.close()

    def _say_ready(self, host: Host) -> None:
        say(f"engine {host.name} is served at {host.path} by process {os.getpid()}")
        if host.observers_path is not None:
            group = self._session.config.host.observers
            say(f"group {group} may look at it at {host.observers_path}")
        self._notifier.ready(self._work())

    def _wait(self, host: Host) -> str:
        """Wait until something ends the engine, and return what: a reason for `Finishing`."""
        looked = time.monotonic()
        while True:
            if self._finishing.caught is not None:
                return self._finishing.caught.name.lower()
            if self._engine.state in ("stopping", "stopped"):
                return "client"
            now = time.monotonic()
            if now - looked >= SLOW_SECONDS:
                looked = now
                if self._is_needless(host, now):
                    say("no console is attached and nothing is left to do: this host ends")
                    return "quit"
                if self._beside is not None:
                    hostlog.rotate(self._beside, 1, 2)
            self._notifier.alive(self._work())
            time.sleep(LOOK_SECONDS)

    def _is_needless(self, host: Host, now: float) -> bool:
        if self._beside is None:
            return False
        if host.clients or self._has_work():
            self._needed_at = now
        return now - self._needed_at >= self._alone_seconds

    def _has_work(self) -> bool:
        counts = self._engine.metrics()
        waiting = counts.queued + counts.scheduled + counts.running + counts.journal.waiting
        return bool(waiting or self._engine.schedules)

    def _work(self) -> str:
        counts = self._engine.metrics()
        return f"{self._engine.state}: {counts.running:,} running, {counts.queued:,} queued"

    def _end(self, host: Host, reason: str) -> int:
        session, engine = self._session, self._engine
        ledger = self._finishing.finish(reason, tells=self._beside is None)
        with farewell.recorded() as text:
            say(str(ledger))
            tell_kept(self._finishing.kept(ledger), ledger.kept, engine.journal.path)
            keep_and_tell(self._finishing.leftovers(ledger), session.folder, session.named)
        status = self._finishing.status(ledger, crashed=False)
        if self._beside is not None:
            farewell.leave(session.folder, status, text.getvalue())
        until = time.monotonic() + LINGER_SECONDS
        while host.clients and time.monotonic() < until:
            time.sleep(LOOK_SECONDS / 2)
        return status
