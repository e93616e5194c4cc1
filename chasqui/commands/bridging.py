"""`chasqui-tui attach --stdio`: this process's standard streams as a host's socket.

It is what a console or a script elsewhere talks to over `ssh host chasqui-tui attach --stdio`.
Bytes go through as they are, both ways, and nothing else is written on standard output. Each
direction has a thread, so that one that is held up does not hold up the other. The end of the input
is passed on; the bridge ends when the host has closed its side.
"""

from __future__ import annotations

import contextlib
import os
import socket
import threading
from pathlib import Path
from typing import Final

from chasqui.commands import exits
from chasqui.commands.writing import write_all
from chasqui.control.sockets.place import connectable
from chasqui.control.wire.messages import WireError

BLOCK: Final = 256 * 1024


def bridge(path: Path, source: int = 0, target: int = 1) -> int:
    """Pass bytes both ways until the host ends, and return the exit status.

    Raises:
        WireError: no host answers there.
        SocketUnusable: others could have put something there.
    """
    connection = _connected(path)
    # A daemon: it may wait for input when the host has ended.
    threading.Thread(target=_send, args=(connection, source), daemon=True).start()
    try:
        while data := _received(connection):
            write_all(target, data)
    except BrokenPipeError:
        return exits.READER_GONE
    finally:
        with contextlib.suppress(OSError):  # the host has closed it already
            connection.shutdown(socket.SHUT_RDWR)
        connection.close()
    return exits.DONE


def _connected(path: Path) -> socket.socket:
    connection = socket.socket(socket.AF_UNIX)
    try:
        if connectable(path):
            connection.connect(os.fspath(path))
            return connection
    except OSError as error:
        why = error.strerror
    else:
        why = "it is not there"
    connection.close()
    raise WireError("gone", f"no host answers at {path}: {why}", "`chasqui-tui serve` starts one")


def _send(connection: socket.socket, source: int) -> None:
    with contextlib.suppress(OSError):  # the host has gone, as the other direction notices
        while data := os.read(source, BLOCK):
            connection.sendall(data)
        connection.shutdown(socket.SHUT_WR)


def _received(connection: socket.socket) -> bytes:
    try:
        return connection.recv(BLOCK)
    except ConnectionError:
        return b""
