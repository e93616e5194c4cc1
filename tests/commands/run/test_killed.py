"""`run --journal` that is killed, stopped or cut off, and repeated: each line has one row."""

from __future__ import annotations

import fcntl
import json
import os
import signal
import struct
import subprocess
import sys
import termios
from pathlib import Path

import pytest

from tests.commands.repeated import EVERY, LINES, WORDS, Folder
from tests.commands.running import Running
from tests.present import present
from tests.waiting import until


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


@pytest.mark.parametrize(
    "point",
    [
        pytest.param("before-commit:3", marks=pytest.mark.slow),
        "committed:3",
        "printed:3",
        pytest.param("before-note", marks=pytest.mark.slow),
    ],
)
def test_two_files_hold_each_line_once_wherever_the_first_run_is_killed(folder, point):
    first = folder.run(crash=f"run-{point}", to="first.jsonl")

    second = folder.run(to="second.jsonl")

    assert (-signal.SIGKILL, 0) == (first.status, second.status)
    assert sorted(first.lines + second.lines) == EVERY
    assert len(second.rows) < LINES
    assert b" lines done before; accepted " in second.errors


@pytest.mark.parametrize("point", [pytest.param("committed:3", marks=pytest.mark.slow), "piece:9"])
def test_two_pipes_pass_each_line_once_wherever_the_first_run_is_killed(folder, point):
    first = folder.run(crash=f"run-{point}")

    second = folder.run()

    assert (-signal.SIGKILL, 0) == (first.status, second.status)
    assert sorted(first.lines + second.lines) == EVERY
    assert b"may be printed already" not in second.errors


@pytest.mark.slow
def test_rows_in_doubt_are_named_and_not_printed_again(folder):
    first = folder.run(crash="run-unmarked:2")

    second = folder.run()

    assert sorted(first.lines + second.lines) == EVERY
    assert b"may be printed already" in second.errors
    assert first.lines and not set(first.lines) & set(second.lines)


@pytest.mark.slow
def test_half_a_row_is_taken_from_the_first_output_and_printed_in_the_second(folder):
    first = folder.run(crash="run-printed:3", to="first.jsonl")
    path = folder.path / "first.jsonl"
    os.truncate(path, path.stat().st_size - 5)  # as a kill within a write leaves it

    second = folder.run(to="second.jsonl")

    both = [json.loads(row)["line"] for row in folder.read("first.jsonl") + second.rows]
    assert (first.lines[-1] in second.lines, EVERY) == (True, sorted(both))


@pytest.mark.slow
def test_a_run_that_goes_on_in_the_same_file_leaves_no_half_row_in_it(folder):
    folder.run(crash="run-printed:2", to="out.jsonl")
    path = folder.path / "out.jsonl"
    os.truncate(path, path.stat().st_size - 5)

    whole = folder.run(to="out.jsonl", append=True)

    assert (0, EVERY) == (whole.status, sorted(whole.lines))


@pytest.mark.slow
def test_an_output_that_was_emptied_is_named(folder):
    folder.run(to="out.jsonl")

    again = folder.run(to="out.jsonl")

    assert (0, []) == (again.status, again.rows)
    assert b"out.jsonl: was emptied, and had rows of 2,000 lines" in again.errors


@pytest.mark.slow
def test_what_an_interrupt_leaves_runs_when_the_command_is_repeated(tmp_path):
    words = ("demo.sleep", "--each", "seconds", "--journal", "run.db", "--workers", "2")
    first = Running(tmp_path, *words)
    first.feed(b"0\n60\n60\n0\n")
    assert 1 == json.loads(first.row())["line"]
    first.interrupt()
    status, out, errors = first.end()
    assert (130, b"") == (status, out)
    assert b"to go on, repeat the command with --journal run.db" in errors

    second = Running(tmp_path, *words)
    status, out, errors = second.end(b"0\n0\n0\n0\n")

    assert (0, [2, 3, 4]) == (status, sorted(json.loads(row)["line"] for row in out.splitlines()))
    assert b"1 line done before; accepted 3 = completed 3" in errors


@pytest.mark.slow
def test_rows_that_the_reader_did_not_take_are_printed_by_the_next_run(folder):
    first = Running(folder.path, *WORDS)
    rows = [first.row() for _ in range(10)]
    status, errors = first.lose_reader(b"")
    assert 141 == status, errors
    read = [json.loads(row)["line"] for row in rows]

    second = folder.run()

    # What was in the pipe when its reader went away is gone with it, and is not printed again.
    assert 0 == second.status
    assert not set(read) & set(second.lines)
    assert len(second.lines) == len(set(second.lines))
    assert len(second.lines) > LINES - 2048


@pytest.mark.slow
def test_rows_that_an_output_has_refused_are_printed_by_the_next_run(folder):
    command = [sys.executable, "-m", "chasqui", "run", *WORDS]
    with Path("/dev/full").open("wb") as full:
        first = subprocess.run(command, cwd=folder.path, stdout=full, stderr=subprocess.PIPE)

    second = folder.run()

    assert (2, 0, EVERY) == (first.returncode, second.status, sorted(second.lines))
    assert b"may be printed already" not in second.errors


@pytest.mark.slow
def test_a_run_that_is_stopped_does_not_wait_for_a_reader_that_takes_nothing(folder):
    (folder.path / "in").write_text("0\n" * 5000)
    first = Running(folder.path, *WORDS)
    pipe = present(first.program.stdout).fileno()
    until(lambda: waiting_in(pipe) > 30_000)
    first.program.send_signal(signal.SIGINT)
    assert 130 == first.program.wait(30)
    _, out, errors = first.end()
    read = [json.loads(row)["line"] for row in out.splitlines()]

    second = folder.run()

    assert list(range(1, 5001)) == sorted(read + second.lines)
    assert b"to go on, repeat the command with --journal run.db" in errors


def waiting_in(pipe: int) -> int:
    """Return how many bytes a pipe holds."""
    found = fcntl.ioctl(pipe, termios.FIONREAD, struct.pack("i", 0))
    return int(struct.unpack("i", found)[0])
