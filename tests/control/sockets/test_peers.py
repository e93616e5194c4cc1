"""Peers: the system says who is at the other end, and only the user, root and chosen ones may."""

from __future__ import annotations

import os
import socket
import struct
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from chasqui.control.sockets.listening import Listener
from chasqui.control.sockets.peers import Peer, from_xucred, may_connect, peer_of
from chasqui.control.sockets.place import socket_of
from tests.control.sockets.programs import NOBODY, heard, needs_root, started

CONNECT = """
connection = socket.socket(socket.AF_UNIX)
connection.connect(str(path))
say(peer_of(connection).pid)
sys.stdin.read()
"""


def test_each_end_sees_the_process_of_the_other():
    path = socket_of("default", None)
    with Listener(path) as listener, started(CONNECT, path) as client:
        assert str(os.getpid()) == heard(client)
        connection, _ = listener.socket.accept()
        with connection:
            assert Peer(os.geteuid(), os.getegid(), client.pid) == peer_of(connection)


@needs_root
def test_another_user_is_seen_as_such_and_may_not_operate():
    with TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX) as listening:
        path = Path(folder, "open.sock")
        listening.bind(str(path))
        listening.listen()
        path.parent.chmod(0o755)
        path.chmod(0o777)
        with started(f"os.setgid({NOBODY})\nos.setuid({NOBODY})\n{CONNECT}", path) as client:
            assert str(os.getpid()) == heard(client)
            connection, _ = listening.accept()
            with connection:
                peer = peer_of(connection)

    assert Peer(NOBODY, NOBODY, client.pid) == peer
    assert not may_connect(peer)


@pytest.mark.parametrize(
    ("uid", "allowed", "may"),
    [
        (os.geteuid(), (), True),
        (0, (), True),
        (4242, (), False),
        (4242, (4242,), True),
        (4242, (4243,), False),
        (NOBODY, (), False),
    ],
)
def test_a_user_may_connect_and_root_and_those_who_are_listed(uid, allowed, may):
    assert may is may_connect(Peer(uid, 0, 1), allowed)


def test_what_macos_tells_of_a_peer_is_understood():
    groups = (20, 12, *[0] * 14)
    stored = struct.pack("IIhxx16I", 0, 501, 2, *groups)

    assert (501, 20) == from_xucred(stored)
    assert (501, -1) == from_xucred(struct.pack("IIhxx16I", 0, 501, 0, *groups))
