"""Downloads that arrive, and what is refused."""

from __future__ import annotations

import errno
import hashlib
import os
import socket
import stat

import pytest

WAIT = 60.0
CONTENT = os.urandom(3_000_000)
DIGEST = f"sha256:{hashlib.sha256(CONTENT).hexdigest()}"
HALF = 1_500_000


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
    assert ["file.bin"] == tools.names(target)
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


def test_a_wrong_checksum_leaves_neither_target_nor_part(server, fetch, target, tools):
    url = server.on("/file", tools.File(CONTENT))

    error = tools.error_of(fetch(url, checksum="0" * 64))

    assert ("ChecksumMismatch", "checksum") == (type(error).__name__, error.reason)
    assert f"{url} has sha256 {DIGEST[7:]}, not {'0' * 64}" in str(error)
    assert [] == tools.names(target)


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
def test_a_checksum_that_is_none_is_refused_before_anything_is_asked(
    server, fetch, checksum, says, tools
):
    assert says in str(tools.error_of(fetch(server.url("/file"), checksum=checksum)))
    assert [] == server.requests


def test_a_file_announced_as_too_large_is_not_begun(server, fetch, target, tools):
    served = tools.File(CONTENT)

    error = tools.error_of(fetch(server.on("/file", served), max_bytes=2_999_999))

    assert "size" == error.reason
    assert "it has at least 3000000 bytes; max_bytes=2999999 forbids that" in str(error)
    assert [] == tools.names(target)


def test_the_limit_holds_where_no_length_is_announced(server, fetch, target, tools):
    def endless(request):
        request.send(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:  # until the client hangs up
            request.send(b"x" * 65536)

    assert "size" == tools.error_of(fetch(server.on("/file", endless), max_bytes=1_000_000)).reason
    assert [] == tools.names(target)


def test_a_file_of_just_the_limit_arrives(server, fetch, tools):
    url = server.on("/file", tools.File(CONTENT))

    assert 3_000_000 == fetch(url, max_bytes=3_000_000).result(WAIT).bytes


@pytest.mark.parametrize("status", ["404 Not Found", "206 Partial Content", "204 No Content"])
def test_another_status_is_no_file(server, fetch, target, tools, status):
    reply = tools.answer(status) if status[:3] != "204" else b"HTTP/1.1 204 No Content\r\n\r\n"

    error = tools.error_of(fetch(server.on("/file", reply)))

    assert "status" == error.reason
    assert f"it answered {status}, not the file" in str(error)
    assert [] == tools.names(target)


def test_a_packed_answer_is_not_the_file(server, fetch, target, tools):
    reply = tools.answer(body=b"packed", Content_Encoding="gzip")

    assert "encoding" == tools.error_of(fetch(server.on("/file", reply))).reason
    assert [] == tools.names(target)


def test_an_existing_file_is_kept_unless_it_may_be_replaced(server, fetch, target, tools):
    target.write_bytes(b"mine")
    url = server.on("/file", tools.File(CONTENT))

    assert "exists; say overwrite=yes" in str(tools.error_of(fetch(url)))
    assert b"mine" == target.read_bytes()
    fetch(url, overwrite=True).result(WAIT)
    assert CONTENT == target.read_bytes()


def test_a_file_that_came_up_meanwhile_is_kept(server, fetch, target, tools):
    served = tools.File(CONTENT)

    def reply(request):
        target.write_bytes(b"mine")
        return served(request)

    assert "exists" in str(tools.error_of(fetch(server.on("/file", reply))))
    assert b"mine" == target.read_bytes()


def test_a_target_that_is_replaced_is_whole_until_then(server, fetch, target, tools):
    target.write_bytes(b"mine")
    url = server.on("/file", tools.File(CONTENT, stop_after=HALF))

    tools.error_of(fetch(url, overwrite=True))
    tools.error_of(fetch(url, overwrite=True, checksum="0" * 64))

    assert b"mine" == target.read_bytes()


def test_an_existing_file_with_the_checksum_is_not_fetched_again(server, fetch, target):
    target.write_bytes(CONTENT)

    done = fetch(server.url("/file"), checksum=DIGEST).result(WAIT)

    assert (3_000_000, 0, DIGEST) == (done.bytes, done.fetched, done.checksum)
    assert [] == server.requests


def test_a_folder_is_no_target(server, engine, tmp_path, tools):
    task = engine.submit("http.download", {"url": server.url(), "to": tmp_path})

    assert "is a folder; name the file to make" in str(tools.error_of(task))


def special(kind, path):
    if kind == "a FIFO":
        os.mkfifo(path)
    else:
        with socket.socket(socket.AF_UNIX) as bound:
            bound.bind(str(path))


@pytest.mark.parametrize("kind", ["a FIFO", "a socket"])
@pytest.mark.parametrize("overwrite", [False, True])
def test_what_is_no_file_is_never_replaced(server, fetch, target, tools, kind, overwrite):
    special(kind, target)
    before = target.lstat()

    task = fetch(server.url("/file"), overwrite=overwrite)

    assert f"{target} is {kind}; name the file to make" in str(tools.error_of(task))
    assert os.path.samestat(before, target.lstat())
    assert [] == server.requests


@pytest.mark.parametrize("leads_to", ["nowhere", "file.bin"])
def test_a_link_that_leads_nowhere_exists(server, fetch, target, tools, leads_to):
    target.symlink_to(leads_to)  # which is itself, in the second case
    url = server.on("/file", tools.File(CONTENT))

    assert "exists; say overwrite=yes" in str(tools.error_of(fetch(url)))
    assert leads_to == str(target.readlink())


@pytest.mark.parametrize("leads_to", ["nowhere", "file.bin"])
def test_a_link_that_leads_nowhere_may_be_replaced(server, fetch, target, tools, leads_to):
    target.symlink_to(leads_to)

    fetch(server.on("/file", tools.File(CONTENT)), overwrite=True).result(WAIT)

    assert CONTENT == target.read_bytes()
    assert not target.is_symlink()
    assert ["file.bin"] == tools.names(target)


def test_a_planted_link_in_place_of_the_part_is_not_followed(server, fetch, target, tools):
    victim = target.with_name("victim")
    victim.write_bytes(b"mine")
    tools.part_of(target).symlink_to(victim)

    error = tools.error_of(fetch(server.on("/file", tools.File(CONTENT))))

    assert (errno.ELOOP, b"mine") == (getattr(error, "errno", error), victim.read_bytes())


def test_a_fifo_in_place_of_the_part_is_refused_at_once(server, fetch, target, tools):
    os.mkfifo(tools.part_of(target))

    assert "not a regular file" in str(
        tools.error_of(fetch(server.on("/file", tools.File(CONTENT))))
    )
