"""Standard output and standard error that cannot be written, or that the caller has closed."""

from __future__ import annotations

import errno
import os

import pytest

NOT_FOR_WRITING = "1</dev/null"  # it fails as a full disk does, and there is one everywhere
REASON = os.strerror(errno.EBADF)

NOISY = """
import sys
from chasqui import hookimpl, task

@task
def complain() -> None:
    print("not a row", file=sys.stderr)

@hookimpl
def chasqui_tasks():
    return [complain]
"""


@pytest.mark.parametrize(
    "words",
    [
        "--help",
        "--version",
        "run --help",
        "types",
        "types demo.sleep --json",
        "plugins",
        "plugins demo --check",
        "config show",
        "config path",
        "config check",
        "info",
        "completion bash",
    ],
)
@pytest.mark.parametrize(
    ("output", "said"),
    [
        (NOT_FOR_WRITING, f"cannot write to standard output: {REASON}"),
        (">&-", "standard output is closed; give it a file, or /dev/null"),
    ],
)
def test_a_result_that_cannot_be_written_is_one_line_and_exit_2(
    by_shell, monkeypatch, words, output, said
):
    monkeypatch.delenv("PYTHONUNBUFFERED", raising=False)  # so that the end of it is still held
    done = by_shell(f"{words} {output}")

    assert (2, f"chasqui-tui: {said}\n") == (done.returncode, done.stderr.decode())


@pytest.mark.slow
def test_that_holds_where_python_keeps_nothing_back(by_shell, monkeypatch):
    monkeypatch.setenv("PYTHONUNBUFFERED", "1")
    for words in ("--help", "--version", "types"):
        done = by_shell(f"{words} {NOT_FOR_WRITING}")
        assert (2, 1) == (done.returncode, len(done.stderr.splitlines())), done.stderr


def test_without_an_output_nothing_is_run(by_shell):
    done = by_shell("run demo.sleep seconds=0 >&-")

    assert 2 == done.returncode
    assert b"chasqui-tui: standard output is closed; give it a file, or /dev/null\n" == done.stderr


@pytest.mark.slow
def test_a_shell_that_does_not_take_the_answer_sees_it_in_the_status_alone(by_shell):
    question = "complete fish -- chasqui-tui r"
    unwritten, closed = by_shell(f"{question} {NOT_FOR_WRITING}"), by_shell(f"{question} >&-")

    assert (2, b"", 0, b"") == (
        *(unwritten.returncode, unwritten.stderr),
        *(closed.returncode, closed.stderr),
    )


@pytest.mark.slow
@pytest.mark.parametrize("errors", ["2>&-", "2</dev/null"])
@pytest.mark.parametrize(
    ("words", "rows", "status"),
    [
        ("run demo.sleep seconds=0", 1, 0),
        ("run demo.sleep --each seconds <lines", 2, 2),
        ("types nope.x", 0, 3),
        ("run --nonsense", 0, 2),
        ("config path", 4, 0),
    ],
)
def test_where_nobody_can_be_told_results_and_status_are_as_ever(
    by_shell, tmp_path, errors, words, rows, status
):
    (tmp_path / "lines").write_text("nonsense\n0\n")
    done = by_shell(f"{words} {errors}")

    assert (status, rows) == (done.returncode, len(done.stdout.splitlines()))


@pytest.mark.slow
def test_what_a_task_says_to_a_closed_standard_error_is_not_among_the_rows(by_shell, plugin, rows):
    plugin("noisy", NOISY)
    done = by_shell("run noisy.complain 2>&-")

    assert ["completed"] == [row["state"] for row in rows(done)]
