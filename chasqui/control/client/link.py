"""A connection that is made again when the host has gone: at once, then less and less often.

There is no thread for it. Whoever asks for the client has it made when its time has come, and until
then is told that the host has gone, without waiting.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Final

from chasqui.control.client.client import Client
from chasqui.control.wire.messages import HostGone, WireError
from chasqui.errors import SocketUnusable

PAUSES: Final = (0.2, 0.5, 1.0, 2.0, 5.0)
"""Seconds between two attempts; the last goes on."""


class Link:
    """The connection to a host, or the next one. Any thread.

    Args:
        client: the first connection.
        clock: as `time.monotonic`.
    """

    def __init__(self, client: Client, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._connecting = threading.Lock()  # held by the one thread that makes a connection
        self._client = client
        self._tried = 0
        self._gone_at: float | None = None
        self._next = 0.0

    @property
    def last(self) -> Client:
        """The last connection, whether or not the host has gone."""
        return self._client

    @property
    def gone_for(self) -> float | None:
        """For how many seconds the host has been gone; None while it is there."""
        if self._client.lost is None:
            return None
        return self._clock() - (self._gone_at if self._gone_at is not None else self._clock())

    def client(self) -> Client:
        """Return a connection.

        Raises:
            WireError: the host has gone, and it is not time to try again, or that failed.
            SocketUnusable: the folder of the socket is not safe any more.
        """
        client = self._client
        lost = client.lost
        if lost is None:
            return client
        if not self._connecting.acquire(blocking=False):
            raise self.gone(lost)
        try:
            if self._client is not client:
                return self._client
            return self._again(client, lost)
        finally:
            self._connecting.release()

    def close(self) -> None:
        """End the connection."""
        self._client.close()

    def _again(self, client: Client, lost: WireError) -> Client:
        now = self._clock()
        if self._gone_at is None:
            self._gone_at = now
            self._next = now + PAUSES[0]
        if now < self._next:
            raise self.gone(lost)
        self._tried += 1
        self._next = now + PAUSES[min(self._tried, len(PAUSES) - 1)]
        try:
            again = client.again()
        except (WireError, SocketUnusable):
            raise self.gone(lost) from None
        self._client, self._gone_at, self._tried = again, None, 0
        return again

    def gone(self, lost: WireError) -> HostGone:
        """Return what to raise while the host is gone."""
        return HostGone(lost.message, self.gone_for or 0.0)
