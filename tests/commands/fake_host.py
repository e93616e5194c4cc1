"""A host that says what a test has it say, over a real socket of this user."""

from __future__ import annotations

import contextlib
import os
import socket
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import msgspec

from chasqui.control.wire.frames import REQUEST_BYTES, Splitter
from chasqui.control.wire.messages import (
    Request,
    WireError,
    answer_frame,
    decoded_request,
    error_frame,
)

Answer = dict[str, Any] | WireError | list[dict[str, Any]] | None
Handler = Callable[[dict[str, Any]], Answer]

HELLO = {
    "host": "default",
    "version": "0.1.0",
    "protocol": 1,
    "engine": "default",
    "pid": os.getpid(),
    "started": 0.0,
    "role": "operate",
    "caps": {},
}


class FakeHost:
    """Answers each verb as its handler does; a list goes out in parts, None ends the connection.

    Args:
        path: where its socket is.
    """

    def __init__(self, path: Path, **handlers: Handler) -> None:
        self.handlers: dict[str, Handler] = {"hello": lambda _: HELLO, **handlers}
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self._connections: list[socket.socket] = []
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(path))
        self._listener.listen()
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()

    def drop(self) -> None:
        """End the connections there are, as a host that dies does."""
        for connection in self._connections:
            with contextlib.suppress(OSError):  # the client was quicker
                connection.shutdown(socket.SHUT_RDWR)

    def verbs(self) -> list[str]:
        """The verbs that were asked, in order."""
        return [verb for verb, _ in self.asked]

    def _accept(self) -> None:
        serving: list[threading.Thread] = []
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                break
            self._connections.append(connection)
            serving.append(threading.Thread(target=self._serve, args=(connection,), daemon=True))
            serving[-1].start()
        for one in serving:
            one.join()

    def _serve(self, connection: socket.socket) -> None:
        splitter = Splitter(REQUEST_BYTES)
        # A client that has not read all of its answers resets the connection.
        with connection, contextlib.suppress(ConnectionError):
            while data := connection.recv(1 << 16):
                for frame in splitter.feed(data):
                    request = decoded_request(frame)
                    frames = list(self._answer(request))
                    if not frames:
                        return
                    for one in frames:
                        connection.sendall(one)

    def _answer(self, request: Request) -> Iterable[bytes]:
        args = msgspec.json.decode(request.args)
        self.asked.append((request.verb, args))
        handler = self.handlers.get(request.verb)
        if handler is None:
            yield error_frame(request.id, WireError("unknown_verb", f"no verb {request.verb}"))
            return
        answer = handler(args)
        if answer is None:
            return
        if isinstance(answer, WireError):
            yield error_frame(request.id, answer)
            return
        parts = answer if isinstance(answer, list) else [answer]
        for at, part in enumerate(parts, 1):
            yield answer_frame(request.id, msgspec.json.encode(part), more=at < len(parts))
