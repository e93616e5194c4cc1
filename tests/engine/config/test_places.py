"""Which config file counts: nothing that somebody else could have put here."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from chasqui import ConfigError
from chasqui.engine.config.loading import load
from chasqui.engine.config.places import find_config, state_folder

OTHER_USER = 54321


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Be in an empty folder."""
    folder = tmp_path / "here"
    folder.mkdir(0o755)
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def config(here: Path) -> Path:
    """Have a config here that counts."""
    file = here / "config.toml"
    file.write_text("[engine]\n")
    file.chmod(0o644)
    assert (Path("config.toml"), None) == find_config()
    return file


@pytest.fixture
def give_away(monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], None]:
    """Make something belong to another user; root can, others see it with another's eyes."""

    def give_away(file: Path) -> None:
        if os.getuid() == 0:
            os.chown(file, OTHER_USER, -1, follow_symlinks=False)
        else:
            real = os.getuid()
            monkeypatch.setattr(os, "getuid", lambda: real + 1)

    return give_away


def ignored() -> str:
    """Return why the config here does not count."""
    found, note = find_config()
    assert found is None
    assert note is not None
    assert 1 == len(note.splitlines())
    return note


def test_a_missing_file_is_named():
    with pytest.raises(ConfigError, match=r"nowhere\.toml: no such config file"):
        find_config("nowhere.toml")


def test_what_is_no_regular_file_is_no_config_and_says_so(here):
    (here / "folder").mkdir()
    (here / "loop").symlink_to("loop")
    os.mkfifo(here / "fifo")
    for name, why in {
        "": "the name of the config file is empty",
        "folder": "folder: is no regular file",
        "fifo": "fifo: is no regular file",
        "nul\0": "cannot be read: (embedded null byte|stat: embedded null character in path)$",
        "loop": "loop: cannot be read: Too many levels of symbolic links",
    }.items():
        with pytest.raises(ConfigError, match=why):
            find_config(name)


def test_a_config_that_begins_with_a_byte_order_mark_counts(here):
    (here / "config.toml").write_bytes(b'\xef\xbb\xbf[engine]\nname = "bom"\n')

    assert (Path("config.toml"), None) == find_config()
    assert "bom" == load(Path("config.toml")).engine.name


def test_without_a_config_there_is_nothing_to_say(here):
    assert (None, None) == find_config()


def test_a_config_of_another_program_does_not_count(here):
    (here / "config.toml").write_text("[tool]\n")

    assert "./config.toml is ignored: it has no [engine] table" == ignored()


def test_a_broken_config_counts_if_it_seems_to_be_meant_for_us(here):
    (here / "config.toml").write_text("[engine]\nname = \n")
    assert (Path("config.toml"), None) == find_config()

    (here / "config.toml").write_text("name = \n")
    assert (
        "./config.toml is ignored: it is not valid TOML: Invalid value (at line 1, column 8)"
        == ignored()
    )
    (here / "config.toml").write_bytes(b"name = '\xe9'\n")
    assert "./config.toml is ignored: it is not UTF-8 text, at byte 8" == ignored()


def test_a_config_of_another_user_does_not_count(config, give_away):
    give_away(config)

    assert "it belongs to another user" in ignored()


@pytest.mark.parametrize("mode", [0o664, 0o646])
def test_a_config_that_others_can_write_does_not_count(config, mode):
    config.chmod(mode)

    assert f"others can write it; chmod go-w {config}" in ignored()


@pytest.mark.parametrize("mode", [0o775, 0o757])
def test_a_config_in_a_folder_that_others_can_write_does_not_count(config, mode):
    config.parent.chmod(mode)

    assert f"others can write its folder; chmod go-w {config.parent}" in ignored()


def test_a_config_of_ours_in_a_sticky_folder_counts(config):
    config.parent.chmod(0o1777)

    assert (Path("config.toml"), None) == find_config()


@pytest.mark.skipif(os.getuid() != 0, reason="only root can give a folder away and keep its files")
def test_a_config_of_ours_in_the_folder_of_another_user_does_not_count(config, give_away):
    config.parent.chmod(0o1755)
    give_away(config.parent)

    assert f"its folder {config.parent} belongs to another user" in ignored()


def test_of_a_link_the_real_file_and_its_folder_are_judged(config, tmp_path):
    away = tmp_path / "away"
    away.mkdir(0o755)
    real = config.rename(away / "real.toml")
    config.symlink_to(real)
    assert (Path("config.toml"), None) == find_config()

    away.chmod(0o777)
    assert f"others can write its folder; chmod go-w {away}" in ignored()

    away.chmod(0o755)
    real.chmod(0o666)
    assert f"others can write it; chmod go-w {real}" in ignored()


def test_of_a_link_its_own_folder_is_judged_too(config, tmp_path):
    real = config.rename(tmp_path / "real.toml")
    config.symlink_to(real)
    config.parent.chmod(0o777)

    assert f"others can write its folder; chmod go-w {config.parent}" in ignored()


@pytest.mark.skipif(os.getuid() != 0, reason="only root can give a link away")
def test_a_link_that_another_user_put_into_a_sticky_folder_does_not_count(
    config, tmp_path, give_away
):
    real = config.rename(tmp_path / "real.toml")
    config.symlink_to(real)
    config.parent.chmod(0o1777)
    give_away(config)

    assert "it belongs to another user" in ignored()


def test_what_is_no_file_does_not_count_and_is_not_waited_for(here):
    os.mkfifo(here / "config.toml")
    assert "it is not a regular file" in ignored()

    (here / "config.toml").unlink()
    (here / "config.toml").symlink_to("gone")
    assert "it leads to no file" in ignored()

    (here / "config.toml").unlink()
    (here / "config.toml").symlink_to("config.toml")
    assert "it cannot be read" in ignored()


def test_the_folder_of_the_personal_engine_is_named_after_no_path():
    digest = hashlib.sha256(b"").hexdigest()[:8]

    assert f"default-{digest}" == state_folder("default", None).name
