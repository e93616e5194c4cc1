"""Entry points are those that `importlib.metadata` finds, wherever packages are kept."""

from __future__ import annotations

import importlib.metadata
import sys
import zipfile

import pytest

from chasqui.plugins.entry_points import EntryPoint, entry_points
from tests.present import present

GROUP = "some.group"
ABOUT = "Metadata-Version: 2.1\nName: {name}\nVersion: 1.2\n\nVersion: no header\n"


@pytest.fixture
def site(tmp_path, monkeypatch):
    folder = tmp_path / "site"
    folder.mkdir()
    monkeypatch.syspath_prepend(str(folder))
    return folder


def put(site, folder, points, *, name="Some.Package", about="METADATA"):
    (site / folder).mkdir(parents=True)
    (site / folder / about).write_text(ABOUT.format(name=name))
    (site / folder / "entry_points.txt").write_text(points)


def known_to_python():
    return [
        EntryPoint(one.name, one.value, present(one.dist).name, present(one.dist).version)
        for one in importlib.metadata.entry_points(group=GROUP)
    ]


POINTS = {
    "one": "[some.group]\none = a_module\n",
    "several groups": "[x]\na = b\n[some.group]\none = m:f\ntwo=n\n\n[console_scripts]\nc = d\n",
    "comments and spaces": "# x\n  [some.group]  \n # y\n  one  =  m : f.g [extra]  \n\n",
    "lines as Windows ends them": "[some.group]\r\none = m\r\n",
    "a group of a longer name": "[some.group.more]\none = m\n",
    "none": "",
}


@pytest.mark.parametrize("points", POINTS.values(), ids=POINTS)
def test_they_are_those_that_python_finds(site, points):
    put(site, "some_package-1.2.dist-info", points)
    put(site, "other-3.egg-info", points.replace("one", "other"), about="PKG-INFO")

    assert sorted(known_to_python()) == sorted(entry_points(GROUP))


def test_of_two_versions_the_first_on_the_path_counts(site, monkeypatch):
    put(site, "some_package-1.dist-info", "[some.group]\nold = m\n")
    put(site / "first", "Some.Package-2.dist-info", "[some.group]\nnew = m\n")
    monkeypatch.syspath_prepend(str(site / "first"))

    assert ["new"] == [one.name for one in entry_points(GROUP)]
    assert known_to_python() == entry_points(GROUP)


def test_packages_in_a_zip_file_are_found_too(site, tmp_path, monkeypatch):
    file = tmp_path / "packed.zip"
    with zipfile.ZipFile(file, "w") as packed:
        packed.writestr("packed-1.dist-info/METADATA", ABOUT.format(name="packed"))
        packed.writestr("packed-1.dist-info/entry_points.txt", POINTS["one"])
    monkeypatch.syspath_prepend(str(file))

    assert [EntryPoint("one", "a_module", "packed", "1.2")] == entry_points(GROUP)


def test_a_finder_of_its_own_is_asked(monkeypatch, tmp_path):
    put(tmp_path, "kept-1.dist-info", POINTS["one"], name="kept")

    class Finder:
        @staticmethod
        def find_spec(name, path=None, target=None):
            return None

        @staticmethod
        def find_distributions(context):
            return iter([importlib.metadata.Distribution.at(tmp_path / "kept-1.dist-info")])

    monkeypatch.setattr(sys, "meta_path", [*sys.meta_path, Finder])

    assert [EntryPoint("one", "a_module", "kept", "1.2")] == entry_points(GROUP)


def test_what_is_no_text_or_no_folder_hides_no_other(site, monkeypatch):
    put(site, "good-1.dist-info", POINTS["one"], name="good")
    put(site, "bad-1.dist-info", "")
    (site / "bad-1.dist-info" / "entry_points.txt").write_bytes(b"[some.group]\n\xff = m\nodd\n")
    (site / "file-1.egg-info").write_text("Name: file\n")
    monkeypatch.syspath_prepend(str(site / "not there"))

    assert {"one", "\ufffd", "odd"} == {one.name for one in entry_points(GROUP)}


def test_loading_one_gives_its_module_or_what_is_in_it():
    assert sys is EntryPoint("one", "sys").load()
    assert sys.flags.__class__ is EntryPoint("one", "sys : flags.__class__ [extra]").load()
