"""The place of a socket: one for each engine of a user, and refused where it cannot be safe."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from chasqui.control.sockets.place import (
    LONGEST,
    connectable,
    folder_of_user,
    name_in,
    socket_of,
)
from chasqui.engine.config.places import state_folder
from chasqui.errors import SocketUnusable
from tests.control.sockets.programs import NOBODY, needs_root


def test_a_socket_is_named_like_the_state_folder_of_its_engine(tmp_path):
    for config in (None, tmp_path / "config.toml"):
        path = socket_of("default", config)

        assert state_folder("default", config).name == path.stem
        assert (tmp_path / "chasqui", ".sock") == (path.parent, path.suffix)
        assert "default" == name_in(path)


def test_two_folders_with_the_same_sample_config_have_two_sockets(tmp_path):
    one, other = (socket_of("default", tmp_path / name / "config.toml") for name in ("a", "b"))

    assert one != other


def test_without_a_runtime_folder_the_sockets_lie_in_the_temporary_directory(monkeypatch, tmp_path):
    for runtime in ("", "relative/folder"):
        monkeypatch.setenv("XDG_RUNTIME_DIR", runtime)
        monkeypatch.setenv("TMPDIR", str(tmp_path))
        assert tmp_path / f"chasqui-{os.geteuid()}" == folder_of_user()

        for other in ("", "relative"):
            monkeypatch.setenv("TMPDIR", other)
            assert Path(f"/tmp/chasqui-{os.geteuid()}") == folder_of_user()


def test_a_runtime_folder_that_does_not_exist_is_refused(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "gone"))

    with pytest.raises(SocketUnusable, match=r"gone: XDG_RUNTIME_DIR names .* unset") as refused:
        socket_of("default", None)
    assert tmp_path / "gone" == refused.value.path


@needs_root
@pytest.mark.parametrize("sudo", [True, False])
def test_root_does_not_use_the_runtime_folder_of_a_user(monkeypatch, tmp_path, sudo):
    if sudo:
        monkeypatch.setenv("SUDO_UID", str(NOBODY))
    else:
        monkeypatch.delenv("SUDO_UID", raising=False)
    os.chown(tmp_path, NOBODY, -1)

    with pytest.raises(SocketUnusable, match="of nobody, and this is root") as refused:
        folder_of_user()
    assert sudo == (", by sudo" in str(refused.value))
    assert "run this without sudo" in str(refused.value)


@pytest.mark.parametrize("name", ["", "a/b", "..", "a b", "é", "default\n", "x" * 41])
def test_a_name_that_no_config_allows_is_refused(name):
    with pytest.raises(SocketUnusable, match=r"the name of the engine, .* cannot name a socket"):
        socket_of(name, None)


def test_a_path_that_is_too_long_is_refused_with_its_length_and_what_to_do(monkeypatch, tmp_path):
    room = LONGEST - len(os.fsencode(tmp_path)) - len("/") - len("/chasqui/a-e3b0c442.sock")
    folder = tmp_path / ("f" * room)
    folder.mkdir()
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(folder))

    assert LONGEST == len(os.fsencode(socket_of("a", None)))
    with pytest.raises(SocketUnusable) as refused:
        socket_of("ab", None)

    assert f"{folder}/chasqui/ab-e3b0c442.sock" in str(refused.value)
    assert f"has {LONGEST + 1} bytes, and {LONGEST} is the most" in str(refused.value)
    assert "XDG_RUNTIME_DIR" in str(refused.value)


def test_the_length_is_counted_in_bytes(monkeypatch, tmp_path):
    room = LONGEST - len(os.fsencode(tmp_path)) - len("/") - len("/chasqui/a-e3b0c442.sock")
    folder = tmp_path / ("f" * (room - 1) + "é")
    folder.mkdir()
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(folder))

    with pytest.raises(SocketUnusable, match=f"has {LONGEST + 1} bytes"):
        socket_of("a", None)


def test_a_client_connects_only_into_a_folder_of_its_user_alone():
    path = socket_of("default", None)
    assert not connectable(path)

    path.parent.mkdir(mode=0o700)
    assert connectable(path)

    path.parent.chmod(0o750)
    with pytest.raises(SocketUnusable, match="other users can reach"):
        connectable(path)


def test_only_the_name_of_a_socket_of_an_engine_names_an_engine():
    names = {
        "a-b-0123abcd.sock": "a-b",
        "a-0123abcd.observe.sock": "a",
        "a-0123abcd.lock": None,
        "a-0123abcdef.sock": None,
        "-0123abcd.sock": None,
        "mine.sock": None,
    }

    assert names == {name: name_in(Path("/run", name)) for name in names}
