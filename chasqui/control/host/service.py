"""The service: what the handlers of a host work with."""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from chasqui import loggers
from chasqui.control.host.aside import Aside
from chasqui.control.host.audit import Audit
from chasqui.control.host.connection import Connection
from chasqui.control.host.newer import Versions, WithVersions
from chasqui.control.host.readings import Readings
from chasqui.control.local import LocalPort
from chasqui.engine.engine import BaseEngine

log = loggers.named("chasqui.control.host")


class Loop(Protocol):
    """The thread that serves all clients, as its handlers know it."""

    @property
    def clients(self) -> int:
        """How many clients have said hello."""
        ...

    def post(self, call: Callable[[], object]) -> None:
        """Make a call on that thread, soon. Any thread, and a signal handler."""
        ...

    def later(self, seconds: float, call: Callable[[], object]) -> None:
        """Make a call on that thread after some seconds."""
        ...

    def dismiss(self, client: Connection, why: str) -> None:
        """End a connection, and say why in the log."""
        ...


@dataclass
class HostIdentity:
    """What a host says of itself."""

    name: str
    log: str = ""
    beside: bool = False
    started: float = field(default_factory=time.time)
    folder: str = field(default_factory=lambda: str(Path.cwd()))
    python: str = field(default_factory=platform.python_version)
    path: str = field(default_factory=lambda: os.environ.get("PATH", ""))


class Service:
    """An engine, and what a host has for all of its clients.

    Args:
        engine: what the clients look at and steer.
        port: to this engine.
        facts: what hello says of the host.
    """

    def __init__(self, engine: BaseEngine, port: LocalPort, facts: HostIdentity) -> None:
        self.engine = engine
        self.port = port
        self.facts = facts
        self.audit = Audit(engine.clock)
        self.looking = Aside("chasqui-host-looks", threads=2)
        versions = Versions(engine, self.looking.put)
        self.readings = Readings(WithVersions(port, versions), self._of_host)
        self.checking = Aside("chasqui-host-checks", threads=4)
        """For what looks at files: a disk that does not answer must hold up nothing else."""
        self.changing = Aside("chasqui-host-changes")
        """A single thread: changes are made in the order in which they were asked for."""
        self.is_loaded = False
        """Whether the task types are known without another import."""
        self.changed = float("-inf")
        """When something that any client had asked for was last changed."""
        self.loop: Loop
        """Set by the server."""

    def _of_host(self) -> dict[str, Any]:
        return {"clients": self.loop.clients, "change": self.audit.change}

    def load(self, then: Callable[[], object]) -> None:
        """Have the plugins imported aside, and then make a call on the server's thread."""

        def import_all() -> None:
            try:
                len(self.engine.types)
            except Exception as error:  # of a strict config: each request gets it again
                log.warning("the task types could not be loaded: %s", error)
            self.is_loaded = True
            self.loop.post(then)

        self.checking.put(import_all)

    def close(self) -> None:
        """Make no more calls aside."""
        self.looking.close()
        self.checking.close()
        self.changing.close()
