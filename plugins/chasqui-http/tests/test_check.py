"""Checks of a server that answers well, badly, slowly, and with lies."""

from __future__ import annotations

import gc
import gzip
import os
import socket
import struct
import threading
import weakref

import pytest

from chasqui import InvalidParameters, TimeLimit

WAIT = 60.0


def seen(engine, url, **params):
    return engine.submit("http.check", {"url": url, **params}).result(WAIT)


def failure(engine, url, **params):
    task = engine.submit("http.check", {"url": url, **params})
    assert task.wait(WAIT)
    assert ("failed", "CheckFailed") == (task.state, type(task.error).__name__), task.error
    return task.error


def hang(request):
    """Answer nothing until the client has gone."""
    request.connection.recv(1)
    return "close"


def test_a_good_answer_says_what_it_was(server, engine, tools):
    url = server.on("/", tools.answer(body=b"hello"))

    checked = seen(engine, url)

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
        assert code == seen(engine, url, status=wanted).status
    else:
        error = failure(engine, url, status=wanted)
        assert ("status", code) == (error.reason, error.seen["status"])
        assert str(error).startswith(f"{url} answered {status}, not ")


def test_the_words_of_a_status_are_never_the_servers(server, engine, tools):
    url = server.on("/", tools.answer("503 \x1b[31mRed"))

    assert "answered 503 Service Unavailable, not 2xx or 3xx" in str(failure(engine, url))


def test_the_content_must_have_the_text(server, engine, tools):
    url = server.on("/", tools.answer(body="eine schöne Seite".encode()))

    assert 200 == seen(engine, url, contains="schöne").status
    error = failure(engine, url, contains="schöner")
    assert ("text", 18) == (error.reason, error.seen["bytes"])
    assert f"{url} answered 200 OK without 'schöner'" == str(error)


@pytest.mark.parametrize("charset", ["latin-1", "utf-16", "zip", "no-such-thing"])
def test_the_text_is_found_in_the_encoding_that_is_said(server, engine, tools, charset):
    encoding = charset if charset in ("latin-1", "utf-16") else "utf-8"
    reply = tools.answer(
        body="schön".encode(encoding), Content_Type=f"text/html; charset={charset}"
    )

    assert 200 == seen(engine, server.on("/", reply), contains="schön").status


def test_plain_content_is_asked_for_and_packed_content_is_read_too(server, engine, tools):
    packed = gzip.compress(b"needle in hay")
    url = server.on("/", tools.answer(body=packed, Content_Encoding="gzip"))

    assert len(packed) == seen(engine, url, contains="needle").bytes
    assert ["identity"] == server.asked("Accept-Encoding")
    server.on("/", tools.answer(body=b"not packed", Content_Encoding="gzip"))
    assert "encoding" == failure(engine, url).reason


def test_no_more_content_is_read_than_allowed(server, engine, tools):
    def endless(request):
        request.send(b"HTTP/1.1 200 OK\r\n\r\nstart")
        while True:  # until the client closes
            request.send(b"x" * 10_000)

    url = server.on("/", endless)

    checked = seen(engine, url, max_bytes=50_000)
    assert not checked.whole
    assert 50_000 <= checked.bytes < 500_000
    assert "in its first 50000 bytes" in str(failure(engine, url, max_bytes=50_000, contains="end"))


def test_exactly_as_much_as_allowed_is_the_whole(server, engine, tools):
    url = server.on("/", tools.answer(body=b"12345"))

    assert (True, False) == (
        seen(engine, url, max_bytes=5).whole,
        seen(engine, url, max_bytes=4).whole,
    )


def test_head_asks_for_no_content(server, engine, tools):
    url = server.on("/", tools.answer(body=b"12345"))

    assert 0 == seen(engine, url, method="HEAD").bytes
    assert ["HEAD"] == [request.method for request in server.requests]
    assert "text" == failure(engine, url, method="HEAD", contains="x").reason


@pytest.mark.parametrize(
    "reply",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\nConnection: close\r\n\r\n12345",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n5\r\n12345\r\n",
    ],
)
def test_less_content_than_announced_fails(server, engine, reply):
    error = failure(engine, server.on("/", reply))

    assert ("length", 5) == (error.reason, error.seen["bytes"])
    assert "it ended after 5" in str(error)


@pytest.mark.parametrize(
    "excess", [b"EXTRA", b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nforged", b"HTTP/1.1 5"]
)
def test_more_content_than_announced_is_never_the_answer_to_the_next_request(
    server, engine, tools, excess
):
    lying = server.on("/lying", tools.answer(body=b"12345") + excess)
    honest = server.on("/honest", tools.answer(body=b"honest"))

    for _ in range(3):
        assert 5 == seen(engine, lying).bytes
        assert 200 == seen(engine, honest, contains="honest").status


@pytest.mark.parametrize(
    "reply", [b"SSH-2.0-OpenSSH\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n"]
)
def test_what_is_not_http_fails(server, engine, reply):
    def once(request):
        request.send(reply)
        return "close"

    assert "protocol" == failure(engine, server.on("/", once)).reason


def test_a_server_that_hangs_up_fails(server, engine):
    error = failure(engine, server.on("/", lambda request: "close"))

    assert "connection" == error.reason
    assert "hung up without an answer" in str(error)


def test_a_connection_that_is_reset_fails(server, engine):
    def reset(request):
        request.send(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n123")
        linger = struct.pack("ii", 1, 0)
        request.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        return "close"

    assert failure(engine, server.on("/", reset)).reason in ("connection", "length")


def test_a_refused_connection_fails(engine):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))  # bound, so nobody else gets it, but it does not listen
        url = f"http://127.0.0.1:{unused.getsockname()[1]}/"

        error = failure(engine, url)

    assert "connection" == error.reason
    assert str(error).endswith(os.strerror(111 if os.uname().sysname == "Linux" else 61))


def test_a_name_without_an_address_fails(engine):
    error = failure(engine, "http://nowhere.invalid/")

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
def test_the_timeout_is_for_all_of_it(server, engine, reply):
    error = failure(engine, server.on("/", reply), timeout=0.6)

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


# Redirects


def chain(server, tools, hops):
    for hop in range(hops):
        body = b"moved" * hop
        server.on(f"/{hop}", tools.answer("302 Found", body, Location=f"/{hop + 1}"))
    server.on(f"/{hops}", tools.answer(body=b"there"))
    return server.url("/0")


def test_redirects_are_followed_on_the_same_connection(server, engine, tools):
    checked = seen(engine, chain(server, tools, 10), contains="there")

    assert (server.url("/10"), 10) == (checked.final_url, checked.redirects)
    assert 1 == server.connections


def test_too_many_redirects_fail(server, engine, tools):
    error = failure(engine, chain(server, tools, 11))

    assert "redirect" == error.reason
    assert "more than 10 redirects" in str(error)


def test_redirects_are_an_answer_if_they_are_not_followed(server, engine, tools):
    url = chain(server, tools, 1)

    assert (302, 0, url) == (
        (checked := seen(engine, url, follow=False)).status,
        checked.redirects,
        checked.final_url,
    )


@pytest.mark.parametrize(
    ("location", "says"),
    [
        ("https://127.0.0.1/", "from http to https"),
        ("ftp://127.0.0.1/", "neither http:// nor https://"),
        ("file:///etc/passwd", "neither http:// nor https://"),
        ("http://user:hunter2@127.0.0.1/", "a user name or a password"),
        ("http://a:b/", "no URL"),
    ],
)
def test_a_redirect_to_elsewhere_is_not_followed(server, engine, tools, location, says):
    error = failure(engine, server.on("/", tools.answer("301 Moved", Location=location)))

    assert "redirect" == error.reason
    assert says in str(error)
    assert "hunter2" not in str(error)


def test_a_redirect_that_lies_about_its_length_fails(server, engine):
    reply = b"HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 9\r\nConnection: close\r\n\r\nx"

    assert "length" == failure(engine, server.on("/", reply)).reason


def test_cookies_last_for_one_check(server, engine, tools):
    server.on("/set", tools.answer("302 Found", Location="/get", Set_Cookie="seen=yes"))
    url = server.on("/get", tools.answer())

    seen(engine, server.url("/set"))
    seen(engine, url)

    assert [None, "seen=yes", None] == server.asked("Cookie")


# Tokens


def test_a_token_goes_to_the_urls_own_origin_and_no_further(
    server, make_server, engine, tools, monkeypatch
):
    monkeypatch.setenv("HTTP_TEST_TOKEN", "sesame-open")
    other = make_server()
    server.on("/", tools.answer("302 Found", Location="/same"))
    server.on("/same", tools.answer("302 Found", Location=other.url("/other")))
    other.on("/other", tools.answer("302 Found", Location=server.url("/back")))
    server.on("/back", tools.answer())

    seen(engine, server.url("/"), token="env:HTTP_TEST_TOKEN")

    assert ["Bearer sesame-open", "Bearer sesame-open", None] == server.asked("Authorization")
    assert [None] == other.asked("Authorization")


# Values that no other test may use: what was revealed once is masked in this process for good.
@pytest.mark.parametrize("value", ["", "gate-3 gate-4", "gate-5\ngate-6", "schlüssel-7"])
def test_a_token_that_no_header_may_have_is_not_repeated(server, engine, monkeypatch, value):
    monkeypatch.setenv("HTTP_TEST_TOKEN", value)

    error = failure(engine, server.url(), token="env:HTTP_TEST_TOKEN")

    assert "token" == error.reason
    assert "env:HTTP_TEST_TOKEN" in str(error)
    assert not value or value not in str(error)


# URLs


@pytest.mark.parametrize(
    "url",
    [
        "http://user:hunter2@example.org/",
        "http://hunter2@example.org",
        "HTTP:\\\\user:hunter2@example.org",
        "user:hunter2@example.org",
        "http:user:hunter2@example.org",
        "http:///user:hunter2@example.org",
    ],
)
def test_a_url_with_a_password_is_never_accepted(engine, url):
    with pytest.raises(InvalidParameters) as refused:
        engine.submit("http.check", {"url": url})

    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("example.org", "neither http:// nor https://"),
        ("ftp://example.org/", "neither http:// nor https://"),
        ("file:///etc/passwd", "neither http:// nor https://"),
        ("http://", "names no host"),
        ("http://h:0/", "no port from 1 to 65535"),
        ("http://h:99999/", "no port from 1 to 65535"),
        ("http://a:b/", "is not a URL"),
        ("http://a\nb/", "is not a URL"),
        (f"http://{'a' * 70}.example/", "cannot be the name of a host"),
    ],
)
def test_a_url_that_cannot_be_asked_for_says_why(engine, url, says):
    error = failure(engine, url)

    assert "url" == error.reason
    assert says in str(error)


def test_an_at_sign_in_a_path_is_no_password(server, engine, tools):
    assert 200 == seen(engine, server.on("/@user", tools.answer())).status


# TLS


def test_https_says_how_long_its_certificate_lasts(make_server, make_engine, tools):
    secure = make_server("here.pem")
    url = secure.on("/", tools.answer(body=b"safe", Connection="close"))
    engine = make_engine(ca_file=str(tools.certificates / "ca.pem"))

    assert 10_000 < seen(engine, url, contains="safe").certificate_days < 40_000
    assert 10_000 < seen(engine, secure.url(host="localhost")).certificate_days


@pytest.mark.parametrize(
    ("certificate", "trusted", "says"),
    [
        ("expired.pem", True, "expired"),
        ("other.pem", True, "127.0.0.1"),
        ("here.pem", False, "unable to get local issuer"),
    ],
)
def test_a_certificate_that_is_not_right_fails(
    make_server, make_engine, tools, certificate, trusted, says
):
    secure = make_server(certificate)
    settings = {"ca_file": str(tools.certificates / "ca.pem")} if trusted else {}

    error = failure(make_engine(**settings), secure.on("/", tools.answer()))

    assert "tls" == error.reason
    assert says in str(error)
    assert [] == secure.requests


def test_a_server_without_tls_fails(server, engine):
    error = failure(engine, server.url().replace("http:", "https:"))

    assert "tls" == error.reason


def test_a_file_of_certificates_that_cannot_be_read_is_named(make_engine, tmp_path):
    error = failure(make_engine(ca_file=str(tmp_path / "gone.pem")), "https://127.0.0.1/")

    assert "tls" == error.reason
    assert f"ca_file = {tmp_path / 'gone.pem'} in [plugin.http] cannot be used" in str(error)


# Connections


def test_each_worker_has_one_connection_and_uses_it_again(server, make_engine, tools):
    engine = make_engine(workers=3)
    together = threading.Barrier(3)

    def meet(request):
        together.wait(WAIT)
        request.send(tools.answer())

    server.on("/meet", meet)
    tasks = engine.submit_batch("http.check", [{"url": server.url("/meet")}] * 30)
    for task in tasks:
        task.result(WAIT)

    assert (30, 3) == (len(server.requests), server.connections)


def test_a_kept_connection_that_the_server_gives_up_is_replaced(server, engine, tools):
    def once(request):
        request.send(tools.answer())
        # The next request is read, as one that was on its way, and never answered.
        request.connection.recv(4096)
        return "close"

    url = server.on("/", once)
    seen(engine, url)
    server.on("/", tools.answer())

    assert 200 == seen(engine, url).status
    assert 2 == server.connections


def test_connections_are_closed_when_the_engine_ends(server, make_engine, tools):
    gone = threading.Event()

    def reply(request):
        request.send(tools.answer())
        if request.connection.recv(1) == b"":
            gone.set()
        return "close"

    engine = make_engine()
    seen(engine, server.on("/", reply))

    engine.shutdown(WAIT)

    assert gone.wait(WAIT)


def test_a_kept_connection_keeps_no_finished_task(server, engine, tools):
    url = server.on("/", tools.answer())
    task = engine.submit("http.check", {"url": url})
    task.result(WAIT)
    kept = weakref.ref(task)

    del task
    gc.collect()

    assert kept() is None


def test_proxies_of_the_environment_are_not_used(server, engine, tools, monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")

    assert 200 == seen(engine, server.on("/", tools.answer())).status
