"""A host that has gone: told at once, and connected to again, less and less often."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import msgspec
import pytest

from chasqui.control.client.link import PAUSES, Link
from chasqui.control.client.remote import RemotePort
from chasqui.control.port import (
    ANOTHER_HOST,
    Page,
    Pause,
    Snapshot,
    TaskRow,
    ViewQuery,
    Window,
)
from chasqui.control.sockets.place import socket_of
from chasqui.control.wire.messages import WireError
from tests.control.client.scripted import HELLO, Scripted, accepted, during, served

QUERY = ViewQuery(backlog=Window(limit=5))
PAGE: Page[TaskRow] = Page(rows=(TaskRow(number=7, type="a.b", state="queued", created=1.0),))  # type: ignore[arg-type]


@pytest.fixture
def path():
    return socket_of("default", None)


def test_a_host_that_comes_back_is_read_from_the_beginning(path):
    now = 100.0
    with served(path) as (client, host, listener):
        port = RemotePort(client)
        port._link = Link(client, lambda: now)

        def answer(end: Scripted, since: int) -> None:
            request = end.asked()
            assert since == host.args(request)["since"]
            end.answer(request, {"revision": 4, "sections": {"at": 1.0}})

        during(lambda: port.snapshot(QUERY), lambda: answer(host, 0))
        assert port.gone_for is None
        host.socket.close()
        client._reader.join()

        with pytest.raises(WireError, match="gone"):
            port.snapshot(QUERY)
        refused = port.apply(Pause())
        assert (False, "") == (refused.ok, refused.kind)
        now += 0.1
        assert pytest.approx(0.1) == port.gone_for
        with pytest.raises(WireError, match="gone"):
            port.snapshot(QUERY)
        now += PAUSES[0]

        ends: list[Scripted] = []

        def come_back() -> None:
            ends.append(accepted(listener))
            answer(ends[0], 0)

        assert Snapshot(at=1.0) == during(lambda: port.snapshot(QUERY), come_back)
        assert port.gone_for is None
        port.close()
        ends[0].socket.close()


def test_a_command_that_finds_another_host_is_not_carried_out_there(path):
    now = 100.0
    with served(path) as (client, host, listener):
        port = RemotePort(client)
        port._link = Link(client, lambda: now)
        host.socket.close()
        client._reader.join()
        assert "gone" in port.apply(Pause()).reason
        now += PAUSES[0]
        ends: list[Scripted] = []

        def come_back() -> None:
            ends.append(accepted(listener, msgspec.structs.replace(HELLO, pid=HELLO.pid + 1)))

        assert ANOTHER_HOST == during(lambda: port.apply(Pause()), come_back)

        def answer() -> None:
            request = ends[0].asked()
            assert "apply" == request.verb
            ends[0].answer(request, {"ok": True})

        assert during(lambda: port.apply(Pause()), answer).ok
        port.close()
        ends[0].socket.close()


def test_attempts_to_connect_again_become_rarer(path):
    now = 0.0
    with served(path) as (client, host, listener):
        link = Link(client, lambda: now)
        listener.close()
        host.socket.close()
        client._reader.join()
        tried: list[float] = []
        again = client.again

        def counted() -> Any:
            tried.append(now)
            return again()

        client.again = counted  # type: ignore[method-assign]
        while now < 20:
            with pytest.raises(WireError, match="it is tried again"):
                link.client()
            now += 0.05

    gaps = [later - before for before, later in pairwise([0.0, *tried])]
    assert pytest.approx([0.2, 0.5, 1.0, 2.0, 5.0, 5.0], abs=0.06) == gaps[:6]
