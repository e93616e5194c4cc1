"""A client that has nothing to ask: it stays connected, and ends with its block."""

from __future__ import annotations

from chasqui.commands import heartbeat
from chasqui.commands.heartbeat import Heartbeat
from chasqui.control.client.client import Client
from chasqui.control.sockets.place import socket_of
from tests.waiting import until


def test_a_quiet_client_asks_for_the_status_now_and_then(host, monkeypatch):
    monkeypatch.setattr(heartbeat, "BEAT_SECONDS", 0.01)
    fake = host()
    client = Client.connect(socket_of("default", None), client="test")
    with Heartbeat(client) as beats:
        until(lambda: fake.verbs().count("status") >= 3)
    client.close()

    assert not beats._thread.is_alive()


def test_a_client_whose_host_has_gone_asks_no_more(host, monkeypatch):
    monkeypatch.setattr(heartbeat, "BEAT_SECONDS", 0.01)
    fake = host()
    client = Client.connect(socket_of("default", None), client="test")
    with Heartbeat(client) as beats:
        until(lambda: "status" in fake.verbs())
        fake.drop()
        until(lambda: not beats._thread.is_alive())
    client.close()
