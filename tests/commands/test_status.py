"""`chasqui-tui status`: what it prints, and its exit status."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from typing import Any

import pytest

from chasqui.commands import exits
from chasqui.control.wire.messages import WireError
from tests.commands.hosting import STATUS
from tests.present import present


def test_as_json_it_is_the_record_of_the_host(chasqui, host):
    host()
    done = chasqui("status", "--json")

    record = json.loads(done.stdout)
    assert (exits.DONE, b"") == (done.returncode, done.stderr)
    assert set(STATUS) <= set(record)
    assert (4242, "running", 3) == (record["pid"], record["state"], record["counts"]["accepted"])


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({}, exits.DONE),
        ({"state": "paused", "paused": True}, exits.DONE),
        ({"state": "degraded"}, exits.UNHEALTHY),
        ({"conservation": False}, exits.UNHEALTHY),
        ({"state": "stopping"}, exits.UNHEALTHY),
    ],
)
def test_its_exit_status_is_a_health_check(chasqui, host, changes, status):
    host(status=lambda _: {**STATUS, **changes})

    assert status == chasqui("status").returncode


def test_without_a_host_it_says_what_starts_one(chasqui, runtime):
    done = chasqui("status")

    assert exits.UNREACHABLE == done.returncode
    assert 1 == len(done.stderr.splitlines())
    assert b"no host" in done.stderr and b"chasqui-tui serve" in done.stderr


def test_a_host_of_another_version_is_shown_all_the_same(chasqui, host):
    other = {"protocol": 99, "version": "9.9", "a new key": {}}
    host(status=lambda _: {**STATUS, **other})

    done = chasqui("status")
    assert exits.DONE == done.returncode
    assert b"version 9.9" in done.stdout


def test_a_host_that_ends_in_the_middle_is_unreachable(chasqui, host):
    host(status=lambda _: None)

    done = chasqui("status")
    assert (exits.UNREACHABLE, b"") == (done.returncode, done.stdout)


def test_a_host_that_is_busy_has_a_status_of_its_own(chasqui, host):
    host(status=lambda _: WireError("busy", "64 clients are connected", "try again later"))

    done = chasqui("status")
    assert exits.BUSY == done.returncode
    assert b"chasqui-tui: 64 clients are connected; try again later\n" == done.stderr


def test_for_scripts_each_line_is_a_key_and_its_value(chasqui, host):
    host()

    lines = chasqui("status", "--plain").stdout.decode().splitlines()
    assert {"name default", "counts.accepted 3", "conservation true"} <= set(lines)


@pytest.mark.slow
def test_a_watch_on_a_pipe_prints_a_line_each_until_it_is_interrupted(tmp_path, host):
    host()
    words = [sys.executable, "-m", "chasqui", "status", "--watch"]
    pipe = subprocess.PIPE
    with subprocess.Popen(words, cwd=tmp_path, stdout=pipe, stderr=pipe) as watch:
        lines = [present(watch.stdout).readline() for _ in range(2)]
        watch.send_signal(signal.SIGINT)
        _, errors = watch.communicate(timeout=60)

    assert all(b"running" in line and b"3 completed" in line for line in lines)
    assert (exits.DONE, b"") == (watch.returncode, errors)


@pytest.mark.slow
def test_a_watch_as_json_has_an_object_on_each_line_and_ends_with_its_host(chasqui, host):
    answers = iter([STATUS, {**STATUS, "pid": 1}])
    host(status=lambda _: next(answers, None))

    done = chasqui("status", "--watch", "--json")
    assert [4242, 1] == [json.loads(line)["pid"] for line in done.stdout.splitlines()]
    assert exits.UNREACHABLE == done.returncode


def test_the_rows_of_a_pane_are_aligned_below_its_heads(chasqui, host):
    rows = [{"name": "w01", "state": "running", "since": 0.0, "task": 7, "type": "demo.sleep"}]
    page = {"rows": rows, "total": 3}
    host(snapshot=lambda _: {"revision": 1, "sections": {"at": 5.0, "worker_page": page}})

    lines = chasqui("status", "--pane", "workers").stdout.decode().splitlines()
    assert ["WORKER", "STATE", "SINCE", "TASK", "TYPE", "DONE", "FAILED", "PROGRESS"] == lines[
        0
    ].split()
    assert ["w01", "▶", "running", "5s", "7", "demo.sleep", "0", "0"] == lines[1].split()
    assert "and 2 more" == lines[2]


@pytest.mark.slow
def test_the_finished_tasks_are_listed_with_their_outcome(chasqui, host):
    row: dict[str, Any] = {
        "number": 7,
        "type": "app.add",
        "params": {"a": 1, "text": "x\x1b[31m"},
        "state": "completed",
        "attempts": 1,
        "result": [3],
        "error": None,
        "ran": 0.5,
        "finished": time.time() - 3.5 * 3600,
    }
    failed = {**row, "number": 8, "state": "failed", "result": None, "ran": None}
    failed["error"] = {"type": "ValueError", "message": "no"}
    host(rows=lambda _: {"rows": [failed, row], "cursor": 1})

    lines = chasqui("status", "--pane", "history").stdout.decode().splitlines()
    heads = ["TASK", "TYPE", "STATE", "AGO", "RAN", "ATTEMPTS", "OUTCOME", "PARAMETERS"]
    assert heads == lines[0].split()
    assert ["ValueError:", "no", "a=1"] == lines[1].split()[-4:-1]
    assert ["7", "app.add", "✓", "completed", "3h30m"] == lines[2].split()[:5]
    assert "[3]" in lines[2] and "\x1b" not in lines[2]
    assert "and more than the 1,000 newest" == lines[3]
    answer = json.loads(chasqui("status", "--pane", "history", "--json").stdout)
    assert [8, 7] == [one["number"] for one in answer["rows"]]


def test_it_imports_neither_an_engine_nor_a_plugin(tmp_path, host):
    host()
    code = (
        "import sys\nfrom chasqui.cli import main\nmain(['status'])\n"
        "print(*sys.modules, file=sys.stderr)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, timeout=60
    )

    others = {"chasqui.engine.engine", "chasqui.pool.pool", "chasqui.control.local", "pluggy"}
    assert set() == set(ran.stderr.split()) & (others | {"textual", "rich", "asyncio", "hashlib"})
