"""The server drops clients that do not behave, says why in the log, and serves all others."""

from __future__ import annotations

import json
import logging
import os
import resource
import socket
import struct
import threading
import time
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from chasqui.control.host import allowance, server
from chasqui.control.host.admission import CLIENTS_OF_USER
from chasqui.control.host.handlers import handle
from chasqui.control.wire.frames import REQUEST_BYTES
from tests.control.host.talking import WAIT, Talk, connected, framed
from tests.waiting import until

DEEP = b"[" * 5000 + b"]" * 5000


def framed_bytes(data):
    return struct.pack(">I", len(data)) + data


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        (struct.pack(">I", REQUEST_BYTES + 1), "a frame of 1,048,577 bytes"),
        (struct.pack(">I", 0), "a frame of 0 bytes"),
    ],
)
def test_what_is_no_frame_ends_the_connection_with_the_reason(host, caplog, sent, said):
    with Talk(host.path) as talk, Talk(host.path) as other:
        talk.send(sent)
        error = talk.part()["error"]

        assert "usage" == error["kind"]
        assert said in error["message"]
        assert talk.is_ended()
        assert "running" == other.ask("status")["state"]
    until(lambda: said in caplog.text)


@pytest.mark.parametrize(
    ("sent", "kind"),
    [
        (b"hello there", "usage"),
        (b'{"id":1}', "usage"),
        (b'{"id":1,"verb":"status","more":1}', "usage"),
        (b'{"id":"one","verb":"status"}', "usage"),
        (b'{"id":1,"verb":"snapshot","args":{"since":' + DEEP + b"}}", "usage"),
        (b'{"id":1,"verb":"status","args":' + DEEP + b"}", "usage"),
        (b'{"id":1,"verb":"exec"}', "unknown_verb"),
        (b'{"id":1,"verb":"detail","args":{"number":1,"path":"/etc"}}', "usage"),
        (b'{"id":1,"verb":"detail","args":{"number":"x"}}', "usage"),
        (b'{"id":1,"verb":"snapshot","args":{"query":{"workers":{"limit":9999}}}}', "usage"),
        (b"\xff\xfe\x00", "usage"),
    ],
)
def test_a_malformed_request_is_refused_and_the_connection_goes_on(host, sent, kind):
    with Talk(host.path) as talk:
        talk.send(framed_bytes(sent))
        assert kind == talk.part()["error"]["kind"]
        assert "running" == talk.ask("status")["state"]


def test_deep_parameters_of_a_task_are_refused(host):
    with Talk(host.path) as talk:
        deep = json.loads(b"[" * 40 + b"]" * 40)
        tasks = [{"type": "app.note", "params": {"text": deep}}]
        (result,) = talk.ask("submit", tasks=tasks)["results"]
    assert "invalid" == result["kind"]


def test_a_client_that_says_no_hello_is_dropped(host, quick, monkeypatch, caplog):
    monkeypatch.setattr(server, "HELLO_SECONDS", 0.1)
    with Talk(host.path, role=None) as talk:
        assert talk.is_ended()
    until(lambda: "it said no hello" in caplog.text)


def test_a_client_that_says_nothing_is_dropped_unless_something_of_it_is_open(
    host, quick, monkeypatch, caplog
):
    monkeypatch.setattr(server, "IDLE_SECONDS", 0.2)
    with Talk(host.path) as idle, Talk(host.path) as waits:
        number = host.engine.submit("app.block").number
        waits.say("await", numbers=[number])
        assert idle.is_ended()
        host.engine.pools.find(number).cancel()
        fates = waits.part()["ok"]["fates"]
    assert [number] == [one["number"] for one in fates]
    until(lambda: "it said nothing" in caplog.text)


def test_a_client_that_reads_nothing_is_dropped_and_one_that_reads_late_is_not(
    host, quick, monkeypatch, caplog
):
    monkeypatch.setattr(server, "STUCK_SECONDS", 0.3)
    monkeypatch.setattr(allowance, "MOST", 1e9)
    with Talk(host.path) as talk, Talk(host.path) as other:
        talk.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        talk.socket.settimeout(0.05)
        asked = framed({"id": 1, "verb": "types"})
        with pytest.raises((TimeoutError, BrokenPipeError, ConnectionResetError)):
            while True:
                talk.send(asked)
        until(lambda: "it read nothing" in caplog.text)
        assert "running" == other.ask("status")["state"]


def test_a_client_that_closes_its_side_is_gone_and_what_it_asked_before_is_answered(host):
    with Talk(host.path) as talk:
        talk.say("status")
        talk.socket.shutdown(socket.SHUT_WR)
        assert "running" == talk.part()["ok"]["state"]
        assert talk.is_ended()
    until(lambda: host.clients == 0)


def test_an_end_within_a_frame_is_said_in_the_log(host, caplog):
    with Talk(host.path) as talk:
        talk.send(struct.pack(">I", 100) + b"{")
    until(lambda: "cut off within a frame" in caplog.text)


def test_a_frame_is_taken_however_slowly_it_comes(host):
    with Talk(host.path) as talk:
        for byte in framed({"id": 5, "verb": "status"}):
            talk.send(bytes([byte]))
        assert "running" == talk.answer(5)["state"]


def test_the_seventeenth_client_of_a_user_is_turned_away_with_the_reason(host, caplog):
    talks = [Talk(host.path) for _ in range(16)]
    with Talk(host.path, role=None) as late:
        error = late.part()["error"]
        assert ("busy", "16 clients of this user are connected") == (
            error["kind"],
            error["message"],
        )
        assert late.is_ended()
    until(lambda: "16 clients of this user" in caplog.text)
    talks.pop().close()
    until(lambda: host.clients == 15)
    Talk(host.path).close()
    for one in talks:
        one.close()


def test_a_crowd_is_turned_away_and_does_not_flood_the_log(host, caplog):
    with Talk(host.path) as talk:
        crowd = [connected(host.path) for _ in range(300)]
        assert "running" == talk.ask("status")["state"]
        for one in crowd:
            one.close()
        until(lambda: host.clients == 1)
        assert "running" == talk.ask("status")["state"]
    assert len(caplog.records) < 100


def descriptors() -> int:
    return len(list(Path("/dev/fd").iterdir()))


def test_each_of_a_crowd_is_told_why_and_closed_and_who_comes_later_is_admitted(host):
    Talk(host.path).close()  # which opens what stays
    before = descriptors()
    with ExitStack() as talks:
        crowd = [talks.enter_context(closing(Talk(host.path))) for _ in range(CLIENTS_OF_USER)]
        until(lambda: host.clients == CLIENTS_OF_USER)
        for _ in range(3):
            late = [connected(host.path) for _ in range(20)]
            for one in late:
                assert b"16 clients of this user are connected" in one.recv(1000)
                assert b"" == one.recv(1)
                one.close()
        crowd.pop().close()
        until(lambda: host.clients == CLIENTS_OF_USER - 1)
        assert "running" == talks.enter_context(closing(Talk(host.path))).ask("status")["state"]
    until(lambda: host.clients == 0)
    until(lambda: descriptors() <= before)


def test_without_descriptors_a_client_is_turned_away_and_the_others_go_on(host, caplog):
    with Talk(host.path) as talk:
        talk.ask("status")  # which imports plugins
        waiting = socket.socket(socket.AF_UNIX)
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (waiting.fileno() + 1, hard))
        taken = []
        try:
            with pytest.raises(OSError):  # holes in the numbers are filled first
                while True:
                    taken.append(os.open(os.devnull, os.O_RDONLY))
            waiting.settimeout(WAIT)
            waiting.connect(str(host.path))
            assert b"" == waiting.recv(1)
            assert "running" == talk.ask("status")["state"]
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
            for one in taken:
                os.close(one)
            waiting.close()
        Talk(host.path).close()
    until(lambda: "a client was turned away" in caplog.text)


@pytest.mark.slow
def test_a_flood_of_cheap_requests_is_refused_as_busy_and_slows_nobody_else(host):
    with Talk(host.path) as talk, Talk(host.path) as other:
        for _ in range(600):
            talk.say("audit")
        answers = [talk.part() for _ in range(420)]
        began = time.monotonic()
        assert "running" == other.ask("status")["state"]
        assert time.monotonic() - began < WAIT / 2
    assert "busy" in [one["error"]["kind"] for one in answers if "error" in one]


def test_requests_of_one_client_are_served_in_turns_with_those_of_others(host, monkeypatch):
    monkeypatch.setattr(server, "TURN_SECONDS", 0.0)
    both, served = threading.Event(), []
    both.set()

    def handled(service, client, data):
        served.append(client.client)
        both.wait(WAIT)
        handle(service, client, data)

    monkeypatch.setattr("chasqui.control.host.server.handle", handled)
    with Talk(host.path) as talk, Talk(host.path) as other:
        served.clear()
        both.clear()
        talk.send(b"".join(framed({"id": n, "verb": "audit"}) for n in range(2, 100)))
        until(lambda: served)
        other.say("hello", client="other")
        other.say("audit")
        both.set()  # while the first request is served
        until(lambda: len(served) == 100)
    assert "other" in served[:10]


def test_an_error_in_a_handler_has_a_number_for_the_client_and_its_traceback_in_the_log(
    host, caplog, monkeypatch
):
    def broken(query):
        raise ZeroDivisionError("within the port")

    monkeypatch.setattr(host._service.port, "snapshot", broken)
    with Talk(host.path) as talk:
        error = talk.ask("snapshot")
        assert "internal" == error["kind"]
        assert "ZeroDivisionError" not in json.dumps(error)
        number = error["message"].rpartition(" ")[2]
        assert talk.ask("audit")["entries"] == []
    (record,) = [one for one in caplog.records if number in one.getMessage()]
    assert ZeroDivisionError is record.exc_info[0]
    assert logging.ERROR == record.levelno


def test_an_error_of_the_thread_itself_is_logged_and_it_serves_on(host, caplog):
    host._server.post(lambda: 1 / 0)
    with Talk(host.path) as talk:
        assert "running" == talk.ask("status")["state"]
    until(lambda: "ZeroDivisionError" in caplog.text)
