"""Who is at the other end of a connection, as the system itself says it."""

from __future__ import annotations

import socket
import struct
import sys
from collections.abc import Collection
from typing import Final, NamedTuple

from chasqui.control.sockets.users import us

_UCRED: Final = struct.Struct("iII")  # Linux: pid, uid, gid
_XUCRED: Final = struct.Struct("IIh16I")  # macOS, BSD: version, uid, number of groups, groups
_SOL_LOCAL: Final = 0
_LOCAL_PEERCRED: Final = 1
_LOCAL_PEERPID: Final = 2


class Peer(NamedTuple):
    """The process at the other end, as it was when it connected or began to listen."""

    uid: int
    gid: int
    pid: int
    """0 if the process cannot be seen from here, as from within a container."""


def peer_of(connection: socket.socket) -> Peer:
    """Return who is at the other end of a connected Unix socket."""
    if sys.platform == "linux":
        stored = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _UCRED.size)
        pid, uid, gid = _UCRED.unpack(stored)
        return Peer(uid, gid, pid)
    stored = connection.getsockopt(_SOL_LOCAL, _LOCAL_PEERCRED, _XUCRED.size)
    uid, gid = from_xucred(stored)
    return Peer(uid, gid, connection.getsockopt(_SOL_LOCAL, _LOCAL_PEERPID))


def from_xucred(stored: bytes) -> tuple[int, int]:
    """Return user and group of what macOS tells of a peer."""
    _, uid, groups, gid, *_ = _XUCRED.unpack(stored)
    return uid, gid if groups > 0 else -1


def may_connect(peer: Peer, allow_uids: Collection[int] = ()) -> bool:
    """Tell whether a peer may operate this user's hosts: the user, root, or one who is allowed."""
    return peer.uid in (us(), 0) or peer.uid in allow_uids
