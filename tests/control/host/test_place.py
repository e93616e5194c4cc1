"""The place of a host's socket: it is found again after the folder was removed, as at a logout."""

from __future__ import annotations

import shutil

import pytest

from chasqui import Engine
from chasqui.control.client.client import Client
from chasqui.control.client.finding import hosts_named
from chasqui.control.client.remote import RemotePort
from chasqui.control.port import ViewQuery
from chasqui.control.sockets.place import folder_of_user
from tests.waiting import until


@pytest.mark.slow
def test_a_host_whose_folder_was_removed_is_found_again_and_keeps_its_clients(caplog):
    with Engine(workers=1) as engine:
        path = engine.serve().path
        with Client.connect(path, client="before") as before:
            shutil.rmtree(folder_of_user())
            assert [] == hosts_named("default")

            until(lambda: "was removed; the host listens there again" in caplog.text)
            assert [path] == hosts_named("default")

            with Client.connect(path, client="after") as after:
                for client in (before, after):
                    assert "running" == RemotePort(client).snapshot(ViewQuery()).state
    until(lambda: not path.exists())
