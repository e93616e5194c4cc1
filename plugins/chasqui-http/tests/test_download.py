"""Downloads that are cut off, gone on with, lied to and refused."""

from __future__ import annotations

import hashlib
import json
import os
import re
import signal
import stat
import subprocess
import sys
import threading

import pytest

WAIT = 60.0
CONTENT = os.urandom(3_000_000)
DIGEST = f"sha256:{hashlib.sha256(CONTENT).hexdigest()}"
HALF = 1_500_000


@pytest.fixture
def target(tmp_path):
    folder = tmp_path / "downloads"
    folder.mkdir()
    return folder / "file.bin"


@pytest.fixture
def fetch(engine, target):
    def submit(url, **params):
        return engine.submit("http.download", {"url": url, "to": target, **params})

    return submit


def part_of(target):
    return target.with_name("file.bin.part")


def names(target):
    return sorted(path.name for path in target.parent.iterdir())


def failure(task):
    assert task.wait(WAIT)
    assert "failed" == task.state
    return task.error


def cut_off(server, fetch, tools, after=HALF, **file):
    """Download half of a file, and return its URL and the file, which is served whole from now."""
    served = tools.File(CONTENT, stop_after=after, **file)
    url = server.on("/file", served)
    failure(fetch(url))
    served.stop_after, served.sent = None, 0
    return url, served


def test_a_file_arrives_whole_with_progress_in_bytes(server, fetch, target, tools):
    url = server.on("/file", tools.File(CONTENT))

    task = fetch(url, checksum=DIGEST)
    done = task.result(WAIT)

    assert CONTENT == target.read_bytes()
    assert (str(target), url, 3_000_000, 3_000_000, DIGEST) == (
        done.path,
        done.final_url,
        done.bytes,
        done.fetched,
        done.checksum,
    )
    assert (3_000_000, 3_000_000, "bytes") == task.progress
    assert ["file.bin"] == names(target)
    assert ["identity"] == server.asked("Accept-Encoding")


@pytest.mark.parametrize("content", [b"", b"x"])
def test_a_tiny_file_arrives(server, fetch, target, tools, content):
    fetch(server.on("/file", tools.File(content))).result(WAIT)

    assert content == target.read_bytes()


def test_a_file_of_unannounced_length_arrives(server, fetch, target):
    def reply(request):
        request.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        request.send(b"5\r\nfirst\r\n6\r\nsecond\r\n0\r\n\r\n")

    task = fetch(server.on("/file", reply))
    task.result(WAIT)

    assert b"firstsecond" == target.read_bytes()
    assert (11, None, "bytes") == task.progress


def test_the_file_has_the_permissions_of_new_files_or_of_what_it_replaces(
    server, fetch, target, tools
):
    url = server.on("/file", tools.File(CONTENT))
    beside = target.with_name("beside")
    beside.touch()

    fetch(url).result(WAIT)
    assert beside.stat().st_mode == target.stat().st_mode
    target.chmod(0o640)
    fetch(url, overwrite=True).result(WAIT)
    assert 0o640 == stat.S_IMODE(target.stat().st_mode)


# Going on


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
    assert ["file.bin.part", "file.bin.part.json"] == names(target)
    assert CONTENT[:HALF] == part_of(target).read_bytes()
    assert {0o600} == {stat.S_IMODE(path.stat().st_mode) for path in target.parent.iterdir()}

    task = fetch(url, checksum=DIGEST)
    done = task.result(WAIT)

    assert CONTENT == target.read_bytes()
    assert (HALF, HALF) == (done.fetched, served.sent)
    assert [None, f"bytes={HALF}-"] == server.asked("Range")
    assert [None, etag or headers["Last-Modified"]] == server.asked("If-Range")
    assert (3_000_000, 3_000_000, "bytes") == task.progress
    assert ["file.bin"] == names(target)
    beside = target.with_name("beside")
    beside.touch()
    assert beside.stat().st_mode == target.stat().st_mode


def test_what_was_cut_off_says_how_much_came(server, fetch, tools):
    url = server.on("/file", tools.File(CONTENT, stop_after=HALF))

    error = failure(fetch(url))

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


@pytest.mark.parametrize(
    "headers",
    [
        {"Content_Range": f"bytes {HALF - 1}-2999999/3000000"},
        {"Content_Range": f"bytes {HALF}-2999999/3000001"},
        {"Content_Range": f"bytes {HALF}-2999999/3000000", "ETag": '"two"'},
        {"Content_Range": "bytes nonsense"},
        {},
    ],
    ids=["elsewhere", "another length", "another file", "nonsense", "none"],
)
def test_a_rest_that_does_not_fit_is_not_believed(server, fetch, target, tools, headers):
    url, served = cut_off(server, fetch, tools)

    def lie(request):
        if "range" in request.headers:
            request.send(tools.answer("206 Partial Content", b"not the rest", **headers))
        else:
            served(request)

    server.on("/file", lie)

    fetch(url, checksum=DIGEST).result(WAIT)

    assert CONTENT == target.read_bytes()
    assert [None, f"bytes={HALF}-", None] == server.asked("Range")


def test_a_rest_longer_than_the_whole_fails(server, fetch, target, tools):
    url, _ = cut_off(server, fetch, tools)
    server.on(
        "/file",
        tools.answer(
            "206 Partial Content",
            CONTENT[HALF:] + b"more",
            Content_Range=f"bytes {HALF}-2999999/3000000",
        ),
    )

    assert "protocol" == failure(fetch(url)).reason
    assert not target.exists()
    assert part_of(target).stat().st_size <= 3_000_000


def test_a_rest_in_pieces_is_gone_on_with_piece_by_piece(server, fetch, target, tools):
    url, _ = cut_off(server, fetch, tools)

    def piece(request):
        start = int(re.search(r"\d+", request.headers["range"])[0])
        end = min(start + 1_000_000, 3_000_000)
        said = f"bytes {start}-{end - 1}/3000000"
        request.send(tools.answer("206 Partial Content", CONTENT[start:end], Content_Range=said))

    server.on("/file", piece)
    assert "it ended after 2500000 of 3000000 bytes" in str(failure(fetch(url)))

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
    part_of(target).write_bytes(CONTENT)

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


# Refusing


def test_a_wrong_checksum_leaves_neither_target_nor_part(server, fetch, target, tools):
    url = server.on("/file", tools.File(CONTENT))

    error = failure(fetch(url, checksum="0" * 64))

    assert ("ChecksumMismatch", "checksum") == (type(error).__name__, error.reason)
    assert f"{url} has sha256 {DIGEST[7:]}, not {'0' * 64}" in str(error)
    assert [] == names(target)


@pytest.mark.parametrize("algorithm", ["sha512", "sha1", "md5", "blake2b"])
def test_a_checksum_names_its_algorithm(server, fetch, tools, algorithm):
    digest = f"{algorithm}:{hashlib.new(algorithm, CONTENT).hexdigest()}"

    assert (
        digest
        == fetch(server.on("/file", tools.File(CONTENT)), checksum=digest.upper())
        .result(WAIT)
        .checksum
    )


@pytest.mark.parametrize(
    ("checksum", "says"),
    [
        ("crc32:00000000", "no checksum is called 'crc32'"),
        ("sha256:abc", "a sha256 has 64 hex digits"),
        ("x" * 64, "a sha256 has 64 hex digits"),
    ],
)
def test_a_checksum_that_is_none_is_refused_before_anything_is_asked(server, fetch, checksum, says):
    assert says in str(failure(fetch(server.url("/file"), checksum=checksum)))
    assert [] == server.requests


def test_a_file_announced_as_too_large_is_not_begun(server, fetch, target, tools):
    served = tools.File(CONTENT)

    error = failure(fetch(server.on("/file", served), max_bytes=2_999_999))

    assert "size" == error.reason
    assert "it has at least 3000000 bytes; max_bytes=2999999 forbids that" in str(error)
    assert [] == names(target)


def test_the_limit_holds_where_no_length_is_announced(server, fetch, target):
    def endless(request):
        request.send(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:  # until the client hangs up
            request.send(b"x" * 65536)

    assert "size" == failure(fetch(server.on("/file", endless), max_bytes=1_000_000)).reason
    assert not target.exists()
    assert part_of(target).stat().st_size <= 1_000_000


def test_a_file_of_just_the_limit_arrives(server, fetch, tools):
    url = server.on("/file", tools.File(CONTENT))

    assert 3_000_000 == fetch(url, max_bytes=3_000_000).result(WAIT).bytes


@pytest.mark.parametrize("status", ["404 Not Found", "206 Partial Content", "204 No Content"])
def test_another_status_is_no_file(server, fetch, target, tools, status):
    reply = tools.answer(status) if status[:3] != "204" else b"HTTP/1.1 204 No Content\r\n\r\n"

    error = failure(fetch(server.on("/file", reply)))

    assert "status" == error.reason
    assert f"it answered {status}, not the file" in str(error)
    assert [] == names(target)


def test_a_packed_answer_is_not_the_file(server, fetch, target, tools):
    reply = tools.answer(body=b"packed", Content_Encoding="gzip")

    assert "encoding" == failure(fetch(server.on("/file", reply))).reason
    assert [] == names(target)


def test_an_existing_file_is_kept_unless_it_may_be_replaced(server, fetch, target, tools):
    target.write_bytes(b"mine")
    url = server.on("/file", tools.File(CONTENT))

    assert "exists; say overwrite=yes" in str(failure(fetch(url)))
    assert b"mine" == target.read_bytes()
    fetch(url, overwrite=True).result(WAIT)
    assert CONTENT == target.read_bytes()


def test_a_file_that_came_up_meanwhile_is_kept(server, fetch, target, tools):
    served = tools.File(CONTENT)

    def reply(request):
        target.write_bytes(b"mine")
        return served(request)

    assert "exists" in str(failure(fetch(server.on("/file", reply))))
    assert b"mine" == target.read_bytes()


def test_a_target_that_is_replaced_is_whole_until_then(server, fetch, target, tools):
    target.write_bytes(b"mine")
    url = server.on("/file", tools.File(CONTENT, stop_after=HALF))

    failure(fetch(url, overwrite=True))
    failure(fetch(url, overwrite=True, checksum="0" * 64))

    assert b"mine" == target.read_bytes()


def test_an_existing_file_with_the_checksum_is_not_fetched_again(server, fetch, target):
    target.write_bytes(CONTENT)

    done = fetch(server.url("/file"), checksum=DIGEST).result(WAIT)

    assert (3_000_000, 0, DIGEST) == (done.bytes, done.fetched, done.checksum)
    assert [] == server.requests


def test_a_folder_is_no_target(server, engine, tmp_path):
    task = engine.submit("http.download", {"url": server.url(), "to": tmp_path})

    assert "is a folder; name the file to make" in str(failure(task))


def test_a_planted_link_in_place_of_the_part_is_not_followed(server, fetch, target, tools):
    victim = target.with_name("victim")
    victim.write_bytes(b"mine")
    part_of(target).symlink_to(victim)

    failure(fetch(server.on("/file", tools.File(CONTENT))))

    assert b"mine" == victim.read_bytes()


def test_a_fifo_in_place_of_the_part_is_refused_at_once(server, fetch, target, tools):
    os.mkfifo(part_of(target))

    assert "not a regular file" in str(failure(fetch(server.on("/file", tools.File(CONTENT)))))


# Cancelling, and others


@pytest.fixture
def halted(server, tools):
    """A URL that sends half, tells so, and sends the rest when it is let."""
    sent, let = threading.Event(), threading.Event()
    served = tools.File(CONTENT)

    def reply(request):
        if "range" in request.headers:
            return served(request)
        head = tools.answer(body=CONTENT, ETag='"one"')
        request.send(head[: len(head) - HALF])
        sent.set()
        let.wait(WAIT)
        request.send(head[len(head) - HALF :])
        return None

    yield server.on("/file", reply), sent, let
    let.set()


def await_size(path, size):
    """Wait until a file has so many bytes; what they wait for is on its way already."""
    pause = threading.Event()
    for _ in range(6000):
        if path.exists() and path.stat().st_size >= size:
            return
        pause.wait(0.01)
    raise AssertionError(f"{path} has not got {size} bytes")


def test_a_cancelled_download_keeps_its_part_and_is_gone_on_with(fetch, target, halted):
    url, sent, let = halted
    task = fetch(url)
    assert sent.wait(WAIT)
    await_size(part_of(target), HALF)

    task.cancel()
    assert task.wait(WAIT)

    assert "cancelled" == task.state
    assert ["file.bin.part", "file.bin.part.json"] == names(target)
    let.set()
    assert HALF == fetch(url, checksum=DIGEST).result(WAIT).fetched


def test_a_silent_server_ends_the_download_after_the_timeout(fetch, target, halted):
    url, _, _ = halted

    error = failure(fetch(url, timeout=0.3))

    assert "timeout" == error.reason
    assert not target.exists()
    assert CONTENT[:HALF] == part_of(target).read_bytes()


def test_a_second_download_to_the_same_target_is_refused(make_engine, target, halted):
    url, sent, let = halted
    engine = make_engine(workers=2)
    first = engine.submit("http.download", {"url": url, "to": target})
    assert sent.wait(WAIT)

    second = engine.submit("http.download", {"url": url, "to": target})

    error = failure(second)
    assert "busy" == error.reason
    assert f"another download to {target} is under way" in str(error)
    let.set()
    assert 3_000_000 == first.result(WAIT).bytes
    assert CONTENT == target.read_bytes()


def test_many_downloads_to_one_target_leave_one_whole_file(make_engine, make_server, target, tools):
    server = make_server()
    url = server.on("/file", tools.File(CONTENT))
    engine = make_engine(workers=8)
    params = {"url": url, "to": target, "overwrite": True}

    tasks = engine.submit_batch("http.download", [params] * 60)

    for task in tasks:
        assert task.wait(WAIT)
        assert task.error is None or "busy" == task.error.reason
    assert "completed" in {task.state for task in tasks}
    assert CONTENT == target.read_bytes()
    assert ["file.bin"] == names(target)


PROGRAM = """
import sys
from chasqui import Engine
from chasqui.plugins.loader import PluginHost
host = PluginHost(only=["http"], settings={"http": {"allow_private": True}})
with Engine(workers=1, plugins=host) as engine:
    engine.submit("http.download", {"url": sys.argv[1], "to": sys.argv[2]}).wait()
"""


def test_a_killed_process_leaves_a_part_that_is_gone_on_with(fetch, target, halted):
    url, sent, _ = halted
    child = subprocess.Popen([sys.executable, "-c", PROGRAM, url, str(target)])
    assert sent.wait(WAIT)
    await_size(part_of(target), HALF)

    child.send_signal(signal.SIGKILL)
    assert -signal.SIGKILL == child.wait(WAIT)

    assert HALF == fetch(url, checksum=DIGEST).result(WAIT).fetched
    assert CONTENT == target.read_bytes()
