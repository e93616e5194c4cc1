"""The socket of a group: its members may connect, and no one else."""

from __future__ import annotations

import errno
import grp
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from chasqui.control.sockets.group import observers_of
from chasqui.control.sockets.listening import Listener
from chasqui.errors import ConfigError, SocketUnusable
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


@pytest.fixture
def temporary(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Have a temporary directory that all users can reach."""
    with TemporaryDirectory() as folder:
        Path(folder).chmod(0o1777)
        monkeypatch.setenv("TMPDIR", folder)
        yield Path(folder)


def test_without_a_group_there_is_no_second_socket(temporary):
    assert observers_of("default", None, group="") is None
    assert [] == list(temporary.iterdir())


def test_the_folder_of_a_groups_socket_is_made_for_it(temporary):
    for _ in range(2):
        place = observers_of("default", None, group=str(os.getegid()))

        folder = temporary / f"chasqui-{os.geteuid()}-observers"
        assert (folder / "default-e3b0c442.observe.sock", os.getegid()) == place
        facts = folder.stat()
        assert (os.getegid(), 0o750) == (facts.st_gid, stat.S_IMODE(facts.st_mode))


def test_a_group_is_named_or_numbered(temporary):
    ours = grp.getgrgid(os.getegid())

    assert observers_of("a", None, group=ours.gr_name) == observers_of(
        "a", None, group=str(ours.gr_gid)
    )
    with pytest.raises(ConfigError, match=r"host.observers: there is no group 'nix-da' here"):
        observers_of("a", None, group="nix-da")


def test_a_named_folder_must_exist_and_starts_at_the_config_file(temporary):
    config = temporary / "config.toml"
    group = str(os.getegid())
    with pytest.raises(SocketUnusable, match=r"shared: .* does not exist; make it first"):
        observers_of("a", config, group=group, folder="shared")

    (temporary / "shared").mkdir(mode=0o750)
    place = observers_of("a", config, group=group, folder="shared")

    assert place is not None
    assert temporary / "shared" == place[0].parent


def test_a_foreign_folder_in_place_of_the_default_one_is_refused_and_stays(temporary):
    folder = temporary / f"chasqui-{os.geteuid()}-observers"
    (temporary / "elsewhere").mkdir(mode=0o700)
    folder.symlink_to("elsewhere")
    with pytest.raises(SocketUnusable, match="is a link"):
        observers_of("a", None, group=str(os.getegid()))
    assert 0o700 == stat.S_IMODE((temporary / "elsewhere").stat().st_mode)

    folder.unlink()
    folder.mkdir()
    folder.chmod(0o777)
    with pytest.raises(SocketUnusable, match="others can write it"):
        observers_of("a", None, group=str(os.getegid()))


@needs_root
def test_members_reach_the_socket_in_the_default_folder_and_others_do_not(temporary):
    place = observers_of("a", None, group=str(GROUP))
    assert place is not None
    with Listener(place[0], group=place[1]):
        said = {
            group: ran(
                f"os.setgroups([{group}])\nos.setgid({NOBODY})\nos.setuid({NOBODY})\n{CONNECT}",
                place[0],
            )
            for group in (GROUP, GROUP + 1)
        }

    assert {GROUP: ["0"], GROUP + 1: [str(errno.EACCES)]} == said
