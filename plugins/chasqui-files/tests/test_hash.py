"""Real files, compared with what the system's own tools make of them."""

from __future__ import annotations

import hashlib
import os
import subprocess
from pathlib import Path

import pytest

from chasqui import Cancelled
from chasqui.testing import check_plugin
from chasqui_files.hash import hash as hash_file
from chasqui_files.reading import NotARegularFile, blocks


@pytest.mark.parametrize("algorithm", ["sha256", "sha512", "sha1", "md5"])
def test_a_hash_is_what_the_system_says(chasqui, tmp_path, algorithm):
    file = tmp_path / "file"
    file.write_bytes(os.urandom(5_000_000))
    said = subprocess.run([f"{algorithm}sum", file], capture_output=True, text=True, check=True)

    task = chasqui.run("files.hash", path=file, algorithm=algorithm)

    assert said.stdout.split()[0] == task.result()
    assert (5_000_000, 5_000_000, "bytes") == task.progress


def test_a_file_of_any_name_is_hashed(chasqui, tree, names):
    for name in names:
        task = chasqui.run("files.hash", path=tree / name)

        assert hashlib.sha256((tree / name).read_bytes()).hexdigest() == task.result()


@pytest.mark.parametrize(
    ("name", "error", "says"),
    [
        ("fifo", NotARegularFile, "is a FIFO, not a regular file"),
        ("sub", NotARegularFile, "is a folder"),
        ("gone", FileNotFoundError, "gone"),
        ("/dev/zero", NotARegularFile, "is a character device"),
    ],
)
def test_what_is_no_regular_file_fails_at_once_and_says_what_it_is(
    chasqui, tree, name, error, says
):
    task = chasqui.run("files.hash", path=tree / name)

    with pytest.raises(error, match=says):
        task.result()


@pytest.mark.skipif(not Path("/proc/version").exists(), reason="this system has no /proc")
def test_a_file_that_is_said_to_have_no_bytes_is_read_to_its_end(chasqui):
    task = chasqui.run("files.hash", path="/proc/version")

    assert hashlib.sha256(Path("/proc/version").read_bytes()).hexdigest() == task.result()


def test_a_file_that_would_wait_for_more_is_not_taken_for_whole():
    read, write = os.pipe()
    os.set_blocking(read, False)
    with os.fdopen(read, "rb", buffering=0) as file, os.fdopen(write, "wb", buffering=0) as more:
        more.write(b"some")

        with pytest.raises(BlockingIOError, match="it has no end"):
            list(blocks(file))


def test_hashing_stops_between_blocks_when_cancelled(tmp_path, stop):
    file = tmp_path / "file"
    file.write_bytes(bytes(5 * 1024 * 1024))

    with pytest.raises(Cancelled):
        hash_file(stop(after=2), file)


def test_a_file_that_vanishes_while_it_is_hashed_is_hashed_whole(tmp_path, acts):
    file = tmp_path / "file"
    file.write_bytes(bytes(5 * 1024 * 1024))

    found = hash_file(acts(file.unlink), file)

    assert hashlib.sha256(bytes(5 * 1024 * 1024)).hexdigest() == found


def test_the_plugin_keeps_the_contract():
    assert [] == check_plugin("files")
