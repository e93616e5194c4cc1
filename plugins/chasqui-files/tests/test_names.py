"""What archives call things."""

from __future__ import annotations

import ntpath
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chasqui_files.names import for_windows, shown, top_name


@pytest.mark.parametrize(
    ("tree", "name"),
    [
        ("a", "a"),
        ("a/b/", "b"),
        ("a//b//.", "b"),
        ("gone/../b", "b"),
        ("-rf", "-rf"),
        ("...", "..."),
        ("/", "root"),
        ("/..", "root"),
        ("//", "root"),
    ],
)
def test_a_tree_is_called_by_its_last_name(tree, name):
    assert name == top_name(Path(tree))


@pytest.mark.parametrize("tree", ["..", "sub/../..", ".", "./", "", "/../..", "sub/.."])
def test_a_tree_without_a_name_is_called_as_the_folder_it_is(tmp_path, monkeypatch, tree):
    (tmp_path / "here" / "sub").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "here")

    name = top_name(Path(tree))

    assert name in (tmp_path.name, "here", "root")
    assert name == (Path(tree).resolve().name or "root")


def test_a_tree_in_a_folder_that_was_removed_is_refused(tmp_path, monkeypatch):
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()

    with pytest.raises(FileNotFoundError, match="runs in was removed"):
        top_name(Path())


@pytest.mark.parametrize(
    ("name", "spelling"),
    [
        ("plain", "plain"),
        ("a:b", "a%3Ab"),
        ("..\\..\\up", "..%5C..%5Cup"),
        ("new\nline\x00\x1f\x7f", "new%0Aline%00%1F%7F"),
        ('<>"|?*', "%3C%3E%22%7C%3F%2A"),
        ("caf\udce9", "caf%E9"),
        ("end.", "end%2E"),
        ("end ", "end%20"),
        ("con", "co%6E"),
        ("Nul.tar.gz", "Nu%6C.tar.gz"),
        ("COM1 .x", "COM%31 .x"),
        ("lpt²", "lpt%C2%B2"),
        ("conin$", "conin%24"),
        ("console", "console"),
        ("%41", "%41"),
        (" .hidden", " .hidden"),
    ],
)
def test_a_name_is_spelled_as_windows_can_make_it(name, spelling):
    assert {name: spelling} == for_windows([name])


def test_names_that_differ_by_case_are_spelled_apart_and_clean_ones_stay():
    made = for_windows(["readme", "README", "ReadMe", "a:b", "a%3Ab", "A%3AB"])

    assert "README" == made["README"]
    assert "A%3AB" == made["A%3AB"]
    assert 6 == len({spelling.upper() for spelling in made.values()})


def test_even_names_made_to_collide_are_spelled_apart():
    made = for_windows(["a", "A", "%61", "%61%", "%61%%"])

    assert 5 == len({spelling.upper() for spelling in made.values()})


LETTERS = st.sampled_from([*'aA%:."\\ \n', "CON", "nul", "é", "ß", "\udcff", "1", "61"])


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.lists(LETTERS, min_size=1).map("".join), unique=True))
def test_any_names_become_different_ones_that_windows_can_make(names):
    made = for_windows(names)

    assert set(names) == set(made)
    assert len(names) == len({spelling.casefold() for spelling in made.values()})
    for spelling in made.values():
        spelling.encode("utf-8")
        assert not set(spelling) & set('<>:"/\\|?*\n')
        assert not spelling.endswith((".", " "))
        if hasattr(ntpath, "isreserved"):  # from Python 3.13 on
            assert not ntpath.isreserved(spelling)


def test_a_name_is_shown_in_one_line_of_text():
    shown_name = shown(os.fsdecode(b"a\nb\x1b[31m\xff \xc3\xa9"))

    assert "a\\nb\\x1b[31m\\xff é" == shown_name
