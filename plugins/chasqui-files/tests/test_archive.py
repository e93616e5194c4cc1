"""Archives: the target, its format, what is in it, and that nothing is left behind."""

from __future__ import annotations

import os
import subprocess
import tarfile
import threading
import zipfile
from pathlib import Path

import pytest

from chasqui import Cancelled, TimeLimit
from chasqui_files.archive import archive


def content(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and not path.is_symlink()
    }


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
    spelled = {
        "new\nline": "new%0Aline",
        'quote"': "quote%22",
        "tab\t": "tab%09",
        "caf\udce9": "caf%E9",
    }
    expected = {spelled.get(name, name): data for name, data in content(tree).items()}
    assert expected == found


@pytest.mark.parametrize("format", ["tar.gz", "zip"])
@pytest.mark.parametrize("looks", [0, 3, 9, 15])
@pytest.mark.parametrize("why", [Cancelled("asked to stop"), TimeLimit(3)], ids=["stop", "late"])
def test_an_archive_that_is_stopped_says_why_and_leaves_nothing(
    tree, tmp_path, stop, format, looks, why
):
    target = tmp_path / "tree.archive"

    with pytest.raises(type(why)):  # and not that a file cannot be read: TimeLimit is an OSError
        archive(stop(looks, why), tree, target, format)

    assert ["tree"] == [path.name for path in tmp_path.iterdir()]


def test_an_existing_target_is_kept_unless_asked_to_replace_it(chasqui, tree, tmp_path):
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
        chasqui.run("files.archive", tree=tmp_path / "gone", target=tmp_path / "x.tar").result()
