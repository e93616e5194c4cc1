"""Connecting to the socket of a host, and what to say when that is not possible.

The socket must lie in a folder of this user alone. Only the socket that a user has opened to a
group, which is known by its name, lies in a folder of that user's.
"""

from __future__ import annotations

import errno
import socket
import time
from pathlib import Path
from typing import Final

from chasqui.control.sockets.place import OBSERVED, connectable, name_in
from chasqui.control.wire.messages import WireError

START: Final = "`chasqui-tui serve` starts one; `chasqui-tui hosts` lists those that run"

_PAUSE: Final = 0.02
_ABSENT: Final = (errno.ENOENT, errno.ECONNREFUSED, errno.ENOTDIR, errno.ENOTSOCK, errno.ECONNRESET)


def connected(path: Path, timeout: float) -> socket.socket:
    """Return a connection to a host.

    Args:
        path: of its socket.
        timeout: seconds to wait for room in the host's accept queue.

    Raises:
        WireError: nothing listens there (kind ``gone``), or this user may not connect.
        SocketUnusable: the folder is not safe, or the path too long.
    """
    if not path.stem.endswith(OBSERVED) and not connectable(path):
        raise no_host(path)
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    until = time.monotonic() + timeout
    try:
        # A full accept queue is told at once, as EAGAIN, unless connecting blocks without a limit.
        connection.setblocking(False)
        while (reason := connection.connect_ex(str(path))) == errno.EAGAIN:
            if time.monotonic() > until:
                raise WireError(
                    "busy",
                    f"the host has not accepted a connection for {timeout:g} s",
                    "it may be stopped or very busy; try again",
                )
            time.sleep(_PAUSE)
        if reason in _ABSENT:
            raise no_host(path)
        if reason:
            raise WireError(
                "refused",
                f"cannot connect to {path}: {errno.errorcode.get(reason, reason)}",
                "attach as the user who runs the host",
            )
        connection.setblocking(True)
    except BaseException:
        connection.close()
        raise
    return connection


def no_host(path: Path) -> WireError:
    """Return what to say when nothing listens at a path."""
    name = name_in(path)
    what = f"no host of engine {name}" if name else f"no host listens at {path}"
    return WireError("gone", what, START)
