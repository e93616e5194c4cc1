"""Checks of answers that are broken: each fails with a reason in words, and costs no memory."""

from __future__ import annotations

import gzip
import zlib

import pytest

from chasqui_http.unpacking import PIECE, unpacked

WAIT = 60.0
TEXT = b"needle in hay" * 100


def bare(content):
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(content) + packer.flush()


def raw(*lines, content=b"", status="200 OK"):
    return "\r\n".join([f"HTTP/1.1 {status}", *lines, "", ""]).encode("latin-1") + content


def last(data):
    def reply(request):
        request.send(data)
        return "close"

    return reply


CHUNKED = "Transfer-Encoding: chunked"
BROKEN = {
    "two lengths": (raw("Content-Length: 5", "Content-Length: 6", content=b"12345"), "protocol"),
    "length beside chunks": (raw("Content-Length: 5", CHUNKED, content=b"0\r\n\r\n"), "protocol"),
    "negative length": (raw("Content-Length: -5"), "protocol"),
    "bad chunk": (raw(CHUNKED, content=b"many\r\n"), "protocol"),
    "bad chunk later": (raw(CHUNKED, content=b"1\r\nx\r\nmany\r\n"), "protocol"),
    "chunk too long": (raw(CHUNKED, content=b"1\r\nxyz\r\n"), "protocol"),
    "half a chunk": (raw(CHUNKED, content=b"5\r\nxyz"), "length"),
    "no last chunk": (raw(CHUNKED, content=b"1\r\nx\r\n"), "length"),
    "short": (raw("Content-Length: 5", content=b"xyz"), "length"),
    "no status": (b"HTTP/1.1 OK\r\n\r\n", "protocol"),
    "no head": (b"hello\r\n\r\n", "protocol"),
    "zero byte": (raw("X: \0"), "protocol"),
    "endless head": (raw(f"X: {'y' * 400_000}"), "protocol"),
    "half a head": (b"HTTP/1.1 200 OK\r\nContent", "protocol"),
    "nothing": (b"", "connection"),
    "switching": (raw(status="101 Switching Protocols"), "protocol"),
    "not packed": (raw("Content-Encoding: gzip", content=TEXT), "encoding"),
    "half packed": (raw("Content-Encoding: gzip", content=gzip.compress(TEXT)[:-9]), "encoding"),
    "broken sum": (
        raw("Content-Encoding: x-gzip", content=gzip.compress(TEXT)[:-8] + b"x" * 8),
        "encoding",
    ),
}


@pytest.mark.parametrize(("reply", "reason"), BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_answer_fails_with_a_reason_in_words(server, engine, tools, reply, reason):
    url = server.on("/", last(reply))

    error = tools.failure(engine, url)

    assert reason == error.reason
    assert str(error).startswith(f"{url}: ")
    assert str(error).isprintable()
    assert len(str(error)) < 200


def test_an_answer_with_a_length_and_chunks_is_refused_for_that(server, engine, tools):
    reply = raw("Content-Length: 5", CHUNKED, content=b"5\r\n12345\r\n0\r\n\r\n")

    error = tools.failure(engine, server.on("/", reply))

    assert "both a Content-Length and chunks" in str(error)


@pytest.mark.parametrize(
    ("packing", "content"),
    [
        ("gzip", gzip.compress(TEXT, mtime=0)),
        ("x-gzip", gzip.compress(b"hay", mtime=0) + gzip.compress(TEXT, mtime=0)),
        ("gzip", gzip.compress(TEXT, mtime=0) + b"\0\0\0"),
        ("deflate", zlib.compress(TEXT)),
        ("deflate", bare(TEXT)),
        ("identity, GZIP", gzip.compress(TEXT, mtime=0)),
        ("identity", TEXT),
    ],
)
def test_content_that_came_packed_is_read(server, engine, tools, packing, content):
    reply = tools.answer(body=content, Content_Encoding=packing)

    assert len(content) == tools.seen(engine, server.on("/", reply), contains="needle").bytes


@pytest.mark.parametrize("packing", ["br", "zstd", "secret", "gzip, gzip"])
def test_content_packed_in_another_way_is_not_searched(server, engine, tools, packing):
    url = server.on("/", tools.answer(body=TEXT, Content_Encoding=packing))

    assert 200 == tools.seen(engine, url).status
    error = tools.failure(engine, url, contains="needle")
    assert "encoding" == error.reason
    assert f"came packed as {packing!r}" in str(error)


def test_an_answer_without_content_may_say_that_it_is_packed(server, engine, tools):
    url = server.on("/", tools.answer(Content_Encoding="gzip"))

    assert 0 == tools.seen(engine, url).bytes


def test_content_that_unpacks_without_end_is_read_no_further_than_allowed(server, engine, tools):
    bomb = gzip.compress(bytes(30_000_000), compresslevel=1)
    url = server.on("/", tools.answer(body=bomb, Content_Encoding="gzip"))

    assert max(len(piece) for piece in unpacked([bomb], "gzip")) <= PIECE
    checked = tools.seen(engine, url, max_bytes=1000)

    assert not checked.whole
    assert checked.bytes <= 70_000


@pytest.mark.parametrize(
    "kind",
    [
        *("text/html; charset=", "text/html; charset=undefined", "text/html; charset=idna"),
        *("text/html; charset=punycode", "text/html; charset=unicode_escape", "; charset=utf-8"),
        *("text/html; charset*=x''%FF", "text/html; charset=\xff", "text/html; charset=rot13"),
        *("text/html; charset=../../x", f"text/html; charset={'x' * 5000}", "\xff" * 50),
    ],
)
def test_whatever_encoding_is_said_the_text_is_looked_for(server, engine, tools, kind):
    url = server.on("/", tools.answer(body=b"a \\q \xff needle", Content_Type=kind))

    task = engine.submit("http.check", {"url": url, "contains": "needle"})

    assert task.wait(WAIT)
    assert getattr(task.error, "reason", "text") == "text"


@pytest.mark.parametrize(
    "cookie",
    [
        *("", ";", "=", "a", "a=b; expires=nonsense", "a=b; expires=Tue, 99 Xyz 99999999999 99:99"),
        *(
            "a=b; domain=..; path=\xff",
            "a=b; max-age=99999999999999999999",
            "a=b; port=x; version=y",
        ),
        *('a="b; c', "a=b; max-age=x; domain=" + "." * 500, "\xff=\xff; secure; version=1"),
    ],
)
def test_a_broken_cookie_breaks_nothing(server, engine, tools, cookie, recwarn):
    server.on("/", tools.answer("302 Found", Location="/to", Set_Cookie=cookie))
    server.on("/to", tools.answer())

    assert 1 == tools.seen(engine, server.url("/")).redirects
    assert [] == list(recwarn)
