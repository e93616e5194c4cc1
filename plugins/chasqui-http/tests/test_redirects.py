"""Where a check goes: redirects, what it sends along, and URLs that it does not ask for."""

from __future__ import annotations

import pytest

from chasqui import InvalidParameters


def chain(server, tools, hops):
    for hop in range(hops):
        body = b"moved" * hop
        server.on(f"/{hop}", tools.answer("302 Found", body, Location=f"/{hop + 1}"))
    server.on(f"/{hops}", tools.answer(body=b"there"))
    return server.url("/0")


def test_redirects_are_followed_on_the_same_connection(server, engine, tools):
    checked = tools.seen(engine, chain(server, tools, 10), contains="there")

    assert (server.url("/10"), 10) == (checked.final_url, checked.redirects)
    assert 1 == server.connections


def test_too_many_redirects_fail(server, engine, tools):
    error = tools.failure(engine, chain(server, tools, 11))

    assert "redirect" == error.reason
    assert "more than 10 redirects" in str(error)


def test_redirects_are_an_answer_if_they_are_not_followed(server, engine, tools):
    url = chain(server, tools, 1)

    assert (302, 0, url) == (
        (checked := tools.seen(engine, url, follow=False)).status,
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
        ("http://a:b/", "no port from 1 to 65535"),
    ],
)
def test_a_redirect_to_elsewhere_is_not_followed(server, engine, tools, location, says):
    error = tools.failure(engine, server.on("/", tools.answer("301 Moved", Location=location)))

    assert "redirect" == error.reason
    assert says in str(error)
    assert "hunter2" not in str(error)


def test_a_redirect_that_lies_about_its_length_fails(server, engine, tools):
    reply = b"HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 9\r\nConnection: close\r\n\r\nx"

    assert "length" == tools.failure(engine, server.on("/", reply)).reason


def test_cookies_last_for_one_check(server, engine, tools):
    server.on("/set", tools.answer("302 Found", Location="/get", Set_Cookie="seen=yes"))
    url = server.on("/get", tools.answer())

    tools.seen(engine, server.url("/set"))
    tools.seen(engine, url)

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

    tools.seen(engine, server.url("/"), token="env:HTTP_TEST_TOKEN")

    assert ["Bearer sesame-open", "Bearer sesame-open", None] == server.asked("Authorization")
    assert [None] == other.asked("Authorization")


# Values that no other test may use: what was revealed once is masked in this process for good.
@pytest.mark.parametrize("value", ["", "gate-3 gate-4", "gate-5\ngate-6", "schlüssel-7"])
def test_a_token_that_no_header_may_have_is_not_repeated(server, engine, monkeypatch, value, tools):
    monkeypatch.setenv("HTTP_TEST_TOKEN", value)

    error = tools.failure(engine, server.url(), token="env:HTTP_TEST_TOKEN")

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
        ("http://a:b/", "no port from 1 to 65535"),
        ("http://a\nb/", "is not a URL"),
        (f"http://{'a' * 70}.example/", "cannot be the name of a host"),
    ],
)
def test_a_url_that_cannot_be_asked_for_says_why(engine, url, says, tools):
    error = tools.failure(engine, url)

    assert "url" == error.reason
    assert says in str(error)


def test_an_at_sign_in_a_path_is_no_password(server, engine, tools):
    assert 200 == tools.seen(engine, server.on("/@user", tools.answer())).status
