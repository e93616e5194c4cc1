"""A host that does what a test says, step by step, at the other end of a real socket."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from chasqui.control.client.client import Client
from chasqui.control.port import Capabilities
from chasqui.control.sockets.listening import Listener
from chasqui.control.wire.frames import REQUEST_BYTES, Splitter
from chasqui.control.wire.messages import (
    PROTOCOL,
    Request,
    WireError,
    answer_frame,
    decoded_request,
    error_frame,
)
from chasqui.control.wire.permanent import Hello

HELLO = Hello(
    host="default",
    version="0.2.0",
    protocol=PROTOCOL,
    engine="default",
    pid=os.getpid(),
    started=0.0,
    role="operate",
    caps=Capabilities(),
)
SECONDS = 10.0
T = TypeVar("T")


class Scripted:
    """The host's end of a connection."""

    def __init__(self, connection: socket.socket) -> None:
        connection.settimeout(SECONDS)
        self.socket = connection
        self._splitter = Splitter(REQUEST_BYTES)
        self._held: list[Request] = []

    def asked(self) -> Request:
        """Wait for the next request."""
        while not self._held:
            data = self.socket.recv(1 << 16)
            assert data, "the client has gone"
            self._held += [decoded_request(frame) for frame in self._splitter.feed(data)]
        return self._held.pop(0)

    def answer(self, request: Request, answer: Any, *, more: bool = False) -> None:
        """Answer a request, or a part of it."""
        self.socket.sendall(answer_frame(request.id, msgspec.json.encode(answer), more=more))

    def refuse(self, request: Request | None, error: WireError) -> None:
        """Refuse a request, or the connection."""
        self.socket.sendall(error_frame(None if request is None else request.id, error))

    def args(self, request: Request) -> Any:
        """Return the arguments of a request."""
        return msgspec.json.decode(request.args)


def accepted(listener: Listener, hello: Hello | WireError | None = HELLO) -> Scripted:
    """Accept the next connection and answer its hello."""
    listener.socket.settimeout(SECONDS)
    host = Scripted(listener.socket.accept()[0])
    request = host.asked()
    assert "hello" == request.verb
    if isinstance(hello, WireError):
        host.refuse(request, hello)
    elif hello is not None:
        host.answer(request, hello)
    return host


@contextmanager
def served(
    path: Path, hello: Hello = HELLO, **connect: Any
) -> Iterator[tuple[Client, Scripted, Listener]]:
    """Return a client, the host's end of its connection, and where the host listens."""
    with Listener(path) as listener:
        hosts: list[Scripted] = []
        accepting = threading.Thread(target=lambda: hosts.append(accepted(listener, hello)))
        accepting.start()
        try:
            client = Client.connect(path, client="test", **connect)
        finally:
            accepting.join()
        with client, hosts[0].socket:
            yield client, hosts[0], listener


def during(call: Callable[[], T], answer: Callable[[], object]) -> T:
    """Call the port on a thread, and answer meanwhile."""
    got: list[Any] = []

    def run() -> None:
        try:
            got.append(call())
        except WireError as error:
            got.append(error)

    calling = threading.Thread(target=run)
    calling.start()
    try:
        answer()
    finally:
        calling.join()
    if isinstance(got[0], WireError):
        raise got[0]
    result: T = got[0]
    return result
