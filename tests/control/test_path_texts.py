"""The paths that a text may become, read from a real folder."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from chasqui import task
from chasqui.control.local import LocalPort
from chasqui.control.path_texts import MOST, paths_like
from chasqui.control.read_only import ReadOnlyPort
from chasqui.engine.engine import BaseEngine


@task
def read(path: Path, name: str = "") -> None:
    """Read a file."""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Return a folder with a few entries, in which the process stands."""
    monkeypatch.chdir(tmp_path)
    for name in ("here one", "here two", ".hidden", "a\x1b[2J", "a\u202eb", "abc"):
        (tmp_path / name).touch()
    Path(os.fsdecode(os.fsencode(str(tmp_path)) + b"/a\xff")).touch()
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "x").touch()
    return tmp_path


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("he", ("here one", "here two")),
        ("", ("abc", "here one", "here two", "sub/")),
        (".", (".hidden",)),
        ("sub", ("sub/",)),
        ("sub/", ("sub/x",)),
        ("./s", ("./sub/",)),
        ("a", ("abc",)),
        ("nowhere/x", ()),
        ("abc/x", ()),
        ("a\0b/", ()),
        ("~/", ()),
    ],
)
def test_a_text_becomes_the_paths_that_begin_so_and_can_be_typed(folder, text, found):
    assert found == paths_like(text)


def test_a_whole_path_is_completed_too(folder):
    assert (f"{folder}/sub/x",) == paths_like(f"{folder}/sub/")


def test_of_many_the_last_is_kept_so_that_no_shared_beginning_is_made_up(folder):
    for at in range(200):
        (folder / "sub" / f"file-{at:03}").touch()
    found = paths_like("sub/")

    assert (MOST, "sub/file-000", "sub/x") == (len(found), found[0], found[-1])


def test_a_port_completes_paths_alone_and_a_read_only_one_nothing(folder):
    engine = BaseEngine(1)
    engine.register(read)
    port = LocalPort(engine)

    assert ("here one", "here two") == tuple(port.complete("app.read", "path", "here"))
    assert [(), (), ()] == [
        tuple(port.complete("app.read", "name", "here")),
        tuple(port.complete("app.gone", "path", "here")),
        tuple(ReadOnlyPort(port).complete("app.read", "path", "here")),
    ]
