"""Every wrong answer to a request for the rest gives the right file, asking twice if need be."""

from __future__ import annotations

import json

import pytest

WAIT = 60.0
BODY = bytes(range(256)) * 8  # 2,048 bytes
OTHER = BODY[::-1]
TAG = 'ETag: "one"'
RANGE = "Content-Range: bytes 1000-2047/2048"
DATE = "Tue, 01 Sep 2026 10:00:00 GMT"
AGAIN = ["bytes=1000-", None]
ONCE = ["bytes=1000-"]


def answer(status, *lines, content=b""):
    return "\r\n".join([f"HTTP/1.1 {status}", *lines, "", ""]).encode("latin-1") + content


def rest(*lines, content=BODY[1000:]):
    return answer("206 Partial Content", *lines, content=content)


def whole(*lines, content=BODY):
    return answer("200 OK", f"Content-Length: {len(content)}", *lines, content=content)


LENGTH = "Content-Length: 1048"
CHUNKS = b"418\r\n" + BODY[1000:] + b"\r\n0\r\n\r\n"

# The answer to the request for the rest, and the ranges that were asked for in the end.
ANSWERS = {
    "fits": (rest(LENGTH, RANGE, TAG), ONCE),
    "fits in chunks": (rest("Transfer-Encoding: chunked", RANGE, TAG, content=CHUNKS), ONCE),
    "fits until the end": (rest(RANGE, TAG), ONCE),
    "fits as 200": (answer("200 OK", LENGTH, RANGE, TAG, content=BODY[1000:]), ONCE),
    "whole": (whole(TAG), ONCE),
    "whole without tag": (whole(), ONCE),
    "whole of another file": (whole('ETag: "two"', content=OTHER), ONCE),
    "whole in a range": (whole(TAG, "Content-Range: bytes 0-2047/2048"), AGAIN),
    "rest as 200": (whole(TAG, content=BODY[1000:]), AGAIN),
    "rest as 200 of another file": (whole('ETag: "two"', content=BODY[1000:]), AGAIN),
    "rest as 200 in chunks": (
        answer("200 OK", "Transfer-Encoding: chunked", RANGE, TAG, content=CHUNKS),
        AGAIN,
    ),
    "rest as 200 until the end": (answer("200 OK", TAG, content=BODY[1000:]), AGAIN),
    "without range": (rest(LENGTH, TAG), AGAIN),
    "another start": (rest(LENGTH, "Content-Range: bytes 999-2046/2048", TAG), AGAIN),
    "another end": (rest(LENGTH, "Content-Range: bytes 1000-2046/2048", TAG), AGAIN),
    "another total": (rest(LENGTH, "Content-Range: bytes 1000-2047/2049", TAG), AGAIN),
    "unknown total": (rest(LENGTH, "Content-Range: bytes 1000-2047/*", TAG), ONCE),
    "another unit": (rest(LENGTH, "Content-Range: lines 1000-2047/2048", TAG), AGAIN),
    "garbage": (rest(LENGTH, "Content-Range: \x01\xff", TAG), AGAIN),
    "negative": (rest(LENGTH, "Content-Range: bytes -1048/2048", TAG), AGAIN),
    "over 2**63": (rest(LENGTH, f"Content-Range: bytes 1000-{2**63}/{2**64}", TAG), AGAIN),
    "two ranges": (rest(LENGTH, RANGE, RANGE, TAG), AGAIN),
    "parts": (rest(LENGTH, RANGE, TAG, "Content-Type: multipart/byteranges"), AGAIN),
    "another length": (rest("Content-Length: 1000", RANGE, TAG), AGAIN),
    "packed": (rest(LENGTH, RANGE, TAG, "Content-Encoding: gzip"), AGAIN),
    "another tag": (rest(LENGTH, RANGE, 'ETag: "two"'), AGAIN),
    "weak tag": (rest(LENGTH, RANGE, 'ETag: W/"one"'), AGAIN),
    "two tags": (rest(LENGTH, RANGE, TAG, 'ETag: "two"'), AGAIN),
    "no tag": (rest(LENGTH, RANGE), AGAIN),
    "nothing left": (answer("416 Range", "Content-Range: bytes */2048", TAG), AGAIN),
    "nothing left of less": (answer("416 Range", "Content-Range: bytes */1000", TAG), AGAIN),
    "nothing left of more": (answer("416 Range", "Content-Range: bytes */9999", TAG), AGAIN),
    "nothing left, not said of what": (answer("416 Range", TAG), AGAIN),
    "changed": (answer("412 Precondition Failed"), AGAIN),
}


@pytest.fixture
def begun(target, tools, server):
    """Make a part of 1,000 bytes and its record, and return its URL."""

    def make(content=BODY[:1000], text=None, **record):
        url = server.url("/file")
        known = {"url": url, "mode": 0o644, "validator": '"one"', "total": 2048, "place": url}
        tools.part_of(target).write_bytes(content)
        state = target.with_name("file.bin.part.json")
        state.write_bytes(json.dumps({**known, **record}).encode() if text is None else text)
        return url

    return make


def two_answers(to_range, to_whole):
    """Answer a request for a range with one, and others with the other."""

    def reply(request):
        request.send(to_range if "range" in request.headers else to_whole)
        return "close"

    return reply


@pytest.mark.parametrize(("raw", "asked"), ANSWERS.values(), ids=ANSWERS.keys())
def test_whatever_a_server_sends_for_the_rest_the_file_is_right(
    server, fetch, target, tools, begun, raw, asked
):
    url = begun()
    server.on("/file", two_answers(raw, whole(TAG)))

    fetch(url).result(WAIT)

    assert (OTHER if OTHER in raw else BODY) == target.read_bytes()
    assert asked == server.asked("Range")
    assert ["file.bin"] == tools.names(target)


@pytest.mark.parametrize(
    "status", ["204 No Content", "205 Reset Content", "304 Not Modified", "404 Not Found", "503 No"]
)
def test_an_answer_that_is_no_file_leaves_the_part_to_be_gone_on_with(
    server, fetch, target, tools, begun, status
):
    url = begun()
    server.on("/file", two_answers(answer(status, TAG), whole()))

    assert "status" == tools.error_of(fetch(url)).reason
    assert BODY[:1000] == tools.part_of(target).read_bytes()
    server.on("/file", tools.File(BODY))
    assert 1048 == fetch(url).result(WAIT).fetched


def test_416_completes_a_part_that_turns_out_to_be_the_whole(server, fetch, target, begun):
    url = begun(BODY, total=None)
    server.on("/file", answer("416 Range", "Content-Range: bytes */2048", TAG))

    assert 0 == fetch(url).result(WAIT).fetched
    assert BODY == target.read_bytes()


def test_a_rest_behind_a_redirect_to_another_file_with_the_same_tag_is_not_believed(
    server, fetch, target, tools, begun
):
    url = begun(place=server.url("/old"))
    server.on("/file", tools.answer("302 Found", Location="/new?signed=2"))
    server.on("/new", tools.File(OTHER))

    fetch(url).result(WAIT)

    assert OTHER == target.read_bytes()


def test_a_rest_behind_a_redirect_that_is_signed_anew_is_believed(server, fetch, tools, begun):
    url = begun(place=server.url("/new"))
    server.on("/file", tools.answer("302 Found", Location="/new?signed=2"))
    server.on("/new", tools.File(BODY))

    assert 1048 == fetch(url).result(WAIT).fetched


STATES = {
    "nothing": {"text": b""},
    "cut": {"text": b'{"url":"http'},
    "another kind": {"text": b"[]"},
    "not UTF-8": {"text": b'{"url":"\xff"}'},
    "nested": {"text": b'{"x":' + b"[" * 100_000},
    "of another URL": {"url": "http://127.0.0.1/other"},
    "of no place": {"place": ""},
    "without validator": {"validator": None},
    "weak validator": {"validator": 'W/"one"'},
    "validator with a header": {"validator": '"one"\r\nX-Forged: yes'},
    "validator of another kind": {"validator": 1},
    "negative total": {"total": -1},
    "smaller total": {"total": 999},
    "total in words": {"total": "2048"},
    "no mode": {"mode": -1},
    "too many modes": {"mode": 0o7777},
    "longer part": {"content": BODY + b"more"},
}


def test_a_part_longer_than_the_file_is_not_asked_for_the_rest_of(server, fetch, target, begun):
    url = begun(BODY + b"more")
    server.on("/file", whole(TAG))

    fetch(url).result(WAIT)

    assert BODY == target.read_bytes()
    assert [None] == server.asked("Range")


@pytest.mark.parametrize("damage", STATES.values(), ids=STATES.keys())
def test_a_part_with_a_damaged_record_is_begun_anew(server, fetch, target, begun, damage):
    url = begun(**damage)
    server.on("/file", two_answers(rest(LENGTH, RANGE, TAG), whole(TAG)))

    fetch(url).result(WAIT)

    assert BODY == target.read_bytes()
    assert None is server.asked("Range")[-1]
    assert [None] == list({*server.asked("X-Forged")})
