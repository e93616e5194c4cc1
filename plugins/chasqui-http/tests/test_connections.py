"""The connections of checks: TLS, those that are kept, and proxies."""

from __future__ import annotations

import gc
import threading
import weakref

import pytest

WAIT = 60.0


# TLS


def test_https_says_how_long_its_certificate_lasts(make_server, make_engine, tools):
    secure = make_server("here.pem")
    url = secure.on("/", tools.answer(body=b"safe", Connection="close"))
    engine = make_engine(ca_file=str(tools.certificates / "ca.pem"))

    assert 10_000 < tools.seen(engine, url, contains="safe").certificate_days < 40_000
    assert 10_000 < tools.seen(engine, secure.url(host="localhost")).certificate_days


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

    error = tools.failure(make_engine(**settings), secure.on("/", tools.answer()))

    assert "tls" == error.reason
    assert says in str(error)
    assert [] == secure.requests


def test_a_server_without_tls_fails(server, engine, tools):
    error = tools.failure(engine, server.url().replace("http:", "https:"))

    assert "tls" == error.reason


def test_a_file_of_certificates_that_cannot_be_read_is_named(make_engine, tmp_path, tools):
    error = tools.failure(make_engine(ca_file=str(tmp_path / "gone.pem")), "https://127.0.0.1/")

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
    tools.seen(engine, url)
    server.on("/", tools.answer())

    assert 200 == tools.seen(engine, url).status
    assert 2 == server.connections


def test_connections_are_closed_when_the_engine_ends(server, make_engine, tools):
    gone = threading.Event()

    def reply(request):
        request.send(tools.answer())
        if request.connection.recv(1) == b"":
            gone.set()
        return "close"

    engine = make_engine()
    tools.seen(engine, server.on("/", reply))

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

    assert 200 == tools.seen(engine, server.on("/", tools.answer())).status
