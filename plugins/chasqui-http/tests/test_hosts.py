"""A host that cannot be asked fails in words, in both types and behind redirects too."""

from __future__ import annotations

import random

import pytest

from chasqui_http.errors import HttpFailed
from chasqui_http.hosts import checked_host
from chasqui_http.urls import checked_url

WAIT = 60.0
LONG = ".".join(["a" * 63] * 3 + ["b" * 61])

BAD = {
    "a..b": "nothing between two dots",
    ".a": "nothing between two dots",
    "a..": "nothing between two dots",
    ".": "nothing between two dots",
    "a" * 64: "more than 63 characters",
    f"x.{'a' * 64}.x": "more than 63 characters",
    LONG + "b": "more than 253 characters",
    "ä" * 300: "more than 253 characters",
    "xn--": "no name in Punycode",
    "a.xn--.b": "no name in Punycode",
    "XN--": "no name in Punycode",
    "xn--a-": "no name in Punycode",
    "xn--99999999": "no name in Punycode",
    "xn---": "no name in Punycode",
    "ex ample": "it holds ' '",
    "ex%61mple": "it holds '%'",
    "%31%32%37.0.0.1": "it holds '%'",
    "localhost%00.example": "it holds '%'",
    "ex\\ample": "it holds '\\\\'",
    "$HOME": "it holds '$'",
    "*.example": "it holds '*'",
    "<script>": "it holds '<'",
    "a,b": "it holds ','",
    "ex☃mple": "cannot be the name of a host",
    "a\u200bb": "cannot be the name of a host",
    "\u202egro": "cannot be the name of a host",
    "ａ..ｂ": "cannot be the name of a host",
    "-ä-": "cannot be the name of a host",
    "ä" * 60: "cannot be the name of a host",
    "256.1.1.1": "four numbers up to 255",
    "1.2.3.1234": "four numbers up to 255",
    "0177.0.0.1": "four numbers up to 255",
    "127.0.0.01": "four numbers up to 255",
    "[::1::]": "no IPv6 address",
    "[]": "no IPv6 address",
    "[127.0.0.1]": "no IPv6 address",
    "[v1.x]": "no IPv6 address",
    "[fe80::1%]": "no IPv6 address",
    "[fe80::1%a/b]": "no host",
    "[fe80::1%25a%25b]": "no IPv6 address",
    "[::1": "brackets",
    "::1": "no host",
    "fe80::1": "no port from 1 to 65535",
    "[::1]x": "brackets",
    "x[::1]": "brackets",
    "[[::1]]": "brackets",
    "": "no host",
    ":80": "no host",
}
PORTS = ["0", "65536", "-1", "+80", "8 0", "80.0", "http", "8_0", "٨٠", "0x50", "999999", "80:80"]
CONTROL = ["\0", "\t", "\n", "\r", "\x1b", "\x7f", "\x85", "\udcff"]


@pytest.mark.parametrize(("host", "says"), BAD.items())
def test_a_bad_host_is_refused_in_words(host, says):
    with pytest.raises(HttpFailed) as refused:
        checked_url(f"http://{host}/")

    assert "url" == refused.value.reason
    assert says in str(refused.value)
    assert len(str(refused.value)) < 450


@pytest.mark.parametrize("port", PORTS)
def test_a_bad_port_is_refused_in_words(port):
    with pytest.raises(HttpFailed, match="no port from 1 to 65535"):
        checked_url(f"http://example.org:{port}/")


@pytest.mark.parametrize("character", CONTROL)
@pytest.mark.parametrize("url", ["http://a{}b/", "http://a/{}", "{}http://a/", "http://a/?{}"])
def test_a_character_that_no_url_has_is_named(url, character):
    with pytest.raises(HttpFailed) as refused:
        checked_url(url.format(character))

    assert f"it holds {character!r}" in str(refused.value)
    assert str(refused.value).isprintable()


@pytest.mark.parametrize(
    ("host", "asked"),
    [
        ("example.org", "example.org"),
        ("EXAMPLE.org.", "example.org."),
        ("my_service", "my_service"),
        ("-odd-", "-odd-"),
        (LONG, LONG),
        (LONG + ".", LONG + "."),
        ("bücher.example", "xn--bcher-kva.example"),
        ("BÜCHER。example", "xn--bcher-kva.example"),
        ("xn--bcher-kva.example", "xn--bcher-kva.example"),
        ("xn--i-7iq.ws", "xn--i-7iq.ws"),  # registered, though not as the standard has it now
        ("127.1", "127.1"),
        ("2130706433", "2130706433"),
        ("0x7f.1", "0x7f.1"),
        ("1.2.3.4.5", "1.2.3.4.5"),
        ("[::1]", "[::1]"),
        ("[0:0::1]", "[::1]"),
        ("[fe80::1%25eth0]", "[fe80::1%eth0]"),
        ("[fe80::1%2]", "[fe80::1%2]"),
    ],
)
def test_a_good_host_is_asked_as_it_is_looked_up(host, asked):
    assert asked == checked_host(host)


@pytest.mark.parametrize("type", ["check", "download"])
@pytest.mark.parametrize(
    "url",
    [
        *("http://xn--/", "http://a..b/", "http://a b/", "http://[::1/", "http://h:0/"),
        *("http://ä☃/", "http://\udcff/", "http://a\\b/", "//example.org/", "http:///x"),
        *("http:example.org", "http:\\\\example.org", "gopher://x/", "", "http://" + "a" * 70_000),
        "http://127.0.0.1/" + "a" * 70_000,
    ],
)
def test_both_types_fail_in_words(engine, tmp_path, type, url):
    params = {"url": url, **({"to": tmp_path / "file"} if type == "download" else {})}

    task = engine.submit(f"http.{type}", params)

    assert task.wait(WAIT)
    assert f"{type.title()}Failed" == task.error.__class__.__name__
    assert "url" == task.error.reason
    assert [] == [path for path in tmp_path.iterdir() if path.name.startswith("file")]


@pytest.mark.parametrize(
    "location",
    [
        *(
            "http://xn--/",
            "http://a..b/",
            "http://a b/",
            "http://[::1/",
            "http://h:0/",
            "http://[x]/",
        ),
        *("http://\u2603/", "http://a\\b/", "//a:b", "\x01", ""),
        *("http://\u2100/", "gopher://x/", "javascript:alert(1)", "data:,x", "http://h:99999/"),
    ],
)
def test_a_redirect_to_a_bad_host_fails_in_words(server, engine, tools, location):
    url = server.on("/", b"")
    server.on(
        "/", f"HTTP/1.1 302 Found\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n".encode()
    )

    error = tools.failure(engine, url)

    assert "redirect" == error.reason
    assert str(error).startswith(f"{url} redirects")


def test_several_redirects_in_one_answer_are_not_followed(server, engine, tools):
    url = server.url("/")
    server.on("/", tools.answer("302 Found", Location="/a\r\nLocation: /b"))

    assert "names several places" in str(tools.failure(engine, url))


def test_whatever_is_written_fails_in_words_or_is_a_url():
    random.seed(17)
    parts = [
        "http",
        "://",
        ":",
        "/",
        "@",
        "[",
        "]",
        "%",
        "xn--",
        ".",
        "a",
        "-",
        "0x7f",
        "255",
        "::",
    ]
    parts += [
        "\\",
        "ä",
        "☃",
        "。",
        "ß",
        "\u200d",
        "\ud800",
        "\0",
        "?",
        "#",
        " ",
        "1" * 70,
        "%25",
        "\u0660",
    ]
    for _ in range(5_000):
        text = random.choice(["http://", "", "https:"]) + "".join(
            random.choices(parts, k=random.randint(1, 8))
        )
        try:
            str(checked_url(text))
        except HttpFailed as error:
            assert str(error).isprintable()
