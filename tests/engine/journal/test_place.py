"""Where a journal may be, and what may be beside it."""

from __future__ import annotations

import os
import re

import pytest

from chasqui.engine.journal import place
from chasqui.errors import JournalUnsafe


def refused(path, what):
    return pytest.raises(JournalUnsafe, match=f"^the journal {re.escape(str(path))} .*{what}")


def test_a_journal_may_be_made_in_a_folder_of_ours(tmp_path):
    path = tmp_path / "jobs.db"

    place.check(path)
    place.make(path)

    assert 0o600 == path.stat().st_mode & 0o777


def test_a_file_that_others_could_read_is_theirs_no_more(tmp_path):
    path = tmp_path / "jobs.db"
    path.touch(0o644)

    place.make(path)

    assert 0o600 == path.stat().st_mode & 0o777


@pytest.mark.parametrize("ending", place.BESIDE)
def test_a_link_in_the_place_of_any_of_its_files_is_refused(tmp_path, ending):
    path = tmp_path / "jobs.db"
    (tmp_path / "target").touch()
    (tmp_path / f"jobs.db{ending}").symlink_to("target")

    with refused(path, "is a link to target"):
        place.check(path)


def test_a_file_with_a_second_name_is_refused(tmp_path):
    path = tmp_path / "jobs.db"
    path.touch(0o600)
    (tmp_path / "other").hardlink_to(path)

    with refused(path, "has a second name"):
        place.check(path)


def test_what_is_no_regular_file_is_refused(tmp_path):
    path = tmp_path / "jobs.db"
    os.mkfifo(path)

    with refused(path, "is no regular file"):
        place.check(path)


def test_a_file_of_another_user_is_refused_with_the_name_of_the_user(tmp_path, monkeypatch):
    path = tmp_path / "jobs.db"
    path.touch(0o600)
    owner = place.called(path.stat().st_uid)
    tmp_path.chmod(0o1777)
    monkeypatch.setattr(os, "geteuid", lambda: 4711)
    monkeypatch.setattr(place, "_check_folder", lambda path: None)

    with refused(path, f"belongs to {owner}; .*`sudo -u {owner} chasqui-tui journal check"):
        place.check(path)


def test_a_folder_that_others_can_write_is_refused_with_the_command_that_changes_that(tmp_path):
    tmp_path.chmod(0o770)

    with refused(tmp_path / "jobs.db", "which others can write: chmod go-w /"):
        place.check(tmp_path / "jobs.db")


def test_a_folder_like_tmp_is_accepted(tmp_path):
    tmp_path.chmod(0o1777)

    place.check(tmp_path / "jobs.db")


def test_a_folder_that_is_missing_is_named(tmp_path):
    path = tmp_path / "none" / "jobs.db"

    with refused(path, "No such file or directory; make it first"):
        place.check(path)


def mounts(tmp_path, kind):
    device = tmp_path.stat().st_dev
    number = f"{os.major(device)}:{os.minor(device)}"
    file = tmp_path / "mountinfo"
    file.write_text(f"1 0 0:1 / /proc rw - proc proc rw\n2 0 {number} / / rw,x - {kind} at rw\n")
    return file


@pytest.mark.parametrize("kind", ["nfs4", "cifs", "9p", "fuse.sshfs"])
def test_a_network_file_system_is_refused_by_its_kind(tmp_path, monkeypatch, kind):
    monkeypatch.setattr(place.file_system, "__defaults__", (mounts(tmp_path, kind),))

    with refused(tmp_path / "jobs.db", f"is on a network file system \\({kind}\\)"):
        place.check(tmp_path / "jobs.db")


def test_the_kind_of_a_file_system_is_that_of_its_device(tmp_path):
    assert "ext4" == place.file_system(tmp_path, mounts(tmp_path, "ext4"))


def test_without_a_list_of_mounts_the_kind_is_unknown(tmp_path):
    assert "" == place.file_system(tmp_path, tmp_path / "none")
