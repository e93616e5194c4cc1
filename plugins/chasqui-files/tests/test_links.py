"""Links: which an archive holds, and why it does not hold the others."""

from __future__ import annotations

import os
import tarfile
import zipfile

import pytest

KEPT = {
    "missing": "not/there",
    "file": "sub/file",
    "folder": "sub",
    "folder, with a slash": "sub/",
    "itself": "link",
    "its folder": ".",
    "the folder above": "..",
    "beside the tree": "../beside",
    "dots": "./sub/../sub/./file",
    "long": "x/" * 1000,
}
LEFT_OUT = {
    "absolute": ("/etc/passwd", "it is a link to an absolute path, /etc/passwd"),
    "far out": ("../../x", "it is a link out of the tree, to ../../x"),
    "out and in again": ("../../tree/sub", "it is a link out of the tree"),
    "out behind a folder": ("sub/../../../x", "it is a link out of the tree"),
    "back through a link": ("way/../sub", "goes up from another link"),
    "into a loop": ("loop", "it leads into a loop of links"),
    "through a file": ("sub/file/x", "it leads through something that is not a folder"),
    "a name too long": ("n" * 256, "a name in it is too long"),
}


@pytest.fixture
def tree(tmp_path):
    tree = tmp_path / "tree"
    (tree / "sub").mkdir(parents=True)
    (tree / "sub" / "file").write_bytes(b"content")
    (tree / "way").symlink_to("sub")
    (tree / "loop").symlink_to("loop")
    return tree


def read_link(tree):
    return os.readlink(tree / "link")  # noqa: PTH115 - a Path would lose a slash at the end


@pytest.mark.parametrize("target", KEPT.values(), ids=KEPT)
def test_a_link_is_kept_as_it_is(chasqui, tree, tmp_path, target):
    os.symlink(target, tree / "link")  # noqa: PTH211 - so would this
    for ending in ("tar", "zip"):
        result = chasqui.run("files.archive", tree=tree, target=tmp_path / f"x.{ending}").result()
        assert (3, 0) == (result["links"], result["skipped"])

    with tarfile.open(tmp_path / "x.tar") as made:
        made.extractall(tmp_path / "out", filter="data")
    with zipfile.ZipFile(tmp_path / "x.zip") as made:
        assert target == made.read("tree/link").decode()
        assert 0o12 == made.getinfo("tree/link").external_attr >> 28
    # Newer Pythons take dots and slashes out of a target that they need not have.
    found = read_link(tmp_path / "out" / "tree")
    assert found in (target, os.path.normpath(target))


@pytest.mark.parametrize(("target", "why"), LEFT_OUT.values(), ids=LEFT_OUT)
@pytest.mark.parametrize("ending", ["tar", "zip"])
def test_a_link_that_not_every_reader_makes_is_left_out_and_named(
    chasqui, tree, tmp_path, target, why, ending
):
    (tree / "link").symlink_to(target)

    result = chasqui.run("files.archive", tree=tree, target=tmp_path / f"x.{ending}").result()

    assert (2, 1) == (result["links"], result["skipped"])
    (note,) = result["notes"]
    assert note.startswith("tree/link is left out: ")
    assert why in note
    if ending == "tar":
        with tarfile.open(tmp_path / "x.tar") as made:
            made.extractall(tmp_path / "out", filter="data")


def test_a_loop_of_several_links_is_kept(chasqui, tree, tmp_path):
    (tree / "one").symlink_to("sub/two")
    (tree / "sub" / "two").symlink_to("../sub/three")
    (tree / "sub" / "three").symlink_to("../one")

    result = chasqui.run("files.archive", tree=tree, target=tmp_path / "x.tar").result()

    assert (5, 0) == (result["links"], result["skipped"])


def test_a_link_to_what_a_zip_spells_otherwise_leads_there(chasqui, tree, tmp_path):
    (tree / "a:b").write_bytes(b"")
    (tree / "to").symlink_to("a:b")
    (tree / "lock").symlink_to("host:123")

    result = chasqui.run("files.archive", tree=tree, target=tmp_path / "x.zip").result()

    with zipfile.ZipFile(tmp_path / "x.zip") as made:
        assert b"a%3Ab" == made.read("tree/to")
        assert b"host:123" == made.read("tree/lock")
    assert 2 == result["altered"]
    assert "tree/to is stored as a link to a%3Ab" in result["notes"]
