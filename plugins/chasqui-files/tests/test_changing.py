"""Trees that change, and what cannot be read: an archive of them fails, or tells of it."""

from __future__ import annotations

import os
import subprocess
import tarfile
import tempfile
import threading
from pathlib import Path

import pytest

from chasqui_files.archive import archive
from chasqui_files.tally import ArchiveFailed
from chasqui_files.walk import OPEN_AT_MOST

ENDINGS = pytest.mark.parametrize("ending", ["tar", "tar.gz", "zip"])


@pytest.fixture
def tree(tmp_path):
    tree = tmp_path / "tree"
    (tree / "b").mkdir(parents=True)
    (tree / "a").write_bytes(os.urandom(1_000_000))
    (tree / "b" / "c").write_bytes(b"c")
    return tree


def open_files():
    return len(list(Path("/dev/fd").iterdir()))


def names_in(target):
    with tarfile.open(target) as made:
        return made.getnames()


@ENDINGS
def test_a_file_that_becomes_shorter_fails_the_archive(tree, tmp_path, acts, ending):
    ctx, before = acts(lambda: os.truncate(tree / "a", 10)), open_files()

    says = r"tree/a became \d+ bytes shorter while it was read"
    with pytest.raises(ArchiveFailed, match=says) as failed:
        archive(ctx, tree, tmp_path / f"x.{ending}")
    assert failed.value.__traceback__  # which holds on to what the archive had at hand
    assert before == open_files()
    assert ["tree"] == [path.name for path in tmp_path.iterdir()]


@ENDINGS
def test_a_file_that_grows_is_there_as_long_as_it_was(tree, tmp_path, acts, ending):
    def grow():
        with (tree / "a").open("ab") as file:
            file.write(b"more")

    result = archive(acts(grow), tree, tmp_path / f"x.{ending}")

    assert ["tree/a grew while it was read: its first 1000000 bytes are stored"] == result["notes"]
    assert (1, 0, 1_000_001) == (result["altered"], result["skipped"], result["bytes"])


@ENDINGS
def test_a_file_that_changes_is_counted(tree, tmp_path, acts, ending):
    result = archive(acts(lambda: os.utime(tree / "a", (1e9, 1e9))), tree, tmp_path / f"x.{ending}")

    assert ["tree/a changed while it was read: it may be partly old, partly new"] == result["notes"]


def test_a_file_with_more_bytes_than_its_size_is_counted(acts, tmp_path):
    proc = Path("/proc/self/task") / str(threading.get_native_id())
    if not proc.is_dir():
        pytest.skip("this system has no /proc")
    tree = tmp_path / "tree"
    tree.mkdir()
    result = archive(acts(None), proc / "net", tmp_path / "x.tar")

    assert any(
        "grew while it was read: its first 0 bytes are stored" in note for note in result["notes"]
    )


def test_a_file_that_vanishes_is_counted(tree, tmp_path, acts):
    (tree / "z").write_bytes(b"z")

    result = archive(acts((tree / "z").unlink), tree, tmp_path / "x.tar")

    assert ["tree/z is left out: it vanished before it was read"] == result["notes"]
    assert (2, 2, 1) == (result["files"], result["folders"], result["skipped"])


@ENDINGS
def test_at_whatever_moment_a_file_vanishes_it_is_stored_or_counted(
    tree, tmp_path, acts, stop, ending
):
    (tree / "a").write_bytes(b"a")
    seen = set()
    for looks in range(40):
        (tree / "z").write_bytes(b"z")

        class Vanishing(stop):  # type: ignore[misc, valid-type] # a fixture
            def raise_if_cancelled(self):
                self.left -= 1
                if self.left == 0:
                    (tree / "z").unlink()

        result = archive(Vanishing(looks), tree, tmp_path / f"x{looks}.{ending}")
        seen.add((result["files"], result["skipped"]))

    # Not yet listed: there was none. Then counted; and in the end stored.
    assert {(2, 0), (2, 1), (3, 0)} == seen


def test_a_folder_that_vanishes_is_counted(tree, tmp_path, acts):
    ctx = acts(lambda: (tree / "b").rename(tmp_path / "away"))

    result = archive(ctx, tree, tmp_path / "x.tar")

    assert ["tree/b is left out: it vanished before it was read"] == result["notes"]


def test_a_folder_exchanged_for_a_link_is_not_followed(tree, tmp_path, acts):
    secret = tmp_path / "secret"
    secret.mkdir()
    (secret / "c").write_bytes(b"secret")

    def exchange():
        (tree / "b").rename(tmp_path / "away")
        (tree / "b").symlink_to(secret)

    result = archive(acts(exchange), tree, tmp_path / "x.tar")

    assert "tree/b/c" not in names_in(tmp_path / "x.tar")
    assert 1 == result["skipped"]


def replace_with_link(path):
    path.symlink_to("/etc" if path.name == "b" else "/etc/passwd")


REPLACED = {
    "a folder by a link": ("b", replace_with_link),
    "a folder by a FIFO": ("b", os.mkfifo),
    "a file by a link": ("a", replace_with_link),
    "a file by a folder": ("a", Path.mkdir),
    "a file by a FIFO": ("a", os.mkfifo),
    "a link by a file": ("link", Path.touch),
}


@pytest.mark.parametrize(("name", "replace"), REPLACED.values(), ids=REPLACED)
def test_what_is_replaced_just_after_it_was_looked_at_fails_the_archive(
    tree, tmp_path, acts, monkeypatch, name, replace
):
    (tree / "link").symlink_to("a")
    look, looks = os.stat, []

    def look_and_replace(path, **more):
        facts = look(path, **more)
        if path == name and more:
            looks.append(path)
            if len(looks) == 2:  # at the first everything is only counted
                (tree / name).rename(tmp_path / "away")
                replace(tree / name)
        return facts

    monkeypatch.setattr(os, "stat", look_and_replace)
    with pytest.raises(ArchiveFailed, match=f"tree/{name} was replaced by something else"):
        archive(acts(None), tree, tmp_path / "x.tar")


def test_a_folder_exchanged_while_it_is_read_is_read_as_it_was(tree, tmp_path, acts):
    (tree / "b" / "big").write_bytes(bytes(1_000_000))
    (tree / "b" / "d").write_bytes(b"d")
    (tree / "a").unlink()
    (tree / "b" / "c").unlink()

    def exchange():
        (tree / "b").rename(tmp_path / "away")
        (tree / "b").symlink_to("/etc")

    archive(acts(exchange), tree, tmp_path / "x.tar")

    assert "tree/b/d" in names_in(tmp_path / "x.tar")


def test_a_deep_folder_that_is_moved_away_fails_the_archive(tree, tmp_path, acts):
    below = tree / "z" / Path(*"d" * (OPEN_AT_MOST + 5))
    below.mkdir(parents=True)
    (below / "file").write_bytes(bytes(1000))
    (tree / "a").unlink()
    (tree / "b" / "c").unlink()
    moved = tree / "z" / "d" / "d"

    with pytest.raises(ArchiveFailed, match="was moved while the tree was read; try again"):
        archive(acts(lambda: moved.rename(tmp_path / "away")), tree, tmp_path / "x.tar")
    assert not (tmp_path / "x.tar").exists()


@pytest.fixture
def deep(tmp_path):
    (tmp_path / "tree").mkdir()
    at = os.open(tmp_path / "tree", os.O_RDONLY)
    for _ in range(1100):
        os.mkdir("d", dir_fd=at)
        below = os.open("d", os.O_RDONLY, dir_fd=at)
        os.close(at)
        at = below
    os.close(os.open("leaf", os.O_WRONLY | os.O_CREAT, dir_fd=at))
    os.close(at)
    yield tmp_path / "tree"
    subprocess.run(["rm", "-rf", tmp_path / "tree"], check=True)  # too deep for pytest's own


def test_a_tree_of_any_depth_is_walked_with_few_folders_open(deep, tmp_path, acts):
    before = open_files()
    most: list[int] = []

    class Watch(acts):  # type: ignore[misc, valid-type] # a fixture
        def raise_if_cancelled(self):
            most.append(open_files() if len(most) % 100 == 0 else 0)

    for ending in ("tar", "zip"):
        result = archive(Watch(None), deep, tmp_path / f"x.{ending}")

        assert (1, 1101) == (result["files"], result["folders"])
    assert max(most) < before + OPEN_AT_MOST + 6
    assert before == open_files()


def test_a_path_that_cannot_be_unpacked_is_left_out_with_what_is_below_it(tmp_path, acts):
    below = tmp_path / "tree"
    below.mkdir()
    at = os.open(below, os.O_RDONLY)
    for _ in range(20):
        os.mkdir("d" * 250, dir_fd=at)
        at, above = os.open("d" * 250, os.O_RDONLY, dir_fd=at), at
        os.close(above)
    os.close(at)

    result = archive(acts(None), below, tmp_path / "x.tar")

    assert (17, 1) == (result["folders"], result["skipped"])
    assert result["notes"][0].endswith(
        "its name is too long to be unpacked, and so is all below it"
    )


@pytest.fixture
def as_other_user():
    """Do as a user who may not read everything; for root that is another."""
    root = os.geteuid() == 0
    with tempfile.TemporaryDirectory() as folder:
        if root:
            os.chown(folder, 65534, 65534)
            os.seteuid(65534)
        try:
            yield Path(folder)
        finally:
            for path in (Path(folder, "tree", name) for name in ("closed", "secret")):
                if path.exists():
                    path.chmod(0o700)
            if root:
                os.seteuid(0)


@pytest.mark.parametrize("mode", [0o000, 0o400, 0o100])
def test_a_folder_that_cannot_be_read_fails_the_archive(as_other_user, acts, mode):
    (as_other_user / "tree" / "closed" / "sub").mkdir(parents=True)
    (as_other_user / "tree" / "closed").chmod(mode)

    with pytest.raises(ArchiveFailed, match=r"tree/closed.* cannot be read: Permission denied"):
        archive(acts(None), as_other_user / "tree", as_other_user / "x.tar")
    assert not (as_other_user / "x.tar").exists()


def test_a_file_that_cannot_be_read_fails_the_archive(as_other_user, acts):
    (as_other_user / "tree").mkdir()
    (as_other_user / "tree" / "secret").write_bytes(b"")
    (as_other_user / "tree" / "secret").chmod(0)

    for ending in ("tar", "zip"):
        with pytest.raises(ArchiveFailed, match="tree/secret cannot be read: Permission denied"):
            archive(acts(None), as_other_user / "tree", as_other_user / f"x.{ending}")
    assert ["tree"] == [path.name for path in as_other_user.iterdir()]


def test_a_target_in_a_folder_that_cannot_be_written_is_refused(as_other_user, acts):
    (as_other_user / "tree").mkdir()
    (as_other_user / "tree" / "closed").mkdir(0o500)

    with pytest.raises(ArchiveFailed, match=r"x\.tar cannot be made in its folder: Permission"):
        archive(acts(None), as_other_user / "tree", as_other_user / "tree" / "closed" / "x.tar")
