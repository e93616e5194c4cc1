"""A connection to a host: requests by number, answered in any order, from any thread.

One thread of the client reads what arrives and hands each reply to its request, so a slow answer
delays no other. When the connection ends, every request under way and each later one raises a
`WireError` of the kind ``gone``.
"""

from __future__ import annotations

import contextlib
import itertools
import socket
import struct
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, TypeVar

import msgspec

from chasqui.control.client.connecting import connected
from chasqui.control.client.pending import Pending
from chasqui.control.client.strangers import harmless
from chasqui.control.client.unknown import plainer
from chasqui.control.sockets.peers import peer_of
from chasqui.control.sockets.users import us
from chasqui.control.wire.frames import REPLY_BYTES, REQUEST_BYTES, FrameError, Splitter
from chasqui.control.wire.messages import (
    PROTOCOL,
    Reply,
    WireError,
    decoded_reply,
    request_frame,
)
from chasqui.control.wire.permanent import Hello, HelloArgs, Role
from chasqui.control.wire.verbs import VERBS
from chasqui.version import VERSION

Answer = TypeVar("Answer", bound=msgspec.Struct)

CONNECT: Final = 5.0
"""Seconds to wait for a connection, and then for the host's hello."""
ANSWER: Final = 60.0
"""Seconds to wait for an answer, unless others are said: a host may be stopped, and stay so."""
SEND: Final = 30
"""Seconds after which a host that takes nothing counts as gone."""
_RECEIVE: Final = 256 * 1024
_JOIN: Final = 2.0


class Client:
    """A connection on which the host has said hello; see `connect`. Any thread."""

    hello: Hello

    def __init__(self, connection: socket.socket, path: Path) -> None:
        self.path = path
        self._socket = connection
        self._is_stranger = peer_of(connection).uid not in (us(), 0)
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()  # guards the two below
        self._waiting: dict[int, Pending[Any]] = {}
        self._lost: WireError | None = None
        self.lost_at: float | None = None
        """When the connection ended, by `time.monotonic`."""
        # Not the same as above: the reader must go on while a send waits for the host to read.
        self._sending = threading.Lock()
        self._again: dict[str, Any] = {}
        limit = struct.pack("ll", SEND, 0)
        with contextlib.suppress(OSError):  # then a send waits as long as the host lets it
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, limit)
        self._reader = threading.Thread(target=self._read, name="chasqui-client", daemon=True)
        self._reader.start()

    @classmethod
    def connect(
        cls,
        path: Path,
        *,
        client: str,
        role: Role = "operate",
        timeout: float | None = CONNECT,
        term: str = "",
    ) -> Client:
        """Connect to a host and say hello.

        Args:
            path: of its socket; see `finding`.
            client: what this is, for the host's list of clients.
            role: what it would like to be; ``hello.role`` is what the host grants.
            timeout: seconds for the connection, and again for the answer.
            term: the terminal, for the host's list of clients.

        Raises:
            WireError: no host is there, or it refuses; the kind says which.
            SocketUnusable: the folder of the socket is not safe.
        """
        seconds = CONNECT if timeout is None else timeout
        self = cls(connected(path, seconds), path)
        self._again = {"client": client, "role": role, "term": term}
        asked = HelloArgs(client=client, version=VERSION, role=role, term=term)
        try:
            hello = self._begin("hello", asked, Hello).result(seconds)
            # No file is read here because a stranger has named it.
            self.hello = msgspec.structs.replace(hello, log="") if self._is_stranger else hello
        except BaseException:
            self.close()
            raise
        return self

    def again(self) -> Client:
        """Connect once more to the same path, with the same role; see `connect`."""
        return Client.connect(self.path, **self._again)

    @property
    def lost(self) -> WireError | None:
        """Why the connection has ended; None while it has not."""
        return self._lost

    @property
    def speaks_alike(self) -> bool:
        """Whether the host speaks this protocol; otherwise it has only the permanent verbs."""
        return self.hello.protocol == PROTOCOL

    def ask(
        self,
        verb: str,
        args: msgspec.Struct | None,
        kind: type[Answer],
        timeout: float | None = ANSWER,
    ) -> Answer:
        """Ask, and wait for the whole answer; see `Pending.result`."""
        return self.begin(verb, args, kind).result(timeout)

    def begin(self, verb: str, args: msgspec.Struct | None, kind: type[Answer]) -> Pending[Answer]:
        """Send a request, and return what its answer can be had from.

        Raises:
            WireError: the host has gone, or speaks another version.
        """
        if not (self.speaks_alike or VERBS[verb].is_permanent):
            raise self._other_version(verb)
        return self._begin(verb, args, kind)

    def parts(
        self,
        verb: str,
        args: msgspec.Struct | None,
        kind: type[Answer],
        timeout: float | None = None,
    ) -> Iterator[Answer]:
        """Ask, and give each part of the answer as it comes; see `Pending.parts`."""
        return self.begin(verb, args, kind).parts(timeout)

    def close(self) -> None:
        """End the connection; requests under way raise."""
        self._lose(WireError("gone", "this side has closed the connection"))
        if threading.current_thread() is not self._reader:
            self._reader.join(_JOIN)

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _begin(self, verb: str, args: msgspec.Struct | None, kind: type[Answer]) -> Pending[Answer]:
        number = next(self._numbers)
        frame = request_frame(number, verb, args)
        if len(frame) > REQUEST_BYTES + 4:
            raise WireError(
                "invalid", f"a request of {len(frame):,} bytes; {REQUEST_BYTES:,} are the most"
            )
        pending: Pending[Answer] = Pending(kind, lambda: self._forget(number))
        with self._lock:
            lost = self._lost
            if lost is None:
                self._waiting[number] = pending
        if lost is not None:
            raise WireError(lost.kind, lost.message, lost.next)
        try:
            with self._sending:
                self._socket.sendall(frame)
        except OSError:
            # The reader may have got a last word that says why, so what it finds counts.
            self._reader.join(_JOIN)
            self._lose(WireError("gone", f"the host takes no requests any more ({verb})"))
        except BaseException:
            # Part of the frame may have gone out: what follows it would not be understood.
            self._lose(WireError("gone", "a request was interrupted while it was sent"))
            raise
        return pending

    def _read(self) -> None:
        splitter = Splitter(REPLY_BYTES)
        reason = WireError("gone", "the host has gone")
        try:
            while data := self._socket.recv(_RECEIVE):
                for frame in splitter.feed(data):
                    self._deliver(self._understood(frame))
        except FrameError as error:
            reason = WireError("gone", f"the host has sent {error}")
        except WireError as error:  # about the connection as a whole
            reason = error
        except OSError as error:
            reason = WireError("gone", f"the host has gone ({error.strerror})")
        self._lose(reason)

    def _deliver(self, reply: Reply) -> None:
        if reply.id is None:
            if reply.error is not None:
                raise WireError.of(reply.error)
            return
        with self._lock:
            pending = self._waiting.get(reply.id)
        if pending is None:  # it was given up
            return
        hello: Hello | None = getattr(self, "hello", None)  # none before the host has said it
        if reply.error is not None and hello is not None:
            error = plainer(reply.error, hello.version)
            reply = msgspec.structs.replace(reply, error=error)
        pending.put(reply)

    def _understood(self, frame: bytes) -> Reply:
        reply = decoded_reply(frame)
        if not self._is_stranger:
            return reply
        try:
            return harmless(reply)
        except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
            raise WireError("internal", f"the host sent what is no reply: {error}") from None

    def _forget(self, number: int) -> None:
        with self._lock:
            self._waiting.pop(number, None)

    def _lose(self, reason: WireError) -> None:
        with self._lock:
            if self._lost is not None:
                return
            self._lost, self.lost_at = reason, time.monotonic()
            waiting = list(self._waiting.values())
        for pending in waiting:
            pending.put(reason)
        with contextlib.suppress(OSError):  # the other side was first
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def _other_version(self, verb: str) -> WireError:
        host = self.hello
        mends = "start this side" if host.protocol > PROTOCOL else "restart the host"
        return WireError(
            "version",
            f"{verb} needs a host of the same protocol: the host has chasqui {host.version} with"
            f" protocol {host.protocol}, and this is chasqui {VERSION} with protocol {PROTOCOL}",
            f"{mends} with the newer version; status, drain and shutdown work all the same",
        )
