"""Real files, compared with what the system's own tools make of them."""

from __future__ import annotations

import hashlib
import os
import subprocess
import tarfile
import threading
import zipfile
from pathlib import Path

import pytest

import chasqui_files
from chasqui import Cancelled
from chasqui.testing import Harness, check_plugin
from chasqui_files.hash import hash as hash_file
from chasqui_files.reading import NotARegularFile
from chasqui_files.verify import ChecksumMismatch

NAMES = ["plain", "with space", "new\nline", 'quote"', "tab\t", "日本語", os.fsdecode(b"caf\xe9")]


@pytest.fixture
def chasqui():
    with Harness(chasqui_files) as chasqui:
        yield chasqui


@pytest.fixture
def tree(tmp_path):
    tree = tmp_path / "tree"
    (tree / "sub" / "empty").mkdir(parents=True)
    for number, name in enumerate(NAMES):
        (tree / name).write_bytes(os.urandom(1000 * number))
    (tree / "sub" / "big").write_bytes(os.urandom(3_000_000))
    (tree / "sub" / "link").symlink_to("big")
    os.link(tree / "sub" / "big", tree / "sub" / "same")
    os.utime(tree / "plain", (0, 0))
    (tree / "plain").chmod(0o750)
    os.mkfifo(tree / "fifo")
    return tree


def content(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and not path.is_symlink()
    }


@pytest.mark.parametrize("algorithm", ["sha256", "sha512", "sha1", "md5"])
def test_a_hash_is_what_the_system_says(chasqui, tmp_path, algorithm):
    file = tmp_path / "file"
    file.write_bytes(os.urandom(5_000_000))
    said = subprocess.run([f"{algorithm}sum", file], capture_output=True, text=True, check=True)

    task = chasqui.run("files.hash", path=file, algorithm=algorithm)

    assert said.stdout.split()[0] == task.result()
    assert (5_000_000, 5_000_000, "bytes") == task.progress


@pytest.mark.parametrize("name", NAMES)
def test_a_file_of_any_name_is_hashed(chasqui, tree, name):
    task = chasqui.run("files.hash", path=tree / name)

    assert hashlib.sha256((tree / name).read_bytes()).hexdigest() == task.result()


@pytest.mark.parametrize(
    ("name", "error", "says"),
    [
        ("fifo", NotARegularFile, "is a FIFO, not a regular file"),
        ("sub", NotARegularFile, "is a folder"),
        ("gone", FileNotFoundError, "gone"),
    ],
)
def test_what_is_no_regular_file_fails_at_once_and_says_what_it_is(
    chasqui, tree, name, error, says
):
    task = chasqui.run("files.hash", path=tree / name)

    with pytest.raises(error, match=says):
        task.result()


class Stop:
    """A context that asks to stop at its n-th look."""

    def __init__(self, after: int) -> None:
        self.left = after

    def raise_if_cancelled(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise Cancelled("asked to stop")

    def progress(self, *said: object) -> None: ...


def test_hashing_stops_between_blocks_when_cancelled(tmp_path):
    file = tmp_path / "file"
    file.write_bytes(bytes(5 * 1024 * 1024))

    with pytest.raises(Cancelled):
        hash_file(Stop(after=2), file)


@pytest.mark.parametrize(
    "tool", [["sha256sum"], ["sha256sum", "-b"], ["md5sum"], ["sha256sum", "--tag"]]
)
def test_a_list_of_the_system_verifies(chasqui, tree, tool):
    names = [*NAMES, "sub/big"]
    made = subprocess.run([*tool, "--", *names], cwd=tree, capture_output=True, check=True)
    (tree / "sums").write_bytes(made.stdout)

    task = chasqui.run("files.verify", checksums=tree / "sums")

    size = sum((tree / name).stat().st_size for name in names)
    assert {"files": len(names), "bytes": size} == task.result()
    assert (size, size) == task.progress[:2]


def test_every_difference_is_named(chasqui, tree):
    made = subprocess.run(
        ["sha256sum", "plain", "with space", "sub/big"], cwd=tree, capture_output=True
    )
    (tree / "sums").write_bytes(made.stdout + b"nonsense\n")
    (tree / "with space").write_bytes(b"other")
    (tree / "sub" / "big").unlink()

    task = chasqui.run("files.verify", checksums=tree / "sums")

    with pytest.raises(ChecksumMismatch) as differs:
        task.result()
    for said in (
        "3 of",
        "with space differs",
        "sub/big cannot be read",
        "line 4 is not a checksum",
    ):
        assert said in str(differs.value)


def test_an_empty_list_verifies_nothing_and_says_so(chasqui, tmp_path):
    (tmp_path / "sums").write_text("\n")

    with pytest.raises(ChecksumMismatch, match="no checksum line"):
        chasqui.run("files.verify", checksums=tmp_path / "sums").result()


def test_a_tar_unpacks_to_the_same_tree(chasqui, tree, tmp_path):
    target = tmp_path / "tree.tar.gz"
    task = chasqui.run("files.archive", tree=tree, target=target)
    report = task.result()
    out = tmp_path / "out"
    out.mkdir()
    subprocess.run(["tar", "xzf", target, "-C", out], check=True)

    expected = content(tree)
    size = sum(map(len, expected.values()))
    assert expected == content(out / "tree")
    assert (len(expected), size, 1) == (report["files"], report["bytes"], report["skipped"])
    assert (size, size, "bytes") == task.progress
    assert "big" == str((out / "tree" / "sub" / "link").readlink())
    assert (out / "tree" / "sub" / "empty").is_dir()
    assert 0o750 == (out / "tree" / "plain").stat().st_mode & 0o777


def test_a_zip_holds_the_same_files(chasqui, tree, tmp_path):
    target = tmp_path / "tree.zip"
    chasqui.run("files.archive", tree=tree, target=target, format="zip").result()

    with zipfile.ZipFile(target) as made:
        assert made.testzip() is None
        found = {
            info.filename.removeprefix("tree/"): made.read(info)
            for info in made.infolist()
            if not info.is_dir() and info.external_attr >> 28 == 0o10
        }
        assert (1980, 1, 1, 0, 0, 0) == made.getinfo("tree/plain").date_time
        assert b"big" == made.read("tree/sub/link")
    expected = {name.replace("\udce9", "%E9"): data for name, data in content(tree).items()}
    assert expected == found


@pytest.mark.parametrize("format", ["tar.gz", "zip"])
@pytest.mark.parametrize("looks", [0, 3, 9, 15])
def test_a_cancelled_archive_leaves_nothing_behind(tree, tmp_path, format, looks):
    from chasqui_files.archive import archive

    target = tmp_path / "tree.archive"

    with pytest.raises(Cancelled):
        archive(Stop(after=looks), tree, target, format)

    assert ["tree"] == [path.name for path in tmp_path.iterdir()]


def test_an_existing_target_is_kept_unless_told_otherwise(chasqui, tree, tmp_path):
    target = tmp_path / "tree.tar.gz"
    target.write_bytes(b"mine")

    with pytest.raises(FileExistsError, match="overwrite=yes"):
        chasqui.run("files.archive", tree=tree, target=target).result()
    assert b"mine" == target.read_bytes()
    chasqui.run("files.archive", tree=tree, target=target, overwrite=True).result()
    assert tarfile.is_tarfile(target)


def test_an_archive_inside_its_own_tree_does_not_hold_itself(chasqui, tree):
    target = tree / "self.tar.gz"
    chasqui.run("files.archive", tree=tree, target=target).result()

    with tarfile.open(target) as made:
        assert not [name for name in made.getnames() if "self.tar.gz" in name]


def test_a_cancel_from_outside_ends_a_running_archive(chasqui, tmp_path):
    tree = tmp_path / "tree"
    tree.mkdir()
    (tree / "file").write_bytes(os.urandom(64 * 1024 * 1024))
    begun = threading.Event()
    task = chasqui.submit("files.archive", {"tree": tree, "target": tmp_path / "t.tar.gz"})
    while task.progress is None or not task.progress.done:
        begun.wait(0.001)

    assert task.cancel()
    assert "cancelled" == chasqui.wait(task).state
    assert ["tree"] == [path.name for path in tmp_path.iterdir()]


def test_a_folder_that_is_not_there_is_named(chasqui, tmp_path):
    with pytest.raises(NotADirectoryError, match="gone is not a folder"):
        chasqui.run("files.archive", tree=tmp_path / "gone", target=tmp_path / "x").result()


def test_the_plugin_keeps_the_contract():
    assert [] == check_plugin("files")
