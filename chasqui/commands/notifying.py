"""Telling a service manager how a host is: the protocol of `sd_notify`, with the standard library.

It is spoken when NOTIFY_SOCKET is set, as systemd sets it for a unit with ``Type=notify``. The
variable is removed, so that processes that tasks start do not speak for the host. A message that
cannot be sent is dropped: the host works the same without its manager.
"""

from __future__ import annotations

import contextlib
import os
import socket
import time
from collections.abc import Callable, MutableMapping
from typing import Final

STATUS_SECONDS: Final = 5.0
"""How often the line that ``systemctl status`` shows is sent anew, at most."""


class Notifier:
    """Speaks to the manager that these variables of the environment name, if they name one."""

    def __init__(
        self,
        environment: MutableMapping[str, str],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._clock = clock
        address = environment.pop("NOTIFY_SOCKET", "")
        watch = environment.pop("WATCHDOG_USEC", "")
        watched = environment.pop("WATCHDOG_PID", "") or str(os.getpid())
        # A name that begins with @ is no path but an abstract one, whose first byte is zero.
        self._address = f"\0{address[1:]}" if address.startswith("@") else address
        self._every: float | None = None
        """Seconds between two signs of life; None: the manager does not ask for them."""
        if watch.isdigit() and int(watch) and watched == str(os.getpid()):
            self._every = int(watch) / 2_000_000  # half of the time after which it is killed
        self._pinged = self._told = clock()
        self._status = ""

    def ready(self, status: str) -> None:
        """Say that the host can be used now."""
        self._status = status
        self._send(f"READY=1\nMAINPID={os.getpid()}\nSTATUS={status}")

    def alive(self, status: str) -> None:
        """Say what the host does, and that it lives; to be called often, it sends when due."""
        now = self._clock()
        if self._every is not None and now - self._pinged >= self._every:
            self._pinged = now
            self._send("WATCHDOG=1")
        if status != self._status and now - self._told >= STATUS_SECONDS:
            self._told, self._status = now, status
            self._send(f"STATUS={status}")

    def stopping(self) -> None:
        """Say that the host is ending."""
        self._send("STOPPING=1\nSTATUS=stopping")

    def _send(self, message: str) -> None:
        if not self._address:
            return
        with (
            contextlib.suppress(OSError),
            socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as end,
        ):
            end.setblocking(False)
            end.sendto(message.encode(), self._address)
