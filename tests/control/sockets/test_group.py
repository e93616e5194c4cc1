"""The socket of a group: its members may connect, and no one else."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from chasqui.control.sockets.listening import Listener
from chasqui.errors import SocketUnusable
from tests.control.sockets.programs import NOBODY, needs_root, ran

GROUP = 4242  # nobody is a member
CONNECT = """
connection = socket.socket(socket.AF_UNIX)
say(connection.connect_ex(str(path)))
"""


@pytest.fixture
def path() -> Iterator[Path]:
    """Return a path in a folder that all users can reach."""
    with TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder, "observe.sock")


@needs_root
@pytest.mark.parametrize(("group", "connects"), [(GROUP, True), (GROUP + 1, False)])
def test_members_of_the_group_connect_and_others_do_not(path, group, connects):
    with Listener(path, group=GROUP):
        facts = path.stat()
        assert (GROUP, 0o660) == (facts.st_gid, stat.S_IMODE(facts.st_mode))

        said = ran(
            f"os.setgroups([{group}])\nos.setgid({NOBODY})\nos.setuid({NOBODY})\n{CONNECT}", path
        )

        assert connects == (said == ["0"])
    assert not path.exists()


def test_a_socket_is_given_to_a_group_of_its_user(path):
    with Listener(path, group=os.getegid()):
        assert 0o660 == stat.S_IMODE(path.stat().st_mode)


@needs_root
def test_a_group_whose_member_the_user_is_not_is_refused_and_nothing_is_left(path):
    os.chown(path.parent, NOBODY, NOBODY)
    said = ran(
        f"""
        os.setgroups([])
        os.setgid({NOBODY})
        os.setuid({NOBODY})
        try:
            Listener(path, group={GROUP})
        except SocketUnusable as refused:
            say(refused)
        """,
        path,
    )

    assert 1 == len(said)
    assert f"{path}: this socket cannot be given to group {GROUP}" in said[0]
    assert not path.exists()


def test_a_folder_that_the_group_can_write_is_refused(path):
    path.parent.chmod(0o775)

    with pytest.raises(SocketUnusable, match=r"others can write it \(mode 0775\)"):
        Listener(path, group=os.getegid())
    assert [] == list(path.parent.iterdir())


def test_a_second_host_at_one_path_is_told_which_process_is_there(path):
    with (
        Listener(path, group=os.getegid()),
        pytest.raises(SocketUnusable, match=f"process {os.getpid()} listens here already"),
    ):
        Listener(path, group=os.getegid())
