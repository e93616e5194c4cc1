"""Admission: who may connect to a host, and how many.

What is not admitted is told why and closed at once. When the process has no descriptor left, a
spare one is given up for a moment, so that a connection can be accepted and closed: else it would
be offered for ever, and the server's thread would never rest.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import socket
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from time import monotonic
from typing import Final

from chasqui.control.host.connection import Connection
from chasqui.control.host.quiet import QuietLog
from chasqui.control.sockets import brief
from chasqui.control.sockets.listening import Listener
from chasqui.control.sockets.peers import Peer, may_connect, peer_of
from chasqui.control.wire.messages import Kind, WireError, error_frame
from chasqui.control.wire.permanent import Role

CLIENTS: Final = 64
CLIENTS_OF_USER: Final = 16
BACK_OFF_SECONDS: Final = 0.02
ACCEPTED: Final = 64  # connections in a row, before clients are served
CROWD_SECONDS: Final = 0.02
"""For which those that connect should wait once one was turned away."""


def _refusal(kind: Kind, message: str, next: str) -> tuple[str, bytes]:
    return message, error_frame(None, WireError(kind, message, next))


FOREIGN: Final = _refusal("refused", "this host is another user's", "attach as that user")
FULL: Final = _refusal("busy", f"{CLIENTS} clients are connected", "close one of them")
FULL_OF_USER: Final = _refusal(
    "busy", f"{CLIENTS_OF_USER} clients of this user are connected", "close one of them"
)


class Admission:
    """Accepts connections, and counts those that are there. Only the server's thread uses it."""

    def __init__(self, log: QuietLog) -> None:
        self.turns_away = False
        """Whether some of the last arrivals were not admitted."""
        self._log = log
        self._of_user: Counter[int] = Counter()
        self._spare: int | None = None
        self._take_spare()

    def arrivals(self, listener: Listener, most: Role) -> Iterator[Connection]:
        """Give the clients that have come and are admitted."""
        refused: list[socket.socket] = []
        try:
            for _ in range(ACCEPTED):
                try:
                    sock = brief.accept(listener.socket)
                except BlockingIOError:
                    return
                except OSError as error:  # no descriptor is left, most of all
                    self._turn_away(listener, error)
                    return
                client = self._admitted(sock, most)
                if client is not None:
                    yield client
                else:
                    refused.append(sock)
        finally:
            self.turns_away = bool(refused)
            _close_together(refused)

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
            return None
        why_not = self._why_not(peer, most)
        if why_not is None:
            sock.setblocking(False)
            self._of_user[peer.uid] += 1
            return Connection(sock, peer, most, monotonic())
        reason, frame = why_not
        self._log.warning("uid %d, pid %d was turned away: %s", peer.uid, peer.pid, reason)
        with contextlib.suppress(OSError):  # it has left already, or does not read
            brief.send(sock, frame)
        return None

    def _why_not(self, peer: Peer, most: Role) -> tuple[str, bytes] | None:
        """Return why a peer is not admitted, in words and as the frame that says so."""
        # Into the socket for a group the file's mode lets only its members.
        if most == "operate" and not may_connect(peer):
            return FOREIGN
        if self._of_user.total() >= CLIENTS:
            return FULL
        return FULL_OF_USER if self._of_user[peer.uid] >= CLIENTS_OF_USER else None

    def _turn_away(self, listener: Listener, error: OSError) -> None:
        self._log.warning("a client was turned away: %s", error.strerror)
        if self._spare is None:
            time.sleep(BACK_OFF_SECONDS)  # the connection stays offered, and this would spin
            self._take_spare()
            return
        os.close(self._spare)
        self._spare = None
        with contextlib.suppress(OSError):
            brief.accept(listener.socket).close()
        self._take_spare()

    def _take_spare(self) -> None:
        with contextlib.suppress(OSError):
            self._spare = os.open(os.devnull, os.O_RDONLY | os.O_CLOEXEC)


def _close_together(sockets: Sequence[socket.socket]) -> None:
    """Close sockets, those with numbers in a row by one call.

    Beside busy threads each call waits for the GIL anew, and costs 40 us instead of 2.
    """
    numbers = sorted([one.detach() for one in sockets])
    for _, row in itertools.groupby(enumerate(numbers), lambda pair: pair[1] - pair[0]):
        run = [number for _, number in row]
        os.closerange(run[0], run[-1] + 1)
