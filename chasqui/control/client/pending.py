"""A request that was sent, and the replies to it as they come."""

from __future__ import annotations

import queue
import time
from collections.abc import Callable, Iterator
from typing import Final, Generic, TypeVar

import msgspec

from chasqui.control.wire.messages import Reply, WireError
from chasqui.control.wire.parts import joined

Answer = TypeVar("Answer", bound=msgspec.Struct)

MOST: Final = 64 * 1024 * 1024
"""Bytes of an answer, and of what waits to be taken: a broken host must not fill this process."""


class Pending(Generic[Answer]):
    """A request under way. One thread takes its answer, by `result` or by `parts`, once.

    Args:
        kind: what the answer is.
        forget: is called when no more replies are wanted.
    """

    def __init__(self, kind: type[Answer], forget: Callable[[], None]) -> None:
        self._kind = kind
        self._forget = forget
        self._replies: queue.SimpleQueue[Reply | WireError] = queue.SimpleQueue()
        self._arrived = 0  # bytes of answers, counted by the thread that reads
        self._taken = 0  # of those, counted by the thread that takes them
        self.missed = 0
        """Of a stream: how many items the host left out, because they were taken too slowly."""

    def put(self, reply: Reply | WireError) -> None:
        """Add a reply, or what ends the connection. Only the thread that reads does it."""
        if isinstance(reply, Reply):
            self._arrived += len(reply.ok)
            if self._arrived - self._taken > MOST:
                self._forget()
                reply = WireError("internal", f"the host has sent over {MOST:,} bytes at once")
        self._replies.put(reply)

    def result(self, timeout: float | None = None) -> Answer:
        """Wait for the whole answer.

        Raises:
            WireError: the host has refused, has gone, or has not answered after these seconds.
        """
        return self._decoded(joined(self._bounded(timeout)))

    def parts(self, timeout: float | None = None) -> Iterator[Answer]:
        """Give each part of the answer as it comes, within so many seconds in all.

        Raises:
            WireError: as for `result`.
        """
        for part in self._raw(timeout):
            yield self._decoded(part)

    def _bounded(self, timeout: float | None) -> Iterator[bytes]:
        size = 0
        for part in self._raw(timeout):
            size += len(part)
            if size > MOST:
                raise WireError("internal", f"the host's answer has over {MOST:,} bytes")
            yield part

    def _raw(self, timeout: float | None) -> Iterator[bytes]:
        until = None if timeout is None else time.monotonic() + timeout
        try:
            while True:
                left = None if until is None else max(0.0, until - time.monotonic())
                reply = self._replies.get(timeout=left)
                if isinstance(reply, WireError):
                    # Each thread gets an exception of its own: they note where they were raised.
                    raise WireError(reply.kind, reply.message, reply.next, reply.problems)
                if reply.error is not None:
                    raise WireError.of(reply.error)
                if reply.event is not None:
                    self.missed += reply.missed
                    continue
                self._taken += len(reply.ok)
                yield bytes(reply.ok)
                if not reply.more:
                    return
        except queue.Empty:
            raise WireError(
                "gone",
                f"the host has not answered for {timeout:g} s",
                "it may be stopped or very busy; try again",
            ) from None
        finally:
            self._forget()

    def _decoded(self, data: bytes) -> Answer:
        try:
            return msgspec.json.decode(data, type=self._kind)
        except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
            raise WireError("internal", f"the host's answer was not understood: {error}") from None
