"""Frames: messages over a stream socket, each behind its length in four bytes."""

from __future__ import annotations

import array
import socket
import threading
from collections.abc import Sequence
from struct import Struct
from typing import Final

LENGTH: Final = Struct("!I")
TIMEVAL: Final = Struct("@ll")  # seconds and microseconds
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

    def send_all(self, messages: Sequence[bytes]) -> None:
        """Send messages in one call; raises OSError when the other end is gone."""
        data = b"".join([part for one in messages for part in (LENGTH.pack(len(one)), one)])
        with self._sending:
            self.socket.sendall(data)

    def wait_at_most(self, seconds: float) -> None:
        """Wait for the next bytes no longer than this; 0: for ever."""
        whole = int(seconds)
        timeout = TIMEVAL.pack(whole, int((seconds - whole) * 1e6))
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, timeout)

    def receive(self) -> bytes | None:
        """Wait for the next message; None at the end of the stream, or of all sense in it.

        Raises:
            BlockingIOError: none has come in the time that this waits at most.
        """
        while len(self._read) < LENGTH.size:
            if not (more := self._more()):
                return None
            self._read += more
        read = self._read
        (length,) = LENGTH.unpack_from(read)
        end = LENGTH.size + length
        if len(read) < end:
            if self._most is not None and length > self._most:
                return None
            parts, had = [read], len(read)
            try:
                while had < end:
                    if not (more := self._more()):
                        return None
                    parts.append(more)
                    had += len(more)
            finally:
                self._read = read = b"".join(parts)
        self._read = read[end:]
        return read[LENGTH.size : end]

    def _more(self) -> bytes:
        try:
            return self.socket.recv(AT_ONCE)
        except BlockingIOError:
            raise
        except OSError:  # reset, or shut down by another thread: the end in other words
            return b""
