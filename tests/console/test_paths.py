"""Completing the path of a file."""

from __future__ import annotations

import pytest

from chasqui.console.paths import completed


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Go to a folder with some files, and come back."""
    for name in ("rows.csv", "rows.jsonl", "other", ".hidden", "bad\x1bname", "in/deep.csv"):
        place = tmp_path / name
        place.parent.mkdir(exist_ok=True)
        place.touch()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


@pytest.mark.parametrize(
    ("typed", "text", "names"),
    [
        ("r", "rows.", ["rows.csv", "rows.jsonl"]),
        ("rows.c", "rows.csv", ["rows.csv"]),
        ("i", "in/", ["in/"]),
        ("in/", "in/deep.csv", ["deep.csv"]),
        ("~/o", "~/other", ["other"]),
        ("", "", ["in/", "other", "rows.csv", "rows.jsonl"]),
        (".", ".hidden", [".hidden"]),
        ("bad", "bad", []),
        ("nowhere/x", "nowhere/x", []),
        ("~no-such-user/x", "~no-such-user/x", []),
        ("other/x", "other/x", []),
        ("a\0b/", "a\0b/", []),
    ],
)
def test_a_path_is_completed_as_far_as_it_is_certain(folder, typed, text, names):
    found = completed(typed)
    assert (text, names) == (found.text, list(found.names))


def test_a_whole_path_is_completed(folder):
    assert f"{folder}/other" == completed(f"{folder}/ot").text
