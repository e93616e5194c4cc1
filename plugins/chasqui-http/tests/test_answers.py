"""Every wrong answer to a plain download gives the right file or none, and a reason."""

from __future__ import annotations

import gzip
import hashlib

import pytest

WAIT = 60.0
BODY = bytes(range(256)) * 8  # 2,048 bytes
DIGEST = f"sha256:{hashlib.sha256(BODY).hexdigest()}"
RIGHT = "right"


def head(status="200 OK", *lines, version="1.1"):
    return "\r\n".join([f"HTTP/{version} {status}", *lines, "", ""]).encode("latin-1")


def body(*lines, content=BODY):
    return head("200 OK", *lines) + content


def chunks(*parts, end=b"0\r\n\r\n", lines=()):
    """Make a chunked answer; a part is its content, or its raw bytes in a list."""
    raw = [
        part[0] if isinstance(part, list) else b"%x\r\n%b\r\n" % (len(part), part) for part in parts
    ]
    return head("200 OK", "Transfer-Encoding: chunked", *lines) + b"".join(raw) + end


LENGTH = f"Content-Length: {len(BODY)}"
HALVES = (BODY[:1000], BODY[1000:])

ANSWERS = {
    # length
    "announced": (body(LENGTH), RIGHT),
    "until the end": (body(), RIGHT),
    "http 1.0": (head("200 OK", version="1.0") + BODY, RIGHT),
    "length twice": (body(LENGTH, LENGTH), RIGHT),
    "length twice in one": (body(f"{LENGTH}, {len(BODY)}"), RIGHT),
    "two lengths": (body(LENGTH, "Content-Length: 1000"), "protocol"),
    "two lengths in one": (body(f"{LENGTH}, 1000"), "protocol"),
    "shorter than it is": (body("Content-Length: 1000"), "protocol"),
    "nothing announced": (body("Content-Length: 0"), "protocol"),
    "longer than it is": (body("Content-Length: 2049"), "length"),
    "negative length": (body("Content-Length: -1"), "protocol"),
    "signed length": (body(f"Content-Length: +{len(BODY)}"), "protocol"),
    "length in words": (body("Content-Length: many"), "protocol"),
    "hexadecimal length": (body("Content-Length: 0x800"), "protocol"),
    "broken length": (body("Content-Length: 2048.0"), "protocol"),
    "empty length": (body("Content-Length:"), "protocol"),
    "length of 2**63": (body(f"Content-Length: {2**63}"), "size"),
    "length of 5,000 digits": (body(f"Content-Length: {'9' * 5000}"), "protocol"),
    # chunks
    "chunked": (chunks(*HALVES), RIGHT),
    "chunk extension": (chunks([b"800;a=b;c\r\n%b\r\n" % BODY]), RIGHT),
    "trailers": (chunks(*HALVES, end=b"0\r\nX: y\r\nContent-Length: 5\r\n\r\n"), RIGHT),
    "length beside chunks": (chunks(*HALVES, lines=[LENGTH]), "protocol"),
    "other length beside chunks": (chunks(*HALVES, lines=["Content-Length: 5"]), "protocol"),
    "chunked twice": (chunks(*HALVES, lines=["Transfer-Encoding: chunked"]), "protocol"),
    "chunked and packed": (body("Transfer-Encoding: gzip, chunked"), "protocol"),
    "chunk size in words": (chunks(HALVES[0], [b"many\r\n"]), "protocol"),
    "negative chunk": (chunks(HALVES[0], [b"-5\r\n"]), "protocol"),
    "empty chunk size": (chunks(HALVES[0], [b"\r\n"]), "protocol"),
    "huge chunk size": (chunks(HALVES[0], [b"F" * 40 + b"\r\n"]), "protocol"),
    "endless chunk size": (chunks(HALVES[0], [b"1" * 200_000]), "protocol"),
    "chunk of 2**64": (chunks(HALVES[0], [b"F" * 16 + b"\r\n" + HALVES[1]], end=b""), "length"),
    "chunk too long": (chunks([b"5\r\n123456\r\n"]), "protocol"),
    "cut in a chunk": (chunks([b"800\r\n" + BODY[:9]], end=b""), "length"),
    "cut in a chunk size": (chunks(HALVES[0], [b"4"], end=b""), "length"),
    "no last chunk": (chunks(*HALVES, end=b""), "length"),
    "half a last chunk": (chunks(*HALVES, end=b"0\r\n"), "length"),
    "bad trailer": (chunks(*HALVES, end=b"0\r\nno colon\r\n\r\n"), "protocol"),
    # packing
    "identity": (body(LENGTH, "Content-Encoding: Identity"), RIGHT),
    "no packing": (body(LENGTH, "Content-Encoding:"), RIGHT),
    "gzip": (body("Content-Encoding: gzip", content=gzip.compress(BODY)), "encoding"),
    "corrupt gzip": (body("Content-Encoding: gzip", content=b"\x1f\x8b nonsense"), "encoding"),
    "gzip in name": (body(LENGTH, "Content-Encoding: x-gzip"), "encoding"),
    "br": (body(LENGTH, "Content-Encoding: br"), "encoding"),
    "deflate": (body(LENGTH, "Content-Encoding: deflate"), "encoding"),
    "unknown packing": (body(LENGTH, "Content-Encoding: secret"), "encoding"),
    "gzip twice": (body(LENGTH, "Content-Encoding: gzip, gzip"), "encoding"),
    "gzip behind identity": (
        body(LENGTH, "Content-Encoding: identity", "Content-Encoding: gzip"),
        "encoding",
    ),
    # status
    "interim answers": (head("100 Continue") + head("103 Early Hints") + body(LENGTH), RIGHT),
    "interim answer only": (head("100 Continue"), "protocol"),
    "switching": (head("101 Switching Protocols", "Upgrade: x") + BODY, "protocol"),
    "created": (head("201 Created", LENGTH) + BODY, "status"),
    "transformed": (head("203 Non-Authoritative", LENGTH) + BODY, "status"),
    "no content": (head("204 No Content") + BODY, "status"),
    "reset content": (head("205 Reset Content", LENGTH) + BODY, "status"),
    "unasked range": (
        head("206 Partial Content", LENGTH, "Content-Range: bytes 0-2047/2048") + BODY,
        "status",
    ),
    "not modified": (head("304 Not Modified"), "status"),
    "nowhere": (head("302 Found", LENGTH) + BODY, "status"),
    "unsatisfiable": (head("416 Range", "Content-Range: bytes */2048"), "status"),
    "slice": (
        body("Content-Range: bytes 1000-2047/2048", "Content-Length: 1048", content=HALVES[1]),
        "protocol",
    ),
    # not HTTP
    "no status": (b"HTTP/1.1 OK\r\n\r\n" + BODY, "protocol"),
    "short status": (b"HTTP/1.1 20 OK\r\n\r\n" + BODY, "protocol"),
    "status 000": (b"HTTP/1.1 000 OK\r\n\r\n" + BODY, "protocol"),
    "lower case": (b"http/1.1 200 OK\r\n\r\n" + BODY, "protocol"),
    "radio": (b"ICY 200 OK\r\n\r\n" + BODY, "protocol"),
    "http 0.9": (BODY, "protocol"),
    "empty lines": (b"\r\n\r\n\r\n" + body(LENGTH), "protocol"),
    "other line ends": (body(LENGTH).replace(b"\r\n", b"\n", 2), RIGHT),
    "line without colon": (body(LENGTH, "no colon"), "protocol"),
    "name with a blank": (body(LENGTH, "Content Range: x"), "protocol"),
    "blank before colon": (body("Content-Length : 9"), "protocol"),
    "zero byte": (body(LENGTH, "X: a\0b"), "protocol"),
    "endless head": (body(LENGTH, *[f"X-{n}: {'y' * 1000}" for n in range(400)]), "protocol"),
    "endless line": (body(LENGTH, f"X: {'y' * 400_000}"), "protocol"),
    "nothing": (b"", "connection"),
    "half a head": (b"HTTP/1.1 200 OK\r\nContent-Length: 20", "protocol"),
}


def last(raw):
    """Send something as the last thing on a connection."""

    def reply(request):
        request.send(raw)
        return "close"

    return reply


@pytest.mark.parametrize(("raw", "expected"), ANSWERS.values(), ids=ANSWERS.keys())
def test_an_answer_gives_the_right_file_or_none(server, fetch, target, tools, raw, expected):
    url = server.on("/file", last(raw))

    task = fetch(url)
    assert task.wait(WAIT)

    if expected == RIGHT:
        assert None is task.error
        assert BODY == target.read_bytes()
    else:
        assert ("DownloadFailed", expected) == (type(task.error).__name__, task.error.reason)
        assert len(str(task.error)) < 300
        assert "bytearray" not in str(task.error)
        assert [] == tools.names(target)  # no file, and no part that cannot be resumed
    assert 1 == len(server.requests)


@pytest.mark.parametrize("framing", ["length", "chunks"])
def test_a_connection_that_ends_at_any_byte_makes_no_file_and_no_false_promise(
    server, make_engine, tmp_path, tools, framing
):
    tag = 'ETag: "one"'
    small = BODY[:40]
    raw = (
        body("Content-Length: 40", tag, content=small)
        if framing == "length"
        else chunks(small[:20], small[20:], lines=[tag])
    )
    engine = make_engine(workers=4)

    def submit(number, reply):
        url = server.on(f"/{number}", reply)
        return engine.submit("http.download", {"url": url, "to": tmp_path / str(number)})

    first = [submit(number, last(raw[:number])) for number in range(len(raw))]
    for number, task in enumerate(first):
        assert task.wait(WAIT)
        assert task.error.reason in ("connection", "protocol", "length")
        assert not (tmp_path / str(number)).exists()
    promised = {
        number for number, task in enumerate(first) if "asks for the rest" in str(task.error)
    }
    server.requests.clear()

    second = [submit(number, tools.File(small)) for number in range(len(raw))]
    for number, task in enumerate(second):
        task.result(WAIT)
        assert small == (tmp_path / str(number)).read_bytes()

    kept = {int(one.path[1:]) for one in server.requests if "range" in one.headers}
    assert kept == promised
