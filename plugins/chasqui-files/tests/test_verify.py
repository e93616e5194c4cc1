"""Checksum lists, compared with what the system's own tools make of them."""

from __future__ import annotations

import subprocess

import pytest

from chasqui import TimeLimit
from chasqui_files.verify import ChecksumMismatch, verify


@pytest.mark.parametrize(
    "tool", [["sha256sum"], ["sha256sum", "-b"], ["md5sum"], ["sha256sum", "--tag"]]
)
def test_a_list_of_the_system_verifies(chasqui, tree, names, tool):
    names = [*names, "sub/big"]
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


def test_a_time_limit_is_not_taken_for_a_file_that_cannot_be_read(tree, tmp_path, stop):
    (tmp_path / "sums").write_text(f"{'0' * 64}  {tree / 'sub/big'}\n")

    with pytest.raises(TimeLimit):  # which is an OSError
        verify(stop(0, TimeLimit(3)), tmp_path / "sums")
