"""What stands in a tar and in a zip: names, times, modes, kinds, counts."""

from __future__ import annotations

import os
import socket
import stat
import struct
import subprocess
import tarfile
import time
import zipfile

import pytest

from chasqui_files.tally import NAMED

YEARS = {  # seconds: the date that a zip has, and the exact second beside it
    -(10**9): (1980, None),
    -1: (1980, None),
    0: (1980, 0),
    315_446_400: (1980, 315_446_400),
    10**9 + 1: (2001, 10**9 + 1),
    2**31 + 1: (2038, 2**31 + 1),
    2**32 - 1: (2106, 2**32 - 1),
    4_354_000_001: (2107, None),
    4_354_905_600: (2107, None),
    7_258_118_400: (2107, None),
}


@pytest.fixture
def tree(tmp_path):
    tree = tmp_path / "tree"
    tree.mkdir()
    return tree


@pytest.fixture
def pack(chasqui, tree, tmp_path):
    def pack(name):
        return chasqui.run("files.archive", tree=tree, target=tmp_path / name).result()

    return pack


@pytest.mark.parametrize(("seconds", "dated"), YEARS.items())
def test_a_zip_has_a_date_it_can_hold_and_the_exact_second(tree, tmp_path, pack, seconds, dated):
    (tree / "file").write_bytes(b"")
    os.utime(tree / "file", (seconds, seconds))
    result = pack("x.zip")

    with zipfile.ZipFile(tmp_path / "x.zip") as made:
        info = made.getinfo("tree/file")
    year, exact = dated
    assert year == info.date_time[0]
    expected = b"" if exact is None else struct.pack("<HHBL", 0x5455, 5, 1, exact)
    assert expected == info.extra
    real = time.localtime(seconds).tm_year
    told = [f"tree/file has a date in {real}, stored as {year}"] if real != year else []
    assert told == result["notes"]
    assert len(told) == result["altered"]


@pytest.mark.parametrize("at", [0, -1, -(10**9), 2**31, 2**33 + 1, 7_258_118_400])
@pytest.mark.parametrize("part", [0, 1, 500_000_000, 999_999_999])
def test_a_tar_has_the_exact_time(tree, tmp_path, pack, at, part):
    (tree / "file").write_bytes(b"")
    os.utime(tree / "file", ns=(0, at * 10**9 + part))
    wanted = (tree / "file").stat().st_mtime_ns
    pack("x.tar")
    subprocess.run(["tar", "xf", tmp_path / "x.tar"], cwd=tmp_path, check=True)

    assert wanted == (tree / "file").stat().st_mtime_ns
    with tarfile.open(tmp_path / "x.tar") as made:
        assert abs(made.getmember("tree/file").mtime - wanted / 1e9) < 1e-5


def test_hard_links_are_links_in_a_tar_and_files_in_a_zip(tree, tmp_path, pack):
    (tree / "one").write_bytes(b"content")
    os.link(tree / "one", tree / "two")
    reports = pack("x.tar"), pack("x.zip")

    assert [(2, 14)] * 2 == [(report["files"], report["bytes"]) for report in reports]
    with tarfile.open(tmp_path / "x.tar") as made:
        assert "tree/one" == made.getmember("tree/two").linkname
        made.extractall(tmp_path / "out", filter="data")
    out = tmp_path / "out" / "tree"
    assert (out / "one").samefile(out / "two")
    with zipfile.ZipFile(tmp_path / "x.zip") as made:
        assert b"content" == made.read("tree/one") == made.read("tree/two")


def test_files_with_one_name_in_the_tree_are_whole_wherever_their_other_is(tree, tmp_path, pack):
    (tmp_path / "outside").write_bytes(b"content")
    os.link(tmp_path / "outside", tree / "inside")
    pack("x.tar")

    with tarfile.open(tmp_path / "x.tar") as made:
        assert made.getmember("tree/inside").isreg()


@pytest.mark.parametrize("name", ["x.tar", "x.zip"])
def test_what_is_neither_file_folder_nor_link_is_counted_with_what_it_is(
    tree, pack, monkeypatch, name
):
    monkeypatch.chdir(tree)
    os.mkfifo("fifo")
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind("socket")
    result = pack(name)

    assert 2 == result["skipped"]
    assert "tree/fifo is left out: it is a FIFO" in result["notes"]
    assert "tree/socket is left out: it is a socket" in result["notes"]


def test_of_much_that_is_left_out_the_first_are_named(tree, pack):
    for number in range(50):
        os.mkfifo(tree / f"{number:02}")
    result = pack("x.tar")

    assert 50 == result["skipped"]
    assert NAMED + 1 == len(result["notes"])
    assert "and 30 more" == result["notes"][-1]


def test_a_zip_keeps_modes_and_tells_folders_to_windows(tree, tmp_path, pack):
    (tree / "file").write_bytes(b"")
    (tree / "file").chmod(0o750)
    (tree / "sub").mkdir()
    pack("x.zip")

    with zipfile.ZipFile(tmp_path / "x.zip") as made:
        assert stat.S_IFREG | 0o750 == made.getinfo("tree/file").external_attr >> 16
        assert made.getinfo("tree/sub/").external_attr & 0x10
        assert {3} == {info.create_system for info in made.infolist()}


def test_names_that_are_spelled_otherwise_in_a_zip_are_counted_once(tree, tmp_path, pack):
    (tree / "a:b").mkdir()
    (tree / "a:b" / "c").write_bytes(b"")
    (tree / os.fsdecode(b"\xff")).write_bytes(b"")
    result = pack("x.zip")

    with zipfile.ZipFile(tmp_path / "x.zip") as made:
        assert {"tree/", "tree/a%3Ab/", "tree/a%3Ab/c", "tree/%FF"} == set(made.namelist())
    assert 2 == result["altered"]
    expected = ["tree/a:b is stored as tree/a%3Ab", "tree/\\xff is stored as tree/%FF"]
    assert expected == result["notes"]


def test_a_name_too_long_for_a_zip_is_left_out_of_it(tree, pack):
    (tree / (":" * 100)).write_bytes(b"")
    result = pack("x.zip")

    assert (0, 1) == (result["files"], result["skipped"])
    assert result["notes"][0].endswith("its name is too long to be unpacked")
    assert 1 == pack("x.tar")["files"]


def test_a_tar_gives_names_back_byte_by_byte(tree, tmp_path, pack):
    names = {b"\xff", b"caf\xe9", b"new\nline", b"back\\slash", "é".encode(), b"x" * 200 + b"\xfe"}
    for name in names:
        os.close(os.open(os.fsencode(tree) + b"/" + name, os.O_CREAT))
    pack("x.tar")
    # GNU tar warns of the keyword hdrcharset, which it does not know, and gives the bytes back.
    subprocess.run(
        ["tar", "xf", tmp_path / "x.tar", "--one-top-level=out"],
        cwd=tmp_path,
        check=True,
        capture_output=True,
    )

    assert names == set(os.listdir(os.fsencode(tmp_path) + b"/out/tree"))  # noqa: PTH208 - bytes
