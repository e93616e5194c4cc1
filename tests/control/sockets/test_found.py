"""The hosts of a user, found by their sockets."""

from __future__ import annotations

import socket
from contextlib import ExitStack

import pytest

from chasqui.control.sockets.found import sockets_of_user
from chasqui.control.sockets.listening import Listener
from chasqui.control.sockets.place import folder_of_user, lock_of, socket_of
from chasqui.errors import SocketUnusable
from tests.control.sockets.programs import heard, started


def test_without_a_folder_there_are_no_hosts_and_none_is_made():
    assert [] == sockets_of_user()
    assert not folder_of_user().exists()


def test_hosts_are_listed_by_name_and_those_that_died_are_told_apart(tmp_path):
    paths = [socket_of(name, tmp_path / "config.toml") for name in ("b", "a", "dead")]
    with ExitStack() as stack:
        holders = [
            stack.enter_context(started("l = Listener(path)\nsay(1)\nsys.stdin.read()", path))
            for path in paths
        ]
        for holder in holders:
            heard(holder)
        holders[-1].kill()
        holders[-1].wait()

        found = sockets_of_user()

        digest = paths[0].stem[-8:]
        assert [
            ("a", digest, paths[1], True, holders[1].pid),
            ("b", digest, paths[0], True, holders[0].pid),
            ("dead", digest, paths[2], False, None),
        ] == found


def test_only_sockets_of_engines_are_listed(monkeypatch):
    path = socket_of("default", None)
    with Listener(path):
        (path.parent / "notes-0123abcd.sock").write_text("no socket")
        (path.parent / "link-0123abcd.sock").symlink_to("elsewhere")
        monkeypatch.chdir(path.parent)  # the whole path may be too long for a socket
        for name in ("mine.sock", "default-e3b0c442.observe.sock", "odd-0123abcd.sock"):
            with socket.socket(socket.AF_UNIX) as other:
                other.bind(name)
        lock_of(path.parent / "odd-0123abcd.sock").symlink_to("elsewhere")

        assert [path] == [found.path for found in sockets_of_user()]


def test_a_folder_that_others_can_reach_is_not_searched():
    folder_of_user().mkdir()
    folder_of_user().chmod(0o755)

    with pytest.raises(SocketUnusable, match="other users can reach"):
        sockets_of_user()
