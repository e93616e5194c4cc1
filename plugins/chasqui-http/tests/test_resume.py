"""Downloads that were cut off are resumed where that is sure to give the same file."""

from __future__ import annotations

import hashlib
import json
import os
import re
import stat

import pytest

WAIT = 60.0
CONTENT = os.urandom(3_000_000)
DIGEST = f"sha256:{hashlib.sha256(CONTENT).hexdigest()}"
HALF = 1_500_000


def cut_off(server, fetch, tools, after=HALF, **file):
    """Download half of a file, and return its URL and the file, which is served whole from now."""
    served = tools.File(CONTENT, stop_after=after, **file)
    url = server.on("/file", served)
    tools.error_of(fetch(url))
    served.stop_after, served.sent = None, 0
    return url, served


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {
            "Last-Modified": "Tue, 01 Sep 2026 10:00:00 GMT",
            "Date": "Tue, 01 Sep 2026 10:00:01 GMT",
        },
    ],
    ids=["etag", "date"],
)
def test_only_the_rest_is_fetched_of_a_file_that_was_cut_off(server, fetch, target, tools, headers):
    etag = None if headers else '"one"'
    url, served = cut_off(server, fetch, tools, etag=etag, headers=headers)
    assert ["file.bin.part", "file.bin.part.json"] == tools.names(target)
    assert CONTENT[:HALF] == tools.part_of(target).read_bytes()
    assert {0o600} == {stat.S_IMODE(path.stat().st_mode) for path in target.parent.iterdir()}

    task = fetch(url, checksum=DIGEST)
    done = task.result(WAIT)

    assert CONTENT == target.read_bytes()
    assert (HALF, HALF) == (done.fetched, served.sent)
    assert [None, f"bytes={HALF}-"] == server.asked("Range")
    assert [None, etag or headers["Last-Modified"]] == server.asked("If-Range")
    assert (3_000_000, 3_000_000, "bytes") == task.progress
    assert ["file.bin"] == tools.names(target)
    beside = target.with_name("beside")
    beside.touch()
    assert beside.stat().st_mode == target.stat().st_mode


def test_what_was_cut_off_says_how_much_came(server, fetch, tools):
    url = server.on("/file", tools.File(CONTENT, stop_after=HALF))

    error = tools.error_of(fetch(url))

    assert ("DownloadFailed", "length") == (type(error).__name__, error.reason)
    assert f"{url}: it ended after {HALF} of 3000000 bytes; " in str(error)
    assert {"bytes": HALF, "total": 3_000_000} == error.seen


@pytest.mark.parametrize(
    ("etag", "headers"),
    [
        (None, {}),
        ('W/"weak"', {}),
        (None, {"Last-Modified": "Tue, 01 Sep 2026 10:00:00 GMT"}),
        (
            None,
            {
                "Last-Modified": "Tue, 01 Sep 2026 10:00:00 GMT",
                "Date": "Tue, 01 Sep 2026 10:00:00 GMT",
            },
        ),
        (None, {"Last-Modified": "yesterday", "Date": "today"}),
    ],
    ids=["nothing", "weak", "no date", "same second", "no dates"],
)
def test_without_a_sure_validator_all_is_fetched_again(server, fetch, target, tools, etag, headers):
    url, served = cut_off(server, fetch, tools, etag=etag, headers=headers)

    fetch(url, checksum=DIGEST).result(WAIT)

    assert [None, None] == server.asked("Range")
    assert 3_000_000 == served.sent


def test_a_file_that_changed_meanwhile_is_fetched_anew(server, fetch, target, tools):
    url, served = cut_off(server, fetch, tools)
    served.content, served.etag = CONTENT[::-1], '"two"'

    fetch(url).result(WAIT)

    assert CONTENT[::-1] == target.read_bytes()
    assert 2 == len(server.requests)


def test_a_server_that_ignores_ranges_sends_all_of_it(server, fetch, target, tools):
    url, _ = cut_off(server, fetch, tools)
    server.on("/file", tools.answer(body=CONTENT))

    assert 3_000_000 == fetch(url, checksum=DIGEST).result(WAIT).fetched
    assert CONTENT == target.read_bytes()


@pytest.mark.parametrize("serves_all", [True, False])
@pytest.mark.parametrize(
    "body",
    [CONTENT[HALF:] + b"more", CONTENT[HALF:-1], b"", None],
    ids=["more", "less", "nothing", "bad chunk"],
)
def test_a_rest_of_another_length_than_announced_is_taken_back(
    server, fetch, target, tools, body, serves_all
):
    url, served = cut_off(server, fetch, tools)
    chunk = f"{len(body):x}\r\n".encode() + body + b"\r\n" if body else b""
    if body is None:
        chunk = b"5\r\nwrong\r\nnonsense\r\n"
    head = (
        f"HTTP/1.1 206 Partial Content\r\nContent-Range: bytes {HALF}-2999999/3000000\r\n"
        'ETag: "one"\r\nTransfer-Encoding: chunked\r\n\r\n'
    )

    def reply(request):
        if serves_all and "range" not in request.headers:
            return served(request)
        return request.send(head.encode() + chunk + b"0\r\n\r\n")

    server.on("/file", reply)

    if serves_all:
        fetch(url, checksum=DIGEST).result(WAIT)
        assert CONTENT == target.read_bytes()
    else:
        assert "status" == tools.error_of(fetch(url)).reason
        assert not target.exists()
        assert CONTENT[:HALF] == tools.part_of(target).read_bytes()


def test_a_rest_in_pieces_is_gone_on_with_piece_by_piece(server, fetch, target, tools):
    url, _ = cut_off(server, fetch, tools)

    def piece(request):
        asked = re.search(r"\d+", request.headers["range"])
        assert asked, request.headers
        start = int(asked[0])
        end = min(start + 1_000_000, 3_000_000)
        said = f"bytes {start}-{end - 1}/3000000"
        headers = {"Content_Range": said, "ETag": '"one"'}
        request.send(tools.answer("206 Partial Content", CONTENT[start:end], **headers))

    server.on("/file", piece)
    assert "it ended after 2500000 of 3000000 bytes" in str(tools.error_of(fetch(url)))

    assert 500_000 == fetch(url, checksum=DIGEST).result(WAIT).fetched


def test_416_makes_it_begin_anew(server, fetch, target, tools):
    url, served = cut_off(server, fetch, tools)

    def refuse(request):
        if "range" in request.headers:
            request.send(tools.answer("416 Range Not Satisfiable", Content_Range="bytes */3000000"))
        else:
            served(request)

    server.on("/file", refuse)

    assert 3_000_000 == fetch(url, checksum=DIGEST).result(WAIT).fetched


def test_a_part_that_is_whole_is_confirmed_by_its_last_byte(server, fetch, target, tools):
    url, _ = cut_off(server, fetch, tools)
    tools.part_of(target).write_bytes(CONTENT)

    assert 1 == fetch(url, checksum=DIGEST).result(WAIT).fetched
    assert "bytes=2999999-" == server.asked("Range")[-1]


@pytest.mark.parametrize("spoil", ["url", "gone", "nonsense"])
def test_a_part_of_something_else_is_not_gone_on_with(server, fetch, target, tools, spoil):
    url, _ = cut_off(server, fetch, tools)
    record = target.with_name("file.bin.part.json")
    if spoil == "url":
        other = {**json.loads(record.read_bytes()), "url": server.url("/other")}
        record.write_text(json.dumps(other))
    elif spoil == "gone":
        record.unlink()
    else:
        record.write_text("{")

    fetch(url, checksum=DIGEST).result(WAIT)

    assert None is server.asked("Range")[-1]


def test_a_part_is_not_gone_on_with_if_that_is_not_wanted(server, fetch, tools):
    url, _ = cut_off(server, fetch, tools)

    assert 3_000_000 == fetch(url, resume=False).result(WAIT).fetched
