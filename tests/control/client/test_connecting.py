"""Connecting to a host: who says what first, and what is said when there is none."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable

import msgspec
import pytest

from chasqui.control.client.client import Client
from chasqui.control.sockets.listening import Listener
from chasqui.control.sockets.place import socket_of
from chasqui.control.wire.messages import WireError
from chasqui.control.wire.permanent import StopArgs
from chasqui.errors import SocketUnusable
from chasqui.version import VERSION
from tests.control.client.scripted import HELLO, Scripted, accepted

STOP = StopArgs(reason="a test")
YES = {"accepted": True}


@pytest.fixture
def path():
    return socket_of("default", None)


def gone(call: Callable[[], object]) -> WireError:
    """Call what must raise because the host has gone."""
    with pytest.raises(WireError) as raised:
        call()
    assert "gone" == raised.value.kind
    return raised.value


def test_a_client_says_who_it_is_and_learns_what_it_is_granted(path):
    with Listener(path) as listener:
        said: list[WireError | Client] = []
        granted = msgspec.structs.replace(HELLO, role="observe")
        connecting = threading.Thread(
            target=lambda: said.append(Client.connect(path, client="status", term="xterm"))
        )
        connecting.start()
        listener.socket.settimeout(20)
        connection, _ = listener.socket.accept()
        host = Scripted(connection)
        request = host.asked()
        assert {
            "client": "status",
            "version": VERSION,
            "protocol": 1,
            "role": "operate",
            "term": "xterm",
        } == host.args(request)
        host.answer(request, granted)
        connecting.join()
        (client,) = said
        assert isinstance(client, Client)
        with client, connection:
            assert granted == client.hello


def test_without_a_host_the_message_names_the_engine_and_the_way_out(path):
    assert (
        "no host of engine default; `chasqui-tui serve` starts one; "
        "`chasqui-tui hosts` lists those that run"
    ) == str(gone(lambda: Client.connect(path, client="test")))
    path.parent.mkdir(mode=0o700)
    with socket.socket(socket.AF_UNIX) as stale:
        stale.bind(str(path))
    gone(lambda: Client.connect(path, client="test"))
    path.unlink()
    path.write_text("a foreign file")
    gone(lambda: Client.connect(path, client="test"))


def test_a_client_does_not_connect_in_a_folder_that_others_can_reach(path):
    with Listener(path) as listener:
        path.parent.chmod(0o755)

        with pytest.raises(SocketUnusable, match="other users can reach"):
            Client.connect(path, client="test")
        with pytest.raises(BlockingIOError):
            listener.socket.accept()


def test_a_refused_connection_says_why(path):
    with Listener(path) as listener:
        raised: list[BaseException] = []

        def connect() -> None:
            try:
                Client.connect(path, client="test")
            except WireError as error:
                raised.append(error)

        connecting = threading.Thread(target=connect)
        connecting.start()
        host = accepted(listener, WireError("busy", "64 clients are connected"))
        connecting.join()
        host.socket.close()

        assert ["64 clients are connected"] == [str(error) for error in raised]


@pytest.mark.parametrize("full", [True, False])
def test_a_host_that_is_stopped_is_given_up(path, full):
    path.parent.mkdir(mode=0o700)
    with socket.socket(socket.AF_UNIX) as stopped, socket.socket(socket.AF_UNIX) as waiting:
        stopped.bind(str(path))
        stopped.listen(0)
        if full:
            waiting.connect(str(path))
        with pytest.raises(WireError, match=r"for 0.05 s; it may be stopped") as raised:
            Client.connect(path, client="test", timeout=0.05)
    assert ("busy" if full else "gone") == raised.value.kind
