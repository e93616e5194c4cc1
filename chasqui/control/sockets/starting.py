"""One starter: of several consoles that find no host, one starts it and the others wait.

A console that finds no host takes the start lock. The one that gets it tries the socket once more,
since the host may have come up in between, then starts the host and holds the lock until the socket
answers. The others wait for an answer of the socket, not for its path, which may be that of a host
long dead; they also try the lock again from time to time. A starter that is killed frees the lock,
and the host does not inherit it: it holds a lock of its own as long as it lives.
"""

from __future__ import annotations

from pathlib import Path

from chasqui.control.sockets.folder import prepared
from chasqui.control.sockets.locking import FileLock
from chasqui.control.sockets.place import start_lock_of


def start_lock(path: Path) -> FileLock | None:
    """Take the lock for starting the host of a socket; None if another console has it.

    Raises:
        SocketUnusable: the folder or the lock file cannot be used.
    """
    prepared(path.parent)
    return FileLock.take(start_lock_of(path))
