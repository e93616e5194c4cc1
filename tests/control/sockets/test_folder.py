"""The folder of sockets: made for one user alone, and never used when others could reach it."""

from __future__ import annotations

import os
import stat

import pytest

from chasqui.control.sockets.folder import check_shared, checked, prepared
from chasqui.errors import SocketUnusable
from tests.control.sockets.programs import NOBODY, needs_root, ran


@pytest.mark.parametrize("umask", ["0", "0o022", "0o077"])
def test_a_folder_is_made_for_its_user_alone(tmp_path, umask):
    folder = tmp_path / "run"

    assert ["0700"] == ran(
        f"""
        os.umask({umask})
        print(f"{{stat.S_IMODE(prepared(path).stat().st_mode):04o}}")
        """,
        folder,
    )


def test_a_folder_that_is_there_stays_as_it_is(tmp_path):
    folder = prepared(tmp_path / "run")
    (folder / "kept").write_text("here")

    assert folder == prepared(folder)
    assert "here" == (folder / "kept").read_text()


def test_a_missing_folder_is_told_and_not_made(tmp_path):
    assert not checked(tmp_path / "run")
    assert [] == list(tmp_path.iterdir())


@pytest.mark.parametrize("mode", [0o701, 0o702, 0o704, 0o710, 0o720, 0o740, 0o777, 0o1777])
def test_a_folder_that_others_can_reach_is_refused_and_keeps_its_mode(tmp_path, mode):
    folder = tmp_path / "run"
    folder.mkdir()
    folder.chmod(mode)

    for check in (prepared, checked):
        with pytest.raises(SocketUnusable, match=f"mode {mode:04o}.*`chmod 700 {folder}`"):
            check(folder)
    assert mode == stat.S_IMODE(folder.stat().st_mode)


def test_a_link_is_refused_wherever_it_leads(tmp_path):
    (tmp_path / "mine").mkdir(mode=0o700)
    for target in ("mine", "nowhere", "run"):
        folder = tmp_path / "run"
        folder.symlink_to(target)
        with pytest.raises(SocketUnusable, match=f"{folder}: .* is a link; remove it"):
            prepared(folder)
        assert folder.is_symlink()
        folder.unlink()
    assert [] == list((tmp_path / "mine").iterdir())


def test_a_file_in_its_place_is_refused_and_stays(tmp_path):
    file = tmp_path / "run"
    file.write_text("someone's")

    with pytest.raises(SocketUnusable, match=f"{file}: .* is no folder; remove it"):
        prepared(file)
    assert "someone's" == file.read_text()


@needs_root
def test_a_folder_of_another_user_is_refused(tmp_path):
    folder = prepared(tmp_path / "run")
    os.chown(folder, NOBODY, -1)

    with pytest.raises(SocketUnusable, match="belongs to nobody, not to root"):
        prepared(folder)


@pytest.mark.parametrize("check", [checked, check_shared])
def test_a_folder_is_refused_where_others_could_put_another_in_its_place(tmp_path, check):
    above = tmp_path / "above"
    above.mkdir()
    folder = prepared(above / "run")
    above.chmod(0o777)

    with pytest.raises(SocketUnusable, match=rf"{above}: .*others can write it \(mode 0777\)"):
        check(folder)
    above.chmod(0o1777)  # as /tmp: others cannot rename what is not theirs
    check(folder)


@needs_root
def test_a_folder_is_refused_in_a_folder_of_another_user(tmp_path):
    above = tmp_path / "above"
    above.mkdir()
    folder = prepared(above / "run")
    os.chown(above, NOBODY, -1)

    with pytest.raises(SocketUnusable, match=f"{above}: .*it belongs to nobody"):
        prepared(folder)


def test_a_folder_that_cannot_be_made_is_refused_with_the_reason(tmp_path):
    with pytest.raises(SocketUnusable, match=r"cannot be made .No such file or directory"):
        prepared(tmp_path / "gone" / "run")


def test_a_group_may_reach_the_folder_of_its_socket_and_not_write_it(tmp_path):
    folder = tmp_path / "shared"
    with pytest.raises(SocketUnusable, match="does not exist; make it first"):
        check_shared(folder)

    folder.mkdir()
    for mode in (0o700, 0o750, 0o755, 0o1777):
        folder.chmod(mode)
        check_shared(folder)

    for mode in (0o770, 0o702):
        folder.chmod(mode)
        with pytest.raises(SocketUnusable, match=f"not safe: others can write it .mode {mode:04o}"):
            check_shared(folder)
