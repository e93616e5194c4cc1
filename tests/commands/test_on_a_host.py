"""The commands over an engine that is really served."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest

from chasqui import Context, Engine, task
from chasqui.commands import exits
from chasqui.control.host.host import Host
from chasqui.control.sockets.place import socket_of
from chasqui.control.wire.frames import REPLY_BYTES, Splitter
from chasqui.control.wire.messages import decoded_reply, request_frame
from chasqui.control.wire.permanent import HelloArgs, NoArgsEver
from tests.commands.hosting import lines
from tests.present import present


@task
def double(ctx: Context, number: int, name: str = "") -> str:
    return f"{name}{2 * number}"


@task
def explode(message: str) -> None:
    raise ValueError(message)


class Served:
    """An engine of two workers, and a gate that its tasks of `app.hold` wait for."""

    def __init__(self) -> None:
        self.path = Path()
        self.gate = threading.Event()
        self.engine = Engine(workers=2, queue_size=50, name="default")

        @task
        def hold(ctx: Context, name: str = "") -> None:
            while not self.gate.wait(0.01):
                ctx.raise_if_cancelled()

        for one in (double, explode, hold):
            self.engine.register(one)


@pytest.fixture
def served(runtime):
    served = Served()
    with served.engine:
        host = served.engine.serve()
        served.path = host.path
        yield served
        served.gate.set()
        host.close()


def test_lines_come_back_as_rows_with_what_they_made(chasqui, served, rows):
    words = ["submit", "app.double", "--each", "number", "name=n", "--wait"]
    done = chasqui(*words, input=lines(120))

    assert exits.DONE == done.returncode, done.stderr.decode()
    assert {number: f"n{2 * number}" for number in range(1, 121)} == {
        row["line"]: row["result"] for row in rows(done)
    }


@pytest.mark.slow
def test_a_run_over_a_host_stops_by_the_ends_that_come_back(chasqui, served, rows):
    words = ["run", "--host", "app.explode", "--each", "message"]
    done = chasqui(*words, "--max-failures", "2", input=lines(3000))
    now = chasqui(*words, "--halt", "now,fail=1", input=lines(3))

    assert (exits.UNHEALTHY, True) == (done.returncode, 2 <= len(rows(done)) < 3000)
    assert b"stopped, since 2 tasks have failed (--max-failures 2): all lines up" in done.stderr
    assert (exits.USAGE, b"") == (now.returncode, now.stdout)
    assert b"--halt now is not for --host" in now.stderr


@pytest.mark.slow
def test_a_full_backlog_is_waited_for_and_the_order_kept(chasqui, served):
    served.engine.pause()
    engine = served.engine
    opening = threading.Timer(0.7, engine.resume)
    opening.start()
    done = chasqui("submit", "app.double", "--each", "number", input=lines(400))
    opening.join()

    numbers = [int(line) for line in done.stdout.splitlines()]
    assert (exits.DONE, 400, sorted(numbers)) == (done.returncode, len(numbers), numbers)
    assert 400 == engine.metrics().accepted


def test_a_text_that_is_not_utf_8_arrives_beside_others(chasqui, served, rows):
    done = chasqui("submit", "app.double", "--each", "name", "number=4", "--wait", input=b"a\xff\n")

    assert exits.DONE == done.returncode, done.stderr.decode()
    assert b"a\xff8" == base64.b64decode(rows(done)[0]["result"]["bytes"])


@pytest.mark.slow
def test_what_is_paused_waits_until_it_is_resumed(chasqui, served):
    assert exits.DONE == chasqui("pause", "app.double", "--reason", "a look").returncode
    chasqui("submit", "app.double", "number=1")
    paused = served.engine.metrics().queued
    assert exits.DONE == chasqui("resume", "app.double").returncode
    chasqui("submit", "app.double", "number=2", "--wait")

    assert (1, 2) == (paused, served.engine.metrics().completed)


@pytest.mark.slow
@pytest.mark.parametrize(
    "words", [["submit", "--wait", "app.double"], ["run", "--host", "app.double"]]
)
def test_a_wait_for_a_paused_engine_says_why_nothing_ends(served, tmp_path, words):
    served.engine.pause()
    command = [sys.executable, "-m", "chasqui", *words, "number=2"]
    late = threading.Timer(20, served.engine.resume)  # if it says nothing, so that this test ends
    late.start()
    null, pipe = subprocess.DEVNULL, subprocess.PIPE
    with subprocess.Popen(command, cwd=tmp_path, stdin=null, stdout=null, stderr=pipe) as waits:
        said = present(waits.stderr).readline()
        late.cancel()
        served.engine.resume()
        waits.communicate(timeout=60)
    late.join()

    assert b"chasqui-tui: the engine is paused; `chasqui-tui resume` starts tasks\n" == said
    assert exits.DONE == waits.returncode


@pytest.mark.slow
def test_failures_of_a_kind_are_exported_and_retried_and_discarded(chasqui, served, tmp_path):
    chasqui("submit", "app.explode", "--each", "message", "--wait", input=b"a\nb\nc\n")
    chasqui("failures", "--export", "again.jsonl")
    exported = [json.loads(line) for line in (tmp_path / "again.jsonl").read_text().splitlines()]
    first = exported[0]["number"]

    assert [{"message": text} for text in "abc"] == [row["params"] for row in exported]
    assert exits.DONE == chasqui("retry", str(first)).returncode
    assert exits.DONE == chasqui("discard", "--filter", "type=app.explode").returncode
    assert exits.NO_SUCH == chasqui("retry", "99999").returncode
    assert exits.UNHEALTHY == chasqui("submit", "--jobs", "again.jsonl", "--wait").returncode


@pytest.mark.slow
def test_a_task_is_cancelled_by_its_number(chasqui, served):
    number = chasqui("submit", "app.hold").stdout.decode().strip()
    done = chasqui("cancel", number)
    task = chasqui("cancel", "99999")

    assert (exits.DONE, b"") == (done.returncode, done.stderr)
    assert exits.NO_SUCH == task.returncode


@pytest.mark.slow
def test_a_pool_is_resized_and_a_type_limited(chasqui, served):
    assert exits.DONE == chasqui("resize", "5").returncode
    assert exits.DONE == chasqui("limit", "app.double", "--concurrency", "1").returncode
    assert exits.NO_SUCH == chasqui("resize", "5", "--pool", "nowhere").returncode
    assert exits.USAGE == chasqui("limit", "app.double", "--rate", "often").returncode

    status = json.loads(chasqui("status", "--json").stdout)
    assert 5 == status["pools"]["default"]["workers"]


@pytest.mark.slow
def test_every_pane_has_its_rows(chasqui, served):
    for _ in range(3):
        served.engine.submit("app.hold")
    heads = {"workers": "WORKER", "backlog": "TASK", "failures": "TASK", "metrics": ""}

    for pane, head in heads.items():
        done = chasqui("status", "--pane", pane)
        assert exits.DONE == done.returncode, done.stderr.decode()
        assert head in done.stdout.decode().splitlines()[0]
        assert isinstance(json.loads(chasqui("status", "--pane", pane, "--json").stdout), dict)


@pytest.mark.slow
def test_hosts_lists_it_and_it_is_found_by_its_name(chasqui, served):
    (row,) = [json.loads(line) for line in chasqui("hosts", "--json").stdout.splitlines()]

    assert ("default", "running", os.getpid()) == (row["name"], row["state"], row["pid"])
    assert exits.DONE == chasqui("status", "--name", "default").returncode
    assert b"default" in chasqui("hosts").stdout


@pytest.mark.slow
def test_a_shutdown_ends_the_engine_after_its_work(chasqui, served):
    chasqui("submit", "app.double", "number=1")
    done = chasqui("shutdown", "--wait", "--timeout", "5")

    assert (exits.DONE, b"") == (done.returncode, done.stderr)
    assert ("stopped", 1) == (served.engine.state, served.engine.metrics().completed)


@pytest.mark.slow
def test_of_two_hosts_with_one_name_the_choices_are_given(chasqui, served, tmp_path):
    other = tmp_path / "config.toml"
    other.write_text("[engine]\n")
    with Engine(name="default") as second, closing(Host(second, config=other)):
        done = chasqui("status", "--name", "default")
        stems = [one.stem for one in (served.path, socket_of("default", other))]

        assert exits.USAGE == done.returncode
        assert all(stem in done.stderr.decode() for stem in stems)
        assert all(exits.DONE == chasqui("status", "--name", stem).returncode for stem in stems)
        assert 2 == len(chasqui("hosts", "--json").stdout.splitlines())


def test_a_folder_that_others_could_write_is_not_believed(chasqui, served, runtime):
    (runtime / "chasqui").chmod(0o777)
    done = chasqui("status")
    (runtime / "chasqui").chmod(0o700)

    assert (exits.UNREACHABLE, 1) == (done.returncode, len(done.stderr.splitlines()))


def test_standard_streams_stand_for_the_socket(chasqui, served):
    hello = request_frame(1, "hello", HelloArgs(client="far"))
    done = chasqui("attach", "--stdio", input=hello + request_frame(2, "status", NoArgsEver()))

    replies = [decoded_reply(frame) for frame in Splitter(REPLY_BYTES).feed(done.stdout)]
    assert (exits.DONE, b"") == (done.returncode, done.stderr)
    assert [1, 2] == [reply.id for reply in replies]
    assert "running" == json.loads(bytes(replies[1].ok))["state"]
