"""What is kept in the user's state folder: replaced whole, private, and never in the way."""

from __future__ import annotations

import stat

from chasqui.control import kept
from chasqui.control.overrides import Overrides


def mode(path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_files_and_the_folders_made_for_them_are_private(tmp_path):
    file = tmp_path / "state" / "chasqui" / "x" / "kept.toml"
    kept.write(file, {"a": 1})

    assert {"a": 1} == kept.read(file)
    assert 0o600 == mode(file)
    assert [0o700] * 3 == [mode(folder) for folder in list(file.parents)[:3]]
    assert ["kept.toml"] == [one.name for one in file.parent.iterdir()]


def test_an_override_replaces_what_is_no_table(tmp_path):
    file = tmp_path / "overrides.toml"
    file.write_text("pools = 3\n")
    Overrides(file).set("pools", "default", "workers", value=2)

    assert {"pools": {"default": {"workers": 2}}} == kept.read(file)


def test_what_others_could_have_written_is_not_private(tmp_path):
    file = tmp_path / "folder" / "kept.toml"
    kept.write(file, {})
    assert kept.is_private(file)

    file.chmod(0o622)
    assert not kept.is_private(file)

    file.chmod(0o600)
    file.parent.chmod(0o770)
    assert not kept.is_private(file)
