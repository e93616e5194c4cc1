"""`chasqui-tui log`: the end of a host's log, whether or not the host is still there."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from chasqui.commands.hostlog import log_of, rotate
from chasqui.engine.config.places import state_folder
from tests.present import present


@pytest.fixture
def log() -> Path:
    """Return the log that a host beside a console has left."""
    file = log_of(state_folder("default", None))
    file.parent.mkdir(parents=True)
    return file


def numbered(first: int, last: int) -> str:
    return "".join(f"line {number}\n" for number in range(first, last + 1))


@pytest.mark.slow
def test_the_last_lines_are_shown_also_of_a_host_that_has_gone(chasqui, log):
    log.write_text(numbered(1, 30))

    assert numbered(11, 30) == chasqui("log").stdout.decode()
    assert numbered(29, 30) == chasqui("log", "-n", "2").stdout.decode()
    assert "" == chasqui("log", "-n", "0").stdout.decode()
    assert numbered(30, 30) == chasqui("log", "-n", "1", "default").stdout.decode()
    assert numbered(30, 30) == chasqui("log", "-n", "1", "default-e3b0c442").stdout.decode()


def test_lines_of_the_file_before_are_shown_where_the_new_one_has_too_few(chasqui, log):
    log.with_name("host.log.1").write_text(numbered(1, 5))
    log.write_text(numbered(6, 7))

    assert numbered(4, 7) == chasqui("log", "-n", "4").stdout.decode()


def test_what_a_task_printed_cannot_take_over_the_terminal(chasqui, log):
    log.write_bytes(b"\x1b]0;owned\x07 \xff\n")

    said = chasqui("log").stdout.decode()
    assert said.rstrip("\n").isprintable()


@pytest.mark.slow
def test_without_a_log_or_a_host_of_that_name_the_status_is_3(chasqui):
    for words in (["log"], ["log", "nobody"], ["log", "../.."]):
        done = chasqui(*words)
        assert (3, b"") == (done.returncode, done.stdout)
        assert 1 == len(done.stderr.splitlines())
        assert b"has left no log" in done.stderr


def test_a_name_that_two_hosts_have_left_logs_under_asks_which(chasqui, log, tmp_path):
    other = log_of(state_folder("default", tmp_path / "config.toml"))
    other.parent.mkdir(parents=True)
    for file in (log, other):
        file.write_text("a line\n")

    done = chasqui("log", "default")
    assert 2 == done.returncode
    assert log.parent.name.encode() in done.stderr and other.parent.name.encode() in done.stderr


def test_a_wrong_number_of_lines_is_refused(chasqui, log):
    log.write_text("a line\n")

    assert 2 == chasqui("log", "-n", "many").returncode
    assert 2 == chasqui("log", "-n", "-1").returncode


def test_a_log_is_followed_into_the_file_that_takes_its_place(log, tmp_path, monkeypatch):
    monkeypatch.setattr("chasqui.commands.hostlog.LONGEST", 10)
    log.write_text(numbered(1, 3))
    command = [sys.executable, "-m", "chasqui", "log", "-f", "-n", "1"]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, text=True) as follower:
        said = present(follower.stdout)
        try:
            assert "line 3\n" == said.readline()
            with log.open("a") as writing:
                writing.write("half a")
                writing.flush()
                writing.write(" line\n")
            assert "half a line\n" == said.readline()

            with log.open("a") as writing:
                writing.write("the last of the old file\n")
            assert rotate(log)
            with log.open("a") as writing:
                writing.write("the first of the new one\n")
            assert "the last of the old file\n" == said.readline()
            assert "the first of the new one\n" == said.readline()

            os.kill(follower.pid, signal.SIGINT)
            assert 0 == follower.wait(30)
        finally:
            follower.kill()


@pytest.mark.slow
def test_a_host_that_runs_says_where_its_log_is_or_that_it_has_none(chasqui, host, tmp_path):
    asked = host()
    file = tmp_path / "elsewhere.log"
    file.write_text("from elsewhere\n")

    assert 3 == chasqui("log").returncode
    assert b"has no log file" in chasqui("log").stderr
    hello = asked.handlers["hello"]({})
    assert isinstance(hello, dict)
    asked.handlers["hello"] = lambda _: {**hello, "log": str(file)}
    assert b"from elsewhere\n" == chasqui("log").stdout
