"""Finding a host before one is started."""

from __future__ import annotations

from argparse import Namespace

import pytest

from chasqui.commands import beside
from chasqui.control.sockets.listening import Listener
from chasqui.control.sockets.place import socket_of
from chasqui.control.wire.messages import WireError
from tests.commands.hosting import STATUS

ARGS = Namespace(config=None, no_plugins=False)


@pytest.fixture
def path(runtime):
    return socket_of("default", None)


def test_a_console_that_gets_the_start_lock_looks_once_more_for_a_host(
    host, path, tmp_path, monkeypatch
):
    host()
    started: list[object] = []
    monkeypatch.setattr(beside, "_spawn", lambda *words: started.append(words))
    with beside.start_or_find(path, tmp_path, ARGS) as client:
        assert "default" == client.hello.engine

    assert [] == started


@pytest.mark.parametrize(
    ("state", "running", "found"),
    [("running", 0, True), ("stopping", 1, True), ("stopping", 0, False), ("stopped", 0, False)],
)
def test_a_host_at_its_end_is_no_host_but_a_drain_can_be_watched(host, path, state, running, found):
    counts = {"accepted": 1, "running": running, "completed": 1 - running}
    host(status=lambda _: {**STATUS, "state": state, "counts": counts})
    client = beside.answering(path)

    assert found == (client is not None)
    if client is not None:
        client.close()


def test_a_host_that_holds_its_place_and_does_not_answer_is_named(path, tmp_path, monkeypatch):
    monkeypatch.setattr(beside, "SILENT_SECONDS", 0.0)
    with Listener(path) as listener:
        listener.socket.close()
        with pytest.raises(WireError, match=r"process \d+, does not answer"):
            beside.start_or_find(path, tmp_path, ARGS)
