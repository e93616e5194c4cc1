"""A connection to a host without any care: bytes out, replies in."""

from __future__ import annotations

import json
import socket
import struct
import time
from pathlib import Path
from typing import Any

from chasqui.control.wire.frames import REPLY_BYTES, Splitter

WAIT = 10.0


class Talk:
    """A connection to a host; it says hello unless it is given no role."""

    def __init__(self, path: Path, role: str | None = "operate", **hello: Any) -> None:
        self.socket = connected(path)
        self._splitter, self._replies = Splitter(REPLY_BYTES), list[dict[str, Any]]()
        self._number = 0
        if role is not None:
            self.hello = self.ask("hello", client="test", role=role, **hello)

    def send(self, data: bytes) -> None:
        """Send bytes as they are."""
        self.socket.sendall(data)

    def say(self, verb: str, **args: Any) -> int:
        """Send a request and return its number."""
        self._number += 1
        self.send(framed({"id": self._number, "verb": verb, "args": args}))
        return self._number

    def ask(self, verb: str, **args: Any) -> Any:
        """Send a request, and return what it is answered, an error as it is."""
        return self.answer(self.say(verb, **args))

    def answer(self, number: int | None) -> Any:
        """Return the last part of the answer to a request."""
        while True:
            part = self.part()
            assert part is not None, "the host has ended the connection"
            if part.get("id") == number and not part.get("more"):
                return part.get("ok", part.get("error"))

    def part(self) -> Any:
        """Return the next frame; None when the host has ended the connection."""
        while not self._replies:
            try:
                data = self.socket.recv(65536)
            except ConnectionResetError:
                data = b""
            if not data:
                return None
            self._replies += [json.loads(one) for one in self._splitter.feed(data)]
        return self._replies.pop(0)

    def is_ended(self) -> bool:
        """Read until the host ends the connection; True unless it does not."""
        try:
            while self.part() is not None:
                pass
        except TimeoutError:
            return False
        return True

    def close(self) -> None:
        """Close it."""
        self.socket.close()

    def __enter__(self) -> Talk:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def connected(path: Path) -> socket.socket:
    """Connect, however many others do the same."""
    sock = socket.socket(socket.AF_UNIX)
    sock.settimeout(WAIT)
    until = time.monotonic() + WAIT
    while True:
        try:
            sock.connect(str(path))
        except BlockingIOError:  # the accept queue is full
            assert time.monotonic() < until
            time.sleep(0.01)
        else:
            return sock


def framed(value: Any) -> bytes:
    """Return a value as a frame."""
    data = json.dumps(value).encode()
    return struct.pack(">I", len(data)) + data
