"""Connections: to judged addresses only, and patient no longer than the task is.

A blocked read wakes every `SLICE` seconds to look whether the task should stop, so neither a silent
server nor one that sends a byte now and then holds a worker longer than it may. Connecting and the
TLS handshake cannot be woken; they take at most `CONNECT` seconds each.

One `Wire` belongs to one thread. What it connects stays open between tasks, so the task it waits
for is attached for the time of that task only.
"""

from __future__ import annotations

import re
import ssl
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final

import httpcore

from chasqui import Context
from chasqui_http.addresses import resolve
from chasqui_http.errors import HttpFailed

SLICE: Final = 0.25  # seconds: soon enough for a person who waits for a cancel
CONNECT: Final = 10.0  # seconds
END_OF_HEAD: Final = re.compile(rb"\n\r?\n")
EMPTY_LINE: Final = (b"\n\r\n", b"\n\n")
LEAST: Final = 0.001  # seconds: a timeout of 0 would mean "do not block" instead


class Watch:
    """How long a task may wait: its own patience of ``timeout`` seconds, and its time limit."""

    def __init__(self, ctx: Context, timeout: float) -> None:
        self._ctx = ctx
        self._timeout = timeout
        self.renew()

    def renew(self) -> None:
        """Let the patience begin anew."""
        self._until = time.monotonic() + self._timeout

    def look(self) -> None:
        """Leave the task if it should stop.

        Raises:
            Cancelled, TimeLimit: as `Context.raise_if_cancelled`.
            HttpFailed: the patience is at its end.
        """
        self._ctx.raise_if_cancelled()
        if time.monotonic() >= self._until:
            raise HttpFailed("timeout", f"no answer within {self._timeout:g} s")

    def left(self) -> float:
        """Return for how many seconds a wait may block."""
        deadline = self._ctx.deadline
        until = self._until if deadline is None else min(self._until, deadline)
        return max(LEAST, until - time.monotonic())


class Wire(httpcore.NetworkBackend):
    """Connects as `resolve` allows, for the task whose watch is attached."""

    def __init__(self, *, allow_private: bool) -> None:
        self._allow_private = allow_private
        self._backend = httpcore.SyncBackend()
        self._watch: Watch | None = None
        self.connections = 0
        """How many connections were made."""
        self.reads = 0
        """How many reads brought something."""
        self.ended = False
        """Whether the last read found the connection closed by the server."""

    @property
    def watch(self) -> Watch:
        """The watch of the task that is served now."""
        assert self._watch is not None, "nothing is read or connected but for a task"
        return self._watch

    @contextmanager
    def watched(self, watch: Watch) -> Iterator[None]:
        """Serve a task."""
        self._watch = watch
        try:
            yield
        finally:
            self._watch = None  # an idle connection must not keep a finished task alive

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the first address of a host that answers; raises HttpFailed if none does."""
        addresses = resolve(host, port, allow_private=self._allow_private)
        why: Exception | None = None
        for tried, address in enumerate(addresses):
            self.watch.look()
            # A silent address must leave time for those behind it.
            patience = min(CONNECT, self.watch.left() / (len(addresses) - tried))
            try:
                stream = self._backend.connect_tcp(
                    address, port, patience, local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                why = error
                continue
            self.connections += 1
            return Stream(stream, self)
        self.watch.look()
        where = f"{host} port {port}"
        if isinstance(why, httpcore.ConnectTimeout):
            raise HttpFailed("timeout", f"{where} does not answer") from why
        raise HttpFailed("connection", f"no connection to {where}: {said(why)}") from why


class Stream(httpcore.NetworkStream):
    """One connection, waiting in slices, that gives no more of an answer than belongs to it.

    What is read goes to the reader of HTTP up to the end of the head, then up to the length that
    the head has announced. What has come beyond stays here: nothing can belong to it, for one
    request is sent at a time.
    """

    def __init__(self, stream: httpcore.NetworkStream, wire: Wire) -> None:
        self._stream = stream
        self._wire = wire
        self._ahead = b""
        self._head: bytes | None = b""
        """The last bytes of a head that has not ended; None behind it."""
        self._left: int | None = None
        """How many bytes of the body are still to come, if that was announced."""
        self._tail = b""
        """The last bytes of a body whose length was not announced."""

    def expect(self, length: int | None) -> None:
        """Give no more than so many bytes from here on; the head has been read."""
        self._head = None
        self._left = length

    @property
    def beyond(self) -> bool:
        """Whether more has come than the answer's head announced."""
        return self._left == 0 and bool(self._ahead)

    def look_beyond(self) -> None:
        """See whether more has come; waits for nothing."""
        if self._left == 0 and not self._ahead and self._stream.get_extra_info("is_readable"):
            # A connection that breaks here has brought all of its answer.
            with suppress(httpcore.ReadTimeout, httpcore.ReadError):
                self._ahead = self._stream.read(1, LEAST)

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        data, self._ahead = self._ahead or self._received(max_bytes), b""
        end = self._end_of_what_belongs(data)
        if end < len(data):
            data, self._ahead = data[:end], data[end:]
        return data

    def _received(self, max_bytes: int) -> bytes:
        while True:
            watch = self._wire.watch
            watch.look()
            try:
                data = self._stream.read(max_bytes, min(SLICE, watch.left()))
            except httpcore.ReadTimeout:
                continue
            self._wire.reads += bool(data)
            self._wire.ended = not data
            return data

    def _end_of_what_belongs(self, data: bytes) -> int:
        if self._head is not None:
            seen = self._head + data
            found = END_OF_HEAD.search(seen)
            # Behind an interim answer (1xx) another head follows.
            self._head = b"" if found else seen[-3:]
            return found.end() - len(seen) + len(data) if found else len(data)
        if self._left is None:
            self._tail = (self._tail + data)[-3:]
            return len(data)
        end = min(self._left, len(data))
        self._left -= end
        return end

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        # Requests have no body, so a write that blocks is a server that takes not even a header.
        self._head, self._left, self._tail = b"", None, b""
        try:
            self._stream.write(buffer, min(CONNECT, self._wire.watch.left()))
        except httpcore.WriteTimeout as error:
            self._wire.watch.look()
            raise HttpFailed("timeout", "the server does not take the request") from error

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        patience = min(CONNECT, self._wire.watch.left())
        try:
            return Stream(
                self._stream.start_tls(ssl_context, server_hostname, patience), self._wire
            )
        except httpcore.ConnectTimeout as error:
            self._wire.watch.look()
            raise HttpFailed("timeout", f"no TLS handshake with {server_hostname}") from error
        except (httpcore.ConnectError, ValueError) as error:
            # ValueError: the host's name is one that no certificate can have.
            raise HttpFailed("tls", f"no TLS with {server_hostname}: {said(error)}") from error

    def close(self) -> None:
        self._stream.close()

    def get_extra_info(self, info: str) -> Any:
        # What lies there belongs to no request. Chunks end with an empty line; a reader that was
        # given more than that still holds it. Such a connection is not used again.
        spoiled = self._tail and not self._tail.endswith(EMPTY_LINE)
        if info == "is_readable" and (self._ahead or spoiled):
            return True
        return self._stream.get_extra_info(info)


def said(error: BaseException | None) -> str:
    """Return the system's own words for why a connection failed."""
    cause = error
    if error is not None and error.args and isinstance(error.args[0], OSError):
        cause = error.args[0]  # httpcore wraps what the system raised
    if isinstance(cause, ssl.SSLCertVerificationError):
        return cause.verify_message
    if isinstance(cause, ssl.SSLError):
        return (cause.reason or str(cause)).replace("_", " ").lower()
    if isinstance(cause, OSError) and cause.strerror:
        return cause.strerror
    return str(cause) or type(cause).__name__
