"""The archive's file: its format, what it may replace, and that nothing else is left."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tarfile
import threading
import zipfile
from pathlib import Path

import pytest

from chasqui_files.archive import archive
from chasqui_files.tally import ArchiveFailed
from chasqui_files.target import Part

MAGIC = {
    "tar.gz": b"\x1f\x8b",
    "zip": b"PK",
    "tar": b"",
    "tar.bz2": b"BZh",
    "tar.xz": b"\xfd7zXZ",
}
ENDINGS = {
    "x.zip": "zip", "x.ZIP": "zip", "x.tar.gz": "tar.gz", "x.tgz": "tar.gz", "x.y.TGZ": "tar.gz",
    "x.tar": "tar", "x.tar.bz2": "tar.bz2", "x.tbz2": "tar.bz2", "x.tbz": "tar.bz2",
    "x.tar.xz": "tar.xz", "x.txz": "tar.xz", ".zip": "zip", "x.zip.tar": "tar",
}  # fmt: skip


@pytest.fixture
def tree(tmp_path):
    tree = tmp_path / "tree"
    (tree / "sub").mkdir(parents=True)
    (tree / "sub" / "file").write_bytes(b"content")
    return tree


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def names_in(target):
    with tarfile.open(target) as made:
        return made.getnames()


@pytest.mark.parametrize(("name", "format"), ENDINGS.items())
def test_the_ending_says_the_format(chasqui, tree, tmp_path, name, format):
    result = chasqui.run("files.archive", tree=tree, target=tmp_path / name).result()

    assert format == result["format"]
    assert (tmp_path / name).read_bytes().startswith(MAGIC[format])
    if format == "zip":
        with zipfile.ZipFile(tmp_path / name) as made:
            assert "tree/sub/file" in made.namelist()
    else:
        assert "tree/sub/file" in names_in(tmp_path / name)
        assert (format == "tar") == ((tmp_path / name).read_bytes()[257:262] == b"ustar")


@pytest.mark.parametrize("name", ["x", "x.7z", "x.gz", "tar", "zip", "x.zip ", "x.tar.zst"])
def test_an_ending_that_means_no_format_is_refused(chasqui, tree, tmp_path, name):
    with pytest.raises(
        ValueError, match=r"does not tell which format.*\.tar\.gz, .*or give format="
    ):
        chasqui.run("files.archive", tree=tree, target=tmp_path / name).result()
    assert ["tree"] == names(tmp_path)


def test_a_format_that_is_given_holds_whatever_the_ending(chasqui, tree, tmp_path):
    target = tmp_path / "x.zip"
    chasqui.run("files.archive", tree=tree, target=target, format="tar").result()

    assert tarfile.is_tarfile(target)


def test_nothing_of_the_part_is_in_the_archive(chasqui, tree, tmp_path):
    chasqui.run("files.archive", tree=tree, target=tmp_path / "x.tar.gz").result()

    assert 0 == (tmp_path / "x.tar.gz").read_bytes()[3]  # no name in the head of the gzip


def test_an_existing_target_is_refused_before_anything_is_made(chasqui, tree, tmp_path):
    target = tmp_path / "x.tar"
    target.write_bytes(b"mine")

    with pytest.raises(FileExistsError, match=r"x\.tar exists; say overwrite=yes"):
        chasqui.run("files.archive", tree=tree, target=target).result()


def special(kind, path):
    if kind == "folder":
        path.mkdir()
    elif kind == "FIFO":
        os.mkfifo(path)
    elif kind == "socket":
        with socket.socket(socket.AF_UNIX) as bound:
            bound.bind(str(path))
    else:
        path.symlink_to("/dev/null")


@pytest.mark.parametrize("kind", ["folder", "FIFO", "socket", "character device"])
@pytest.mark.parametrize("overwrite", [False, True])
def test_what_is_no_file_is_never_replaced(chasqui, tree, tmp_path, kind, overwrite):
    special(kind, tmp_path / "x.tar")
    before = (tmp_path / "x.tar").lstat()
    given = {"tree": tree, "target": tmp_path / "x.tar", "overwrite": overwrite}

    with pytest.raises(FileExistsError, match=rf"x\.tar is a {kind}; name a file to make"):
        chasqui.run("files.archive", **given).result()
    assert os.path.samestat(before, (tmp_path / "x.tar").lstat())
    assert ["tree", "x.tar"] == names(tmp_path)


@pytest.mark.parametrize("target", [".", "..", "/", "tree/", "tree/sub/.."])
def test_a_target_that_is_a_folder_by_any_spelling_is_refused(
    chasqui, tree, tmp_path, monkeypatch, target
):
    monkeypatch.chdir(tmp_path)

    with pytest.raises(FileExistsError, match="is a folder"):
        chasqui.run(
            "files.archive", tree="tree", target=target, overwrite=True, format="zip"
        ).result()


@pytest.mark.parametrize("to", ["kept", "gone", "x.tar"])
def test_a_link_as_the_target_is_replaced_itself_and_only_on_request(chasqui, tree, tmp_path, to):
    (tmp_path / "kept").write_bytes(b"kept")
    (tmp_path / "x.tar").symlink_to(to)

    with pytest.raises(FileExistsError, match="say overwrite=yes"):
        chasqui.run("files.archive", tree=tree, target=tmp_path / "x.tar").result()
    chasqui.run("files.archive", tree=tree, target=tmp_path / "x.tar", overwrite=True).result()

    assert not (tmp_path / "x.tar").is_symlink()
    assert b"kept" == (tmp_path / "kept").read_bytes()


@pytest.mark.parametrize(
    ("target", "says"),
    [
        ("gone/x.tar", "gone/x.tar cannot be made in its folder: No such file"),
        ("file/x.tar", "file/x.tar cannot be made: Not a directory"),
        ("n" * 255 + ".tar", "cannot be made: File name too long"),
    ],
)
def test_a_target_that_cannot_be_made_is_named(chasqui, tree, tmp_path, target, says):
    (tmp_path / "file").write_bytes(b"")

    with pytest.raises(ArchiveFailed, match=says):
        chasqui.run("files.archive", tree=tree, target=tmp_path / target).result()


def test_a_target_may_have_the_longest_name(chasqui, tree, tmp_path):
    target = tmp_path / ("é" * 125 + "x.tar")
    chasqui.run("files.archive", tree=tree, target=target).result()

    assert tarfile.is_tarfile(target)
    assert [target.name] == [name for name in names(tmp_path) if name != "tree"]


@pytest.mark.parametrize("way", ["tree/x.tar", "link/x.tar", "tree/sub/../x.tar", "link/sub/x.tar"])
def test_neither_part_nor_target_is_in_the_archive_whatever_its_spelling(
    chasqui, tree, tmp_path, monkeypatch, way
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "link").symlink_to("tree")
    first = chasqui.run("files.archive", tree="tree", target=way).result()
    again = chasqui.run("files.archive", tree="link", target=way, overwrite=True).result()

    assert (0, 1) == (first["skipped"], again["skipped"])
    assert again["notes"][0].endswith("x.tar is left out: it is the target of this archive")
    assert ["link", "link/sub", "link/sub/file"] == names_in(way)


def test_a_file_that_shares_its_content_with_the_old_target_is_in_the_archive(
    chasqui, tree, tmp_path
):
    os.link(tree / "sub" / "file", tmp_path / "x.tar")
    chasqui.run("files.archive", tree=tree, target=tmp_path / "x.tar", overwrite=True).result()

    assert "tree/sub/file" in names_in(tmp_path / "x.tar")
    assert b"content" == (tree / "sub" / "file").read_bytes()


def test_an_unfinished_archive_of_the_same_target_is_left_out_and_named(chasqui, tree):
    (tree / ".x.tar.part-0123abcd").write_bytes(b"unfinished")
    (tree / ".y.tar.part-0123abcd").write_bytes(b"another's")
    result = chasqui.run("files.archive", tree=tree, target=tree / "x.tar").result()

    assert ["tree/.x.tar.part-0123abcd is left out: it is an unfinished archive"] == result["notes"]


def test_a_target_made_in_the_meantime_is_kept(tree, tmp_path, acts):
    target = tmp_path / "x.tar"

    with pytest.raises(FileExistsError, match="was made by something else in the meantime"):
        archive(acts(lambda: target.write_bytes(b"other")), tree, target)
    assert b"other" == target.read_bytes()
    assert ["tree", "x.tar"] == names(tmp_path)


def test_of_two_archives_to_one_target_both_are_whole_and_one_is_kept(tree, tmp_path, acts):
    target, failed = tmp_path / "x.tar", []
    together = threading.Barrier(2)

    def work():
        try:
            archive(acts(together.wait), tree, target)
        except FileExistsError as error:
            failed.append(error)

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert 1 == len(failed)
    assert "tree/sub/file" in names_in(target)
    assert ["tree", "x.tar"] == names(tmp_path)


@pytest.mark.parametrize("name", ["x.tar", "x.tar.gz", "x.tar.bz2", "x.tar.xz", "x.zip"])
def test_a_disk_that_is_full_fails_with_the_target_and_leaves_nothing(tree, tmp_path, name):
    (tree / "big").write_bytes(os.urandom(600_000))
    # A limit of the system stands for the full disk: it ends a write in the middle as well.
    code = (
        "import resource, sys; from pathlib import Path; from chasqui.testing import Harness\n"
        "import chasqui_files\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))\n"
        "with Harness(chasqui_files) as chasqui:\n"
        f"    task = chasqui.run('files.archive', tree='tree', target={name!r})\n"
        "    print(task.error)\n"
    )
    words = [sys.executable, "-W", "error", "-c", code]
    done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True)

    assert f"{name} cannot be written: File too large\n" == done.stdout
    assert "" == done.stderr
    assert ["tree"] == names(tmp_path)


def test_an_archive_that_failed_writes_no_ending(tmp_path):
    with Part(tmp_path / "x.tar") as part:
        part.write(b"begins")
        part.abandon()

        assert 4 == part.write(b"ends")
        assert 6 == part.tell()


def test_a_file_system_without_hard_links_takes_archives(tree, tmp_path, acts, monkeypatch):
    def refuse(*paths):
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    archive(acts(None), tree, tmp_path / "x.tar")

    assert tarfile.is_tarfile(tmp_path / "x.tar")
    with Part(tmp_path / "x.tar") as part, pytest.raises(FileExistsError, match="in the meantime"):
        part.publish(overwrite=False)
    assert Path(tmp_path / "x.tar").stat().st_size
