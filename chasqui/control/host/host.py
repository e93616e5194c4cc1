"""A host: an engine, the sockets under which it can be found, and the thread that serves clients.

It ends with `close`, or by itself some moments after its engine has stopped, so that consoles see
the ledger of the shutdown that they asked for.
"""

from __future__ import annotations

import atexit
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from chasqui.control.host.server import Server
from chasqui.control.host.service import HostIdentity, Service
from chasqui.control.local import LocalPort
from chasqui.control.sockets import forked
from chasqui.control.sockets.group import observers_of
from chasqui.control.sockets.listening import Listener
from chasqui.control.sockets.place import socket_of
from chasqui.control.wire.permanent import Role
from chasqui.engine.engine import BaseEngine
from chasqui.engine.journal.served import name_socket

CLOSE_SECONDS: Final = 1.0
"""For the last answers to be sent."""
LINGER_SECONDS: Final = 2.0
"""How long consoles can look at an engine that has stopped."""


class Host:
    """Makes an engine attachable, from now on until `close`.

    Args:
        engine: what the clients look at and steer.
        name: under which it is found; None: the engine's.
        config: the engine's config file, which is part of what it is found by.
        port: to this engine; None: a plain one.
        observers: a group whose members may look, over a socket of their own; empty: none.
        observers_folder: where that socket lies; empty: in a folder that is made for it.
        log: the file of the host's log, for clients to look at.
        beside: whether a console has started this host for itself.

    Raises:
        AlreadyHosted: another process hosts an engine of this name and config.
        SocketUnusable: its socket cannot be made safely.
        ConfigError: there is no such group.
    """

    def __init__(
        self,
        engine: BaseEngine,
        *,
        name: str | None = None,
        config: Path | None = None,
        port: LocalPort | None = None,
        observers: str = "",
        observers_folder: str = "",
        log: str = "",
        beside: bool = False,
    ) -> None:
        self.engine = engine
        self.name = engine.name if name is None else name
        self.path = socket_of(self.name, config)
        """The path of the socket."""
        others = observers_of(self.name, config, group=observers, folder=observers_folder)
        self.observers_path = None if others is None else others[0]
        """The path of the socket of the group that may look; None: there is none."""
        with ExitStack() as undo:
            own = undo.enter_context(Listener(self.path))
            listeners: list[tuple[Listener, Role]] = [(own, "operate")]
            if others is not None:
                path, group = others
                other = undo.enter_context(Listener(path, group=group))
                listeners.append((other, "observe"))
            facts = HostIdentity(self.name, log=log, beside=beside)
            self._service = Service(engine, port or LocalPort(engine), facts)
            self._server = Server(self._service, listeners)
            self._server.start()
            undo.pop_all()
        name_socket(engine, str(self.path))
        self._listeners: Sequence[Listener] = [one for one, _ in listeners]
        self._is_closed = False
        forked.watch(self)
        atexit.register(self.close, 0.2)

    @property
    def clients(self) -> int:
        """How many clients have said hello."""
        return self._server.clients

    def close(self, timeout: float = CLOSE_SECONDS) -> None:
        """Serve no more; without effect when it is closed."""
        if self._is_closed:
            return
        self._is_closed = True
        atexit.unregister(self.close)
        name_socket(self.engine, "")
        for listener in self._listeners:
            listener.close()
        self._server.close(timeout)
        self._service.close()

    def close_soon(self) -> None:
        """Close, but let consoles that are attached see how it ended first."""
        if self.clients:
            self._server.post(lambda: self._server.later(LINGER_SECONDS, self.close))
        else:
            self.close()

    def forked(self) -> None:
        """Close the child's copies: the parent serves."""
        self._is_closed = True
        self._server.forked()
