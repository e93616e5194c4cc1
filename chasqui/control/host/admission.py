"""Admission: who may connect to a host, and how many.

What is not admitted is told why and closed at once. When the process has no descriptor left, a
spare one is given up for a moment, so that a connection can be accepted and closed: else it would
be offered for ever, and the server's thread would never rest.
"""

from __future__ import annotations

import contextlib
import os
import socket
import time
from collections import Counter
from collections.abc import Iterator
from time import monotonic
from typing import Final

from chasqui.control.host.connection import Connection
from chasqui.control.host.quiet import QuietLog
from chasqui.control.sockets.listening import Listener
from chasqui.control.sockets.peers import Peer, may_connect, peer_of
from chasqui.control.wire.messages import WireError, error_frame
from chasqui.control.wire.permanent import Role

CLIENTS: Final = 64
CLIENTS_OF_USER: Final = 16
BACK_OFF_SECONDS: Final = 0.02
ACCEPTED: Final = 64  # connections in a row, before clients are served


class Admission:
    """Accepts connections, and counts those that are there. Only the server's thread uses it."""

    def __init__(self, log: QuietLog) -> None:
        self._log = log
        self._of_user: Counter[int] = Counter()
        self._spare: int | None = None
        self._take_spare()

    def arrivals(self, listener: Listener, most: Role) -> Iterator[Connection]:
        """Give the clients that have come and are admitted."""
        for _ in range(ACCEPTED):
            try:
                sock, _ = listener.socket.accept()
            except BlockingIOError:
                return
            except OSError as error:  # no descriptor is left, most of all
                self._turn_away(listener, error)
                return
            sock.setblocking(False)
            client = self._admitted(sock, most)
            if client is not None:
                yield client

    def leaves(self, client: Connection) -> None:
        """Take note that a client is there no more."""
        self._of_user[client.peer.uid] -= 1

    def close(self) -> None:
        """Free the spare descriptor."""
        if self._spare is not None:
            os.close(self._spare)
            self._spare = None

    def _admitted(self, sock: socket.socket, most: Role) -> Connection | None:
        try:
            peer = peer_of(sock)
        except OSError:
            sock.close()
            return None
        error = self._why_not(peer, most)
        if error is None:
            self._of_user[peer.uid] += 1
            return Connection(sock, peer, most, monotonic())
        self._log.warning("uid %d, pid %d was turned away: %s", peer.uid, peer.pid, error.message)
        with contextlib.suppress(OSError):  # it has left already, or does not read
            sock.send(error_frame(None, error))
        sock.close()
        return None

    def _why_not(self, peer: Peer, most: Role) -> WireError | None:
        # Into the socket for a group the file's mode lets only its members.
        if most == "operate" and not may_connect(peer):
            return WireError("refused", "this host is another user's", "attach as that user")
        if self._of_user.total() >= CLIENTS:
            return WireError("busy", f"{CLIENTS} clients are connected", "close one of them")
        if self._of_user[peer.uid] >= CLIENTS_OF_USER:
            text = f"{CLIENTS_OF_USER} clients of this user are connected"
            return WireError("busy", text, "close one of them")
        return None

    def _turn_away(self, listener: Listener, error: OSError) -> None:
        self._log.warning("a client was turned away: %s", error.strerror)
        if self._spare is None:
            time.sleep(BACK_OFF_SECONDS)  # the connection stays offered, and this would spin
            self._take_spare()
            return
        os.close(self._spare)
        self._spare = None
        with contextlib.suppress(OSError):
            listener.socket.accept()[0].close()
        self._take_spare()

    def _take_spare(self) -> None:
        with contextlib.suppress(OSError):
            self._spare = os.open(os.devnull, os.O_RDONLY | os.O_CLOEXEC)
