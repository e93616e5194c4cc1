"""Hosts that a test has started, in the runtime folder that it was given."""

from __future__ import annotations

import contextlib
import os
import signal

from chasqui.control.client.finding import hosts_alive
from chasqui.errors import SocketUnusable


def kill_hosts() -> None:
    """End the hosts that consoles of this test have started, which outlive their consoles."""
    try:
        hosts = hosts_alive()
    except SocketUnusable:  # a test made that folder unsafe, so no host is in it
        return
    for found in hosts:
        if found.pid and found.pid != os.getpid():
            with contextlib.suppress(ProcessLookupError):
                os.kill(found.pid, signal.SIGKILL)
