"""`run --failures`: what did not complete can be given back, however the run has ended."""

from __future__ import annotations

import json
import signal
from typing import Any

import pytest

from tests.commands.running import Running

DEAF = """
import threading
from chasqui import hookimpl, task

@task
def wait(seconds: float) -> None:
    threading.Event().wait(seconds)

@hookimpl
def chasqui_tasks():
    return [wait]
"""


def seconds_in(file):
    return sorted(json.loads(line)["params"]["seconds"] for line in file.read_text().splitlines())


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_what_an_interrupt_cancelled_or_left_is_written_and_what_completed_is_not(tmp_path, number):
    run = Running(
        *(tmp_path, "demo.sleep", "--each", "seconds", "--workers", "2"), "--failures", "rest"
    )
    run.feed(b"3600\n0\n3601\n3602\n3603\n")
    run.close_input()
    assert b'"line":2' in run.row()
    run.interrupt(number)
    run.end()

    assert [3600, 3601, 3602, 3603] == seconds_in(tmp_path / "rest")


@pytest.mark.slow
def test_what_ignores_an_interrupt_and_is_abandoned_is_written(tmp_path, plugin):
    plugin("deaf", DEAF)
    run = Running(
        *(tmp_path, "deaf.wait", "--each", "seconds", "--workers", "2"), "--failures", "rest"
    )
    run.feed(b"3600\n0\n")
    run.row()
    run.interrupt()
    code, _, errors = run.end()

    assert (130, [3600]) == (code, seconds_in(tmp_path / "rest"))
    assert b"abandoned 1" in errors


@pytest.mark.slow
def test_after_a_first_failure_all_that_was_read_can_be_given_back(chasqui, tmp_path):
    jobs: list[dict[str, Any]] = [
        {"type": "demo.fail", "params": {"message": f"{number}"}} for number in range(500)
    ]
    (tmp_path / "jobs").write_text("".join(json.dumps(job) + "\n" for job in jobs))
    (tmp_path / "config.toml").write_text("[engine]\n[pools.default]\nqueue_size = 10\n")
    done = chasqui("run", "--jobs", "jobs", "--stop-on-failure", "--failures", "rest")
    written = [json.loads(line) for line in (tmp_path / "rest").read_text().splitlines()]

    assert 1 == done.returncode
    assert b"the input was read up to line 500, accepted up to line " in done.stderr
    assert b"; lines read after the stop are in rest\n" in done.stderr
    assert sorted(job["params"]["message"] for job in jobs) == sorted(
        job["params"]["message"] for job in written
    )


@pytest.mark.slow
def test_what_the_reader_did_not_wait_for_is_written(tmp_path):
    (tmp_path / "config.toml").write_text("[engine]\nshutdown_timeout = 0.1\n")
    run = Running(
        *(tmp_path, "demo.sleep", "--each", "seconds", "--workers", "2"), "--failures", "rest"
    )
    run.feed(b"3600\n0\n")
    code, errors = run.lose_reader(b"0\n3601\n")

    assert 141 == code, errors
    assert [3600, 3601] == seconds_in(tmp_path / "rest")


@pytest.mark.slow
@pytest.mark.parametrize("name", ["jobs", "link", "./jobs"])
def test_the_input_is_never_overwritten_by_what_is_not_completed(chasqui, tmp_path, name):
    job = '{"type": "demo.fail", "params": {}}\n'
    (tmp_path / "jobs").write_text(job)
    (tmp_path / "link").symlink_to("jobs")
    done = chasqui("run", "--jobs", "jobs", "--failures", name)

    assert 2 == done.returncode
    assert f"{name}: is the input; --failures needs a file of its own".encode() in done.stderr
    assert job == (tmp_path / "jobs").read_text()


@pytest.mark.slow
def test_a_dry_run_leaves_the_file_of_an_earlier_run_as_it_is(chasqui, tmp_path):
    (tmp_path / "rest").write_text("precious\n")
    chasqui("run", "demo.fail", "--dry-run", "--failures", "rest")

    assert "precious\n" == (tmp_path / "rest").read_text()
