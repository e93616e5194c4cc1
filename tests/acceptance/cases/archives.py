"""Archives that readers can unpack to the same tree, and lists of checksums."""

from __future__ import annotations

import os
import shutil
import subprocess
import tarfile
import zipfile
from pathlib import Path

from bench import rows, run


def _archive(*words: str, status: int = 0) -> dict[str, object]:
    done = run("run", "files.archive", *words)
    assert status == done.returncode, done
    row: dict[str, object]
    (row,) = rows(done.stdout)
    return row


def _unpacked(archive: str) -> list[dict[str, str]]:
    """Unpack with GNU tar or unzip, and with Python; return texts by relative name of each."""
    given = str(Path(archive).resolve())
    readers = [["tar", "xf", given, "-C", "."]]
    if zipfile.is_zipfile(archive):
        readers = [["unzip", "-oq", given]] if shutil.which("unzip") else []
    trees = []
    for number, reader in enumerate([*readers, None]):
        folder = Path(f"out-{Path(archive).name}-{number}")
        folder.mkdir()
        if reader is not None:
            subprocess.run(reader, cwd=folder, check=True)
        elif zipfile.is_zipfile(archive):
            zipfile.ZipFile(archive).extractall(folder)
        else:
            with tarfile.open(archive) as opened:
                opened.extractall(folder, filter="data")
        files = [path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()]
        trees.append({str(path.relative_to(folder)): path.read_text() for path in files})
    return trees


def case_a_tree_given_as_dots() -> None:
    Path("top/sub").mkdir(parents=True)
    Path("top/same.txt").write_text("upper")
    Path("top/sub/same.txt").write_text("lower")
    here = Path.cwd()
    os.chdir("top/sub")
    _archive("tree=..", f"target={here}/x.tar.gz")
    _archive("tree=..", f"target={here}/x.zip")
    os.chdir(here)
    for archive in ("x.tar.gz", "x.zip"):
        for tree in _unpacked(archive):
            assert ["lower", "upper"] == sorted(tree.values()), tree
            assert not any(".." in name for name in tree)


def case_a_tree_given_by_a_link() -> None:
    Path("real").mkdir()
    Path("real/file").write_text("data")
    Path("link").symlink_to("real")
    _archive("tree=link", "target=x.tar.gz")
    for tree in _unpacked("x.tar.gz"):
        assert ["data"] == list(tree.values()), tree


def case_a_time_after_2107() -> None:
    Path("tree").mkdir()
    for name in "ab":
        Path("tree", name).write_text(name)
    os.utime("tree/b", (7_258_118_400, 7_258_118_400))  # the year 2200
    _archive("tree=tree", "target=x.zip", "format=zip")
    for tree in _unpacked("x.zip"):
        assert ["a", "b"] == sorted(tree.values()), tree


def case_an_archive_in_its_own_tree() -> None:
    Path("real/sub").mkdir(parents=True)
    Path("real/sub/data").write_text("x" * 100_000)
    Path("link").symlink_to("real")
    _archive("tree=real", "target=link/x.tar.gz")
    with tarfile.open("real/x.tar.gz") as archive:
        assert ["data"] == [Path(one.name).name for one in archive if one.isfile()]


def case_the_name_says_the_format() -> None:
    Path("tree").mkdir()
    Path("tree/a").write_text("a")
    _archive("tree=tree", "target=x.zip")
    assert zipfile.is_zipfile("x.zip")


def case_a_checksum_list_with_one_space() -> None:
    Path("a").write_text("a\n")
    digest = "87428fc522803d31065e7bce3cf03fe475096631e5e07bbd7a0fde60c4cf25c7"
    Path("sums").write_text(f"{digest} a\n")
    done = run("run", "files.verify", "checksums=sums")
    assert 0 == done.returncode, done
