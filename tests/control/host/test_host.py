"""A host's life: with its engine, after a fork, and with its clients."""

from __future__ import annotations

import os
import sys
import time

import pytest

from chasqui import Engine
from chasqui.control.host import host as hosts
from chasqui.control.host.host import Host
from chasqui.errors import AlreadyHosted
from tests.control.host.talking import Talk
from tests.waiting import until


def test_an_engine_has_one_host_and_a_second_of_its_name_is_refused(engine):
    host = engine.serve()
    assert engine.serve() is host
    with pytest.raises(AlreadyHosted):
        Host(engine)


def test_the_socket_is_gone_once_the_engine_has_stopped(engine):
    path = engine.serve().path
    assert path.is_socket()
    engine.shutdown(0)
    until(lambda: not path.exists())


@pytest.mark.slow
def test_a_client_sees_the_ledger_of_the_shutdown_that_it_asked_for(engine, monkeypatch):
    monkeypatch.setattr(hosts, "LINGER_SECONDS", 1.0)
    path = engine.serve().path
    with Talk(path) as talk:
        talk.ask("snapshot")  # imports plugins, which may take longer than the host stays
        assert talk.ask("drain", timeout=1)["accepted"]
        until(lambda: engine.state == "stopped")
        while not talk.ask("snapshot")["sections"].get("ledger"):
            time.sleep(0.02)
        assert talk.is_ended()
    assert not path.exists()


def test_a_forked_child_serves_nobody_and_the_parent_goes_on(host):
    with Talk(host.path) as talk:
        server = host._server
        child = os.fork()
        if child == 0:
            closed = all(one.socket.fileno() < 0 for one in server._clients)
            os._exit(0 if closed and host._listeners[0].fileno() < 0 else 1)
        assert 0 == os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        assert "running" == talk.ask("status")["state"]
        with Talk(host.path) as other:
            assert "running" == other.ask("status")["state"]


def test_turns_are_short_while_a_client_is_attached(host):
    before = sys.getswitchinterval()
    with Talk(host.path):
        assert sys.getswitchinterval() < 0.002
    until(lambda: sys.getswitchinterval() == before)


def test_closing_ends_the_connections_and_the_thread(host):
    with Talk(host.path) as talk:
        host.close()
        assert talk.is_ended()
        assert not host._server._thread.is_alive()


def test_hosts_of_engines_with_other_names_lie_side_by_side(runtime):
    with Engine(1, name="one") as one, Engine(1, name="two") as two:
        names = []
        for engine in (one, two):
            with Talk(engine.serve().path) as talk:
                names.append(talk.ask("status")["name"])
    assert ["one", "two"] == names
