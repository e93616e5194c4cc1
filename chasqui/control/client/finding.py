"""The hosts of this user, by the names of their engines."""

from __future__ import annotations

from pathlib import Path

from chasqui.control.sockets.found import FoundSocket, sockets_of_user
from chasqui.control.sockets.place import socket_of


def host_of_engine(name: str, config: Path | None) -> Path:
    """Return where the host of an engine listens, if it has one.

    Raises:
        SocketUnusable: no socket could be there; says why and what to do.
    """
    return socket_of(name, config)


def hosts_alive() -> list[FoundSocket]:
    """Return the hosts of this user that are alive, by name.

    Raises:
        SocketUnusable: the folder of this user's sockets is not safe.
    """
    return [found for found in sockets_of_user() if found.alive]


def hosts_named(name: str) -> list[Path]:
    """Return where the hosts of all engines of this name listen.

    Of several with one name, each can be named with its digest: ``default-e3b0c442``. A name with
    a slash is the path of a socket, such as the one that another user has opened to a group.

    Raises:
        SocketUnusable: the folder of this user's sockets is not safe.
    """
    if "/" in name:
        return [Path(name)] if Path(name).is_socket() else []
    return [found.path for found in hosts_alive() if name in (found.name, found.path.stem)]
