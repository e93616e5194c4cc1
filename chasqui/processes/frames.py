"""Frames: messages over a stream socket, each behind its length in four bytes."""

from __future__ import annotations

import array
import socket
import threading
from collections.abc import Sequence
from struct import Struct
from typing import Final

LENGTH: Final = Struct("!I")
AT_ONCE: Final = 256 * 1024  # bytes that are read in a call at most


class Frames:
    """One end of a stream. Any thread may send; a single thread receives."""

    def __init__(self, sock: socket.socket, most: int | None = None) -> None:
        self.socket = sock
        self._most = most
        """How many bytes a message from the other end has at most; a longer one is none."""
        self._sending = threading.Lock()
        self._read = b""

    def send(self, message: bytes, descriptors: Sequence[int] = ()) -> None:
        """Send a message, with descriptors beside it; raises OSError when the other end is gone."""
        data = LENGTH.pack(len(message)) + message
        with self._sending:
            if descriptors:
                passed = array.array("i", descriptors).tobytes()
                sent = self.socket.sendmsg([data], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, passed)])
                data = data[sent:]
            self.socket.sendall(data)

    def receive(self) -> bytes | None:
        """Wait for the next message; None at the end of the stream, or of all sense in it."""
        read = self._read
        while len(read) < LENGTH.size:
            if not (more := self._more()):
                return None
            read += more
        (length,) = LENGTH.unpack_from(read)
        end = LENGTH.size + length
        if len(read) < end:
            if self._most is not None and length > self._most:
                return None
            parts, had = [read], len(read)
            while had < end:
                if not (more := self._more()):
                    return None
                parts.append(more)
                had += len(more)
            read = b"".join(parts)
        self._read = read[end:]
        return read[LENGTH.size : end]

    def _more(self) -> bytes:
        try:
            return self.socket.recv(AT_ONCE)
        except OSError:  # reset, or shut down by another thread: the end in other words
            return b""
