"""Downloads that are cancelled, meet a silent server or each other, or die."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
import threading

import pytest

WAIT = 60.0
CONTENT = os.urandom(3_000_000)
DIGEST = f"sha256:{hashlib.sha256(CONTENT).hexdigest()}"
HALF = 1_500_000


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


def test_a_cancelled_download_keeps_its_part_and_is_gone_on_with(fetch, target, halted, tools):
    url, sent, let = halted
    task = fetch(url)
    assert sent.wait(WAIT)
    await_size(tools.part_of(target), HALF)

    task.cancel()
    assert task.wait(WAIT)

    assert "cancelled" == task.state
    assert ["file.bin.part", "file.bin.part.json"] == tools.names(target)
    let.set()
    assert HALF == fetch(url, checksum=DIGEST).result(WAIT).fetched


def test_a_silent_server_ends_the_download_after_the_timeout(fetch, target, halted, tools):
    url, _, _ = halted

    error = tools.error_of(fetch(url, timeout=0.3))

    assert "timeout" == error.reason
    assert not target.exists()
    assert CONTENT[:HALF] == tools.part_of(target).read_bytes()


def test_a_second_download_to_the_same_target_is_refused(make_engine, target, halted, tools):
    url, sent, let = halted
    engine = make_engine(workers=2)
    first = engine.submit("http.download", {"url": url, "to": target})
    assert sent.wait(WAIT)

    second = engine.submit("http.download", {"url": url, "to": target})

    error = tools.error_of(second)
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
    assert ["file.bin"] == tools.names(target)


PROGRAM = """
import sys
from chasqui import Engine
from chasqui import PluginHost
host = PluginHost(only=["http"], settings={"http": {"allow_private": True}})
with Engine(workers=1, plugins=host) as engine:
    engine.submit("http.download", {"url": sys.argv[1], "to": sys.argv[2]}).wait()
"""


def test_a_killed_process_leaves_a_part_that_is_gone_on_with(fetch, target, halted, tools):
    url, sent, _ = halted
    child = subprocess.Popen([sys.executable, "-c", PROGRAM, url, str(target)])
    assert sent.wait(WAIT)
    await_size(tools.part_of(target), HALF)

    child.send_signal(signal.SIGKILL)
    assert -signal.SIGKILL == child.wait(WAIT)

    assert HALF == fetch(url, checksum=DIGEST).result(WAIT).fetched
    assert CONTENT == target.read_bytes()
