"""Finding a host by the name of its engine."""

from __future__ import annotations

from chasqui.control.client.finding import host_of_engine, hosts_alive, hosts_named
from chasqui.control.sockets.listening import Listener
from chasqui.control.sockets.place import socket_of


def test_hosts_are_found_by_name_and_by_name_and_digest(tmp_path):
    paths = [host_of_engine("a", tmp_path / name / "config.toml") for name in ("one", "two")]
    with Listener(paths[0]), Listener(paths[1]), Listener(socket_of("b", None)) as other:
        assert sorted(paths) == hosts_named("a")
        assert [paths[1]] == hosts_named(paths[1].stem)
        assert [other.path] == hosts_named("b")
        assert [] == hosts_named("c")
        assert ["a", "a", "b"] == [found.name for found in hosts_alive()]
    assert [] == hosts_alive()


def test_what_a_killed_host_has_left_is_no_host():
    path = socket_of("a", None)
    path.parent.mkdir(mode=0o700)
    path.touch()

    assert [] == hosts_named("a")


def test_a_name_with_a_slash_is_the_path_of_a_socket(tmp_path):
    with Listener(socket_of("a", None)) as listener:
        assert [listener.path] == hosts_named(str(listener.path))
    assert [] == hosts_named(str(tmp_path))
    assert [] == hosts_named(str(tmp_path / "gone.sock"))
