"""An engine in any program: consoles can attach to it when the program or its settings say so."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from chasqui import Engine
from chasqui.control.client.client import Client
from chasqui.control.client.finding import hosts_alive, hosts_named
from chasqui.control.sockets.listening import Listener
from chasqui.control.sockets.place import socket_of
from chasqui.control.wire.permanent import NoArgsEver
from chasqui.control.wire.status import Status
from chasqui.errors import AlreadyHosted, PoolClosed
from tests.waiting import until


def status_of(path: Path) -> Status:
    """Ask a host for its status."""
    with Client.connect(path, client="test", role="observe") as client:
        return client.ask("status", NoArgsEver(), Status, 10)


def test_an_engine_is_found_by_its_name_while_it_serves():
    with Engine(workers=2, name="photos") as engine:
        assert [] == hosts_alive()
        host = engine.serve()

        assert [host.path] == hosts_named("photos")
        assert host is engine.serve()
        status = status_of(host.path)
        assert ("photos", os.getpid()) == (status.name, status.pid)
    # At most a moment longer: it may not have noticed yet that the client has left.
    until(lambda: [] == hosts_alive())


def test_a_stopped_engine_cannot_be_served():
    with Engine(workers=1, name="photos") as engine:
        pass

    with pytest.raises(PoolClosed, match="engine 'photos' cannot be served: it is stopped"):
        engine.serve()

    assert [] == hosts_alive()


def test_an_engine_can_be_found_by_another_name():
    with Engine(workers=1) as engine:
        host = engine.serve(name="photos")

        assert [host.path] == hosts_named("photos")
        assert [] == hosts_named("default")


def test_two_engines_of_one_name_are_not_served_at_once():
    with Engine(workers=1) as one, Engine(workers=1) as other:
        one.serve()

        with pytest.raises(AlreadyHosted, match=f"process {os.getpid()}"):
            other.serve()


@pytest.mark.parametrize(
    ("said", "found"), [("1", "default"), ("photos", "photos"), ("0", None), ("", None)]
)
def test_the_environment_has_an_engine_served(monkeypatch, said, found):
    monkeypatch.setenv("CHASQUI_SERVE", said)
    with Engine(workers=1):
        assert ([] if found is None else [found]) == [host.name for host in hosts_alive()]


def test_a_program_says_no_to_the_environment(monkeypatch):
    monkeypatch.setenv("CHASQUI_SERVE", "1")
    with Engine(workers=1, serve=False):
        assert [] == hosts_alive()


@pytest.mark.parametrize("serves", [True, False])
def test_a_config_has_an_engine_served_under_the_files_own_name(tmp_path, serves):
    config = tmp_path / "config.toml"
    config.write_text(f'[engine]\nname = "photos"\nserve = {str(serves).lower()}\n')
    with Engine.from_config(config):
        expected = [socket_of("photos", config)] if serves else []
        assert expected == hosts_named("photos")


def test_work_goes_on_when_it_cannot_be_watched(caplog):
    with Listener(socket_of("default", None)), Engine(workers=1, serve=True) as engine:
        assert "running" == engine.state

    (warning,) = [one.getMessage() for one in caplog.records if one.levelname == "WARNING"]
    assert "no console can attach to engine default: engine default is hosted by" in warning
