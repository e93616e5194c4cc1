"""Only public addresses are talked to, and only those that were judged."""

from __future__ import annotations

import ipaddress
import socket

import pytest

from chasqui_http.addresses import not_public

WAIT = 60.0
real = socket.getaddrinfo


@pytest.fixture
def names(monkeypatch):
    """Names with addresses of the test's choice; each look-up uses up one answer."""
    answers: dict[str, list[list[str]]] = {}
    asked: list[str] = []

    def getaddrinfo(host, port, *rest, **more):
        if host not in answers:
            return real(host, port, *rest, **more)
        asked.append(host)
        return [
            entry
            for address in answers[host].pop(0)
            for entry in real(address, port, type=socket.SOCK_STREAM)
        ]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    answers["asked"] = asked  # type: ignore[assignment]
    return answers


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("127.0.0.1", "a loopback address"),
        ("127.255.1.2", "a loopback address"),
        ("10.0.0.1", "a private address"),
        ("172.16.0.1", "a private address"),
        ("192.168.1.1", "a private address"),
        ("100.64.0.1", "a private address"),
        ("169.254.169.254", "a link-local address"),
        ("0.0.0.0", "the unspecified address"),
        ("0.1.2.3", "a private address"),
        ("224.0.0.1", "a multicast address"),
        ("240.0.0.1", "a reserved address"),
        ("255.255.255.255", "a reserved address"),
        ("192.0.0.8", "a private address"),
        ("198.18.0.1", "a private address"),
        ("::1", "a loopback address"),
        ("::", "the unspecified address"),
        ("fe80::1", "a link-local address"),
        ("fe80::1%2", "a link-local address"),
        ("fec0::1", "a private address"),
        ("fc00::1", "a private address"),
        ("ff02::1", "a multicast address"),
        ("ff0e::1", "a multicast address"),
        ("2001:db8::1", "a private address"),
        ("::ffff:127.0.0.1", "a loopback address"),
        ("::ffff:10.1.2.3", "a private address"),
        ("::127.0.0.1", "a reserved address"),
        ("2002:7f00:1::", "a loopback address"),
        ("2002:a00:1::1", "a private address"),
        ("64:ff9b::7f00:1", "a loopback address"),
        ("64:ff9b::a9fe:a9fe", "a link-local address"),
        ("64:ff9b:1::1", "a private address"),
        ("2001:0:4136:e378:8000:63bf:3fff:fdd2", "a private address"),
        ("93.184.216.34", None),
        ("2606:2800:220:1::1", None),
        ("::ffff:93.184.216.34", None),
        ("64:ff9b::5db8:d822", None),
        ("2002:5db8:d822::1", None),
    ],
)
def test_an_address_is_public_or_is_named_for_what_it_is(address, kind):
    assert kind == not_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "127.1", "2130706433", "0x7f.1", "[::ffff:127.0.0.1]", "0.0.0.0"],
)
@pytest.mark.parametrize("type", ["check", "download"])
def test_a_private_address_is_refused_however_it_is_written(
    server, make_engine, tmp_path, host, type
):
    engine = make_engine(allow_private=False)
    params = {"url": server.url(host=host)}
    if type == "download":
        params["to"] = tmp_path / "file"

    task = engine.submit(f"http.{type}", params)

    assert task.wait(WAIT)
    assert "address" == task.error.reason
    assert "allow_private = true in [plugin.http] permits it" in str(task.error)
    assert 0 == server.connections
    assert [] == [path for path in tmp_path.iterdir() if path.name.startswith("file")]


def test_one_private_address_among_public_ones_is_enough_to_refuse(make_engine, names):
    names["mixed.example"] = [["93.184.216.34", "2606:2800:220:1::1", "10.0.0.1"]]

    task = make_engine(allow_private=False).submit("http.check", {"url": "http://mixed.example/"})

    assert task.wait(WAIT)
    assert "mixed.example at 10.0.0.1 is a private address" in str(task.error)


def test_a_redirect_to_a_private_address_is_refused(make_engine, server, tools, monkeypatch):
    # Only the server's own name counts as public here, as the place to redirect from.
    from chasqui_http import addresses

    monkeypatch.setattr(
        addresses,
        "not_public",
        lambda address: not_public(address) if str(address) != "127.0.0.1" else None,
    )
    url = server.on("/", tools.answer("302 Found", Location="http://127.0.0.2:80/"))

    task = make_engine(allow_private=False).submit("http.check", {"url": url})

    assert task.wait(WAIT)
    assert "127.0.0.2 is a loopback address" in str(task.error)
    assert 1 == server.connections


def test_a_name_is_resolved_once_and_its_judged_address_connected(engine, server, tools, names):
    server.on("/", tools.answer(body=b"judged"))
    names["rebinding.example"] = [["127.0.0.1"], ["127.0.0.9"]]
    url = server.url(host="rebinding.example")

    engine.submit("http.check", {"url": url, "contains": "judged"}).result(WAIT)

    assert ["rebinding.example"] == names["asked"]
    assert [f"rebinding.example:{server.port}"] == server.asked("Host")


def test_an_address_that_does_not_answer_gives_way_to_the_next(engine, server, tools, names):
    server.on("/", tools.answer())
    names["two.example"] = [["127.0.0.9", "127.0.0.1"]]  # the server is on the second only

    checked = engine.submit("http.check", {"url": server.url(host="two.example")}).result(WAIT)

    assert 200 == checked.status


def test_a_certificate_is_for_the_name_and_not_for_the_address(
    make_server, make_engine, tools, names
):
    secure = make_server("other.pem")
    secure.on("/", tools.answer(Connection="close"))
    names["other.example"] = [["127.0.0.1"]]
    names["wrong.example"] = [["127.0.0.1"]]
    engine = make_engine(ca_file=str(tools.certificates / "ca.pem"))

    right = engine.submit("http.check", {"url": secure.url(host="other.example")})
    wrong = engine.submit("http.check", {"url": secure.url(host="wrong.example")})

    assert 200 == right.result(WAIT).status
    assert wrong.wait(WAIT)
    assert "tls" == wrong.error.reason


def test_a_connection_to_one_name_is_not_used_for_another_at_the_same_address(
    make_server, make_engine, tools, names
):
    secure = make_server("other.pem")
    secure.on("/", tools.answer())
    names["other.example"] = [["127.0.0.1"]]
    names["wrong.example"] = [["127.0.0.1"]]
    engine = make_engine(ca_file=str(tools.certificates / "ca.pem"))
    engine.submit("http.check", {"url": secure.url(host="other.example")}).result(WAIT)

    wrong = engine.submit("http.check", {"url": secure.url(host="wrong.example")})

    assert wrong.wait(WAIT)
    assert "tls" == wrong.error.reason
