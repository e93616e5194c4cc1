"""Checks of a server that answers well, badly, slowly, and with lies."""

from __future__ import annotations

import gzip
import os
import socket
import struct
import threading

import pytest

from chasqui import TimeLimit

WAIT = 60.0


def hang(request):
    """Answer nothing until the client has gone."""
    request.connection.recv(1)
    return "close"


def test_a_good_answer_says_what_it_was(server, engine, tools):
    url = server.on("/", tools.answer(body=b"hello"))

    checked = tools.seen(engine, url)

    assert 0 < checked.latency < WAIT
    assert (url, url, 200, 5, True, 0, None) == (
        checked.url,
        checked.final_url,
        checked.status,
        checked.bytes,
        checked.whole,
        checked.redirects,
        checked.certificate_days,
    )


@pytest.mark.parametrize(
    ("status", "wanted", "good"),
    [
        ("200 OK", None, True),
        ("204 No Content", None, True),
        ("304 Not Modified", None, True),
        ("404 Not Found", None, False),
        ("500 Internal Server Error", None, False),
        ("404 Not Found", 404, True),
        ("200 OK", 404, False),
        ("299 Odd", 299, True),
    ],
)
def test_the_status_is_judged(server, engine, tools, status, wanted, good):
    reply = f"HTTP/1.1 {status}\r\n\r\n".encode() if status[0] + status[2] in ("24", "34") else None
    url = server.on("/", reply or tools.answer(status))
    code = int(status[:3])

    if good:
        assert code == tools.seen(engine, url, status=wanted).status
    else:
        error = tools.failure(engine, url, status=wanted)
        assert ("status", code) == (error.reason, error.seen["status"])
        assert str(error).startswith(f"{url} answered {status}, not ")


def test_the_words_of_a_status_are_never_the_servers(server, engine, tools):
    url = server.on("/", tools.answer("503 \x1b[31mRed"))

    assert "answered 503 Service Unavailable, not 2xx or 3xx" in str(tools.failure(engine, url))


def test_the_content_must_have_the_text(server, engine, tools):
    url = server.on("/", tools.answer(body="eine schöne Seite".encode()))

    assert 200 == tools.seen(engine, url, contains="schöne").status
    error = tools.failure(engine, url, contains="schöner")
    assert ("text", 18) == (error.reason, error.seen["bytes"])
    assert f"{url} answered 200 OK without 'schöner'" == str(error)


@pytest.mark.parametrize("charset", ["latin-1", "utf-16", "zip", "no-such-thing"])
def test_the_text_is_found_in_the_encoding_that_is_said(server, engine, tools, charset):
    encoding = charset if charset in ("latin-1", "utf-16") else "utf-8"
    reply = tools.answer(
        body="schön".encode(encoding), Content_Type=f"text/html; charset={charset}"
    )

    assert 200 == tools.seen(engine, server.on("/", reply), contains="schön").status


def test_plain_content_is_asked_for_and_packed_content_is_read_too(server, engine, tools):
    packed = gzip.compress(b"needle in hay")
    url = server.on("/", tools.answer(body=packed, Content_Encoding="gzip"))

    assert len(packed) == tools.seen(engine, url, contains="needle").bytes
    assert ["identity"] == server.asked("Accept-Encoding")
    server.on("/", tools.answer(body=b"not packed", Content_Encoding="gzip"))
    assert "encoding" == tools.failure(engine, url).reason


def test_no_more_content_is_read_than_allowed(server, engine, tools):
    def endless(request):
        request.send(b"HTTP/1.1 200 OK\r\n\r\nstart")
        while True:  # until the client closes
            request.send(b"x" * 10_000)

    url = server.on("/", endless)

    checked = tools.seen(engine, url, max_bytes=50_000)
    assert not checked.whole
    assert 50_000 <= checked.bytes < 500_000
    assert "in its first 50000 bytes" in str(
        tools.failure(engine, url, max_bytes=50_000, contains="end")
    )


def test_exactly_as_much_as_allowed_is_the_whole(server, engine, tools):
    url = server.on("/", tools.answer(body=b"12345"))

    assert (True, False) == (
        tools.seen(engine, url, max_bytes=5).whole,
        tools.seen(engine, url, max_bytes=4).whole,
    )


def test_head_asks_for_no_content(server, engine, tools):
    url = server.on("/", tools.answer(body=b"12345"))

    assert 0 == tools.seen(engine, url, method="HEAD").bytes
    assert ["HEAD"] == [request.method for request in server.requests]
    assert "text" == tools.failure(engine, url, method="HEAD", contains="x").reason


@pytest.mark.parametrize(
    "reply",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\nConnection: close\r\n\r\n12345",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n5\r\n12345\r\n",
    ],
)
def test_less_content_than_announced_fails(server, engine, reply, tools):
    error = tools.failure(engine, server.on("/", reply))

    assert ("length", 5) == (error.reason, error.seen["bytes"])
    assert "it ended after 5" in str(error)


@pytest.mark.parametrize("framing", ["length", "chunks"])
@pytest.mark.parametrize(
    "excess",
    [
        b"EXTRA",
        b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nforged",
        b"HTTP/1.1 5",
        b"HTTP/1.1 500 Forged\r\nX: ",  # which the next answer would complete
        b"HTTP/1.1 500 Forged\r\nContent-Length: 6\r\n\r\n",  # and this, ended like chunks
    ],
)
def test_more_content_than_announced_is_never_the_answer_to_the_next_request(
    server, engine, tools, framing, excess
):
    chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n12345\r\n0\r\n\r\n"
    reply = tools.answer(body=b"12345") if framing == "length" else chunked
    lying = server.on("/lying", reply + excess)
    honest = server.on("/honest", tools.answer(body=b"honest"))

    for _ in range(3):
        assert 5 == tools.seen(engine, lying).bytes
        assert 200 == tools.seen(engine, honest, contains="honest").status


@pytest.mark.parametrize(
    "reply", [b"SSH-2.0-OpenSSH\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n"]
)
def test_what_is_not_http_fails(server, engine, reply, tools):
    def once(request):
        request.send(reply)
        return "close"

    assert "protocol" == tools.failure(engine, server.on("/", once)).reason


def test_a_server_that_hangs_up_fails(server, engine, tools):
    error = tools.failure(engine, server.on("/", lambda request: "close"))

    assert "connection" == error.reason
    assert "hung up without an answer" in str(error)


def test_a_connection_that_is_reset_fails(server, engine, tools):
    def reset(request):
        request.send(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n123")
        linger = struct.pack("ii", 1, 0)
        request.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        return "close"

    assert tools.failure(engine, server.on("/", reset)).reason in ("connection", "length")


def test_a_refused_connection_fails(engine, tools):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))  # bound, so no other program gets it, but it does not listen
        url = f"http://127.0.0.1:{unused.getsockname()[1]}/"

        error = tools.failure(engine, url)

    assert "connection" == error.reason
    assert str(error).endswith(os.strerror(111 if os.uname().sysname == "Linux" else 61))


def test_a_name_without_an_address_fails(engine, tools):
    error = tools.failure(engine, "http://nowhere.invalid/")

    assert "connection" == error.reason
    assert "nowhere.invalid has no address" in str(error)


def drip(what):
    """Send something again and again, each time soon enough for any one read."""

    def reply(request):
        request.send(b"HTTP/1.1 200 OK\r\n" + (b"" if b":" in what else b"\r\n"))
        request.connection.settimeout(0.02)
        while True:
            try:
                if not request.connection.recv(1):
                    return "close"
            except TimeoutError:
                request.send(what)

    return reply


@pytest.mark.parametrize(
    "reply", [hang, drip(b"x"), drip(b"X: y\r\n")], ids=["mute", "body", "head"]
)
def test_the_timeout_is_for_all_of_it(server, engine, reply, tools):
    error = tools.failure(engine, server.on("/", reply), timeout=0.6)

    assert "timeout" == error.reason
    assert str(error).endswith("no answer within 0.6 s")


def test_the_time_limit_of_the_task_comes_first(server, engine):
    url = server.on("/", hang)

    task = engine.submit("http.check", {"url": url, "timeout": 3600}, time_limit=0.3)

    assert task.wait(WAIT)
    assert isinstance(task.error, TimeLimit)


@pytest.mark.parametrize("reply", [hang, drip(b"x")], ids=["mute", "body"])
def test_a_cancel_is_heard_while_the_server_says_nothing(server, engine, reply):
    asked = threading.Event()

    def tell(request):
        asked.set()
        return reply(request)

    task = engine.submit("http.check", {"url": server.on("/", tell), "timeout": 3600})
    assert asked.wait(WAIT)

    task.cancel()

    assert task.wait(WAIT)
    assert "cancelled" == task.state
