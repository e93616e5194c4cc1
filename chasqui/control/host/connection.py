"""A client of a host: what it has sent and not been answered, and what it has not read yet."""

from __future__ import annotations

import select
import socket
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from time import monotonic
from typing import Final

import msgspec

from chasqui.control.host.allowance import Allowance
from chasqui.control.sockets.peers import Peer
from chasqui.control.wire.frames import REQUEST_BYTES, Splitter
from chasqui.control.wire.messages import WireError, answer_frame, error_frame, gap_frame
from chasqui.control.wire.parts import split
from chasqui.control.wire.permanent import Role
from chasqui.pool.task import Task

READ_BYTES: Final = 256 * 1024
UNSENT_BYTES: Final = 256 * 1024
"""Beyond it nothing more is read from a client until it has read."""
PIPELINED: Final = 8
"""Requests of a client that may be unanswered at once."""


_LEFT: Final = getattr(select, "POLLRDHUP", 0)  # the end of both directions is always reported


class Connection:
    """One client. Only the server's thread uses it.

    Args:
        sock: connected, and not blocking.
        peer: who is at the other end.
        most: the role that this socket grants at most.
        now: the time.
    """

    def __init__(self, sock: socket.socket, peer: Peer, most: Role, now: float) -> None:
        self.socket = sock
        self.peer = peer
        self.most = most
        self.role: Role | None = None
        """What hello has granted; None before it."""
        self.protocol: int | None = None
        self.client = ""
        self.opened = self.heard = self.moved = now
        """When it began, when it last sent anything, when it last read anything."""
        self.open: dict[int, Callable[[], object] | None] = {}
        """The requests that are not answered, each with what ends its work."""
        self.kept: dict[int, Task] = {}
        """Tasks that it has submitted to await them."""
        self.changed = float("-inf")
        """When something that it had asked for was last changed."""
        self.is_closed = False
        self._splitter = Splitter(REQUEST_BYTES)
        self._waiting: deque[bytes] = deque()  # requests read, and not handled yet
        self._out: deque[bytes] = deque()
        self._unsent = 0
        self.allowance = Allowance(now)
        self.rests = False
        """Whether nothing is read from it for a moment, since it asked too much."""
        self.is_held = False
        """Whether a request of it waits for room: until then its next ones are not read."""

    def __str__(self) -> str:
        who = f" {self.client}" if self.client else ""
        return f"client{who} (uid {self.peer.uid}, pid {self.peer.pid})"

    # In

    def receive(self) -> bool:
        """Read what has arrived; False at the end of what it sends.

        Raises:
            OSError: the connection is broken.
            FrameError: it is no frame.
        """
        try:
            data = self.socket.recv(READ_BYTES)
        except (BlockingIOError, InterruptedError):
            return True
        for frame in self._splitter.feed(data):
            self._waiting.append(frame)
        return bool(data)

    def requests(self) -> Iterator[bytes]:
        """Give the requests that may be handled now."""
        while self._waiting and self.may_ask:
            yield self._waiting.popleft()

    @property
    def may_ask(self) -> bool:
        """Whether another request of it is handled now."""
        if self.is_closed or self.rests or self.is_held:
            return False
        return len(self.open) < PIPELINED and self._unsent < UNSENT_BYTES

    @property
    def has_asked(self) -> bool:
        """Whether requests wait to be handled."""
        return bool(self._waiting)

    @property
    def is_cut_off(self) -> bool:
        """Whether it has sent the beginning of a frame only."""
        return self._splitter.is_within

    @property
    def has_left(self) -> bool:
        """Whether the other end is closed, even while nothing is read from it."""
        looking = select.poll()
        looking.register(self.socket, _LEFT)
        return bool(looking.poll(0))

    # Out

    @property
    def unsent(self) -> int:
        """Bytes that it has not read."""
        return self._unsent

    def answer(self, id: int, ok: bytes | msgspec.Struct, *, more: bool = False) -> None:
        """Answer a request; with ``more``, in part."""
        data = ok if isinstance(ok, bytes) else msgspec.json.encode(ok)
        self.answer_parts(id, tuple(split(data)), more=more)

    def answer_parts(self, id: int, parts: Sequence[bytes], *, more: bool = False) -> None:
        """Answer a request with an answer that is split already."""
        *firsts, last = parts
        for part in firsts:
            self._put(answer_frame(id, part, more=True))
        self._put(answer_frame(id, last, more=more))
        if not more:
            self.open.pop(id, None)

    def refuse(self, id: int | None, error: WireError) -> None:
        """Answer a request with an error."""
        self._put(error_frame(id, error))
        if id is not None:
            self.open.pop(id, None)

    def gap(self, id: int, missed: int) -> None:
        """Say how many items of a stream were left out."""
        self._put(gap_frame(id, missed))

    def _put(self, frame: bytes) -> None:
        if not self.is_closed:
            if not self._unsent:
                self.moved = monotonic()  # from now on there is something to read
            self._out.append(frame)
            self._unsent += len(frame)

    def send(self, now: float) -> None:
        """Send what the client takes now.

        Raises:
            OSError: the connection is broken.
        """
        while self._out:
            data = self._out[0] if len(self._out) == 1 else b"".join(self._out)
            try:
                sent = self.socket.send(data)
            except (BlockingIOError, InterruptedError):
                sent = 0
            self._unsent -= sent
            self._out.clear()
            if sent < len(data):
                self._out.append(data[sent:])
            if sent:
                self.moved = now
            if sent < len(data):
                return
        self.moved = now

    def close(self) -> None:
        """End it, and all that it waits for."""
        if self.is_closed:
            return
        self.is_closed = True
        for stop in list(self.open.values()):
            if stop is not None:
                stop()
        self.open.clear()
        self.kept.clear()
        self.socket.close()
