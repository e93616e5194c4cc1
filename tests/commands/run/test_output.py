"""`run`: rows, and the file of `--failures`, that cannot be written."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from tests.commands.running import Running

NOT_FOR_WRITING = "1</dev/null"  # it fails as a full disk does, and there is one everywhere
REASON = os.strerror(errno.EBADF)

FULL = pytest.param(
    ">/dev/full",
    os.strerror(errno.ENOSPC),
    marks=pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a disk that is full"),
)


@pytest.mark.slow
@pytest.mark.parametrize(("output", "reason"), [FULL, (NOT_FOR_WRITING, REASON)])
def test_rows_that_cannot_be_written_are_told_with_the_reason_and_the_ledger(
    by_shell, output, reason
):
    done = by_shell(f"run demo.sleep seconds=0 {output}")
    problem, ledger = done.stderr.decode().splitlines()

    assert 2 == done.returncode
    assert f"chasqui-tui: cannot write the rows: {reason}" == problem
    assert "accepted 1 = completed 1" in ledger


@pytest.mark.slow
def test_a_run_whose_rows_cannot_be_written_takes_no_more_input_and_lets_what_runs_end(tmp_path):
    words = ("demo.sleep", "--each", "seconds", "--workers", "2")
    with Path(os.devnull).open("rb") as output:
        run = Running(tmp_path, *words, stdout=output)
    run.feed(b"0.5\n0\n")
    run.program.wait(60)  # though the input stays open
    code, _, errors = run.end()

    assert (2, True) == (code, b"accepted 2 = completed 2" in errors), errors
    assert b"the input was read up to line 2, accepted up to line 2" in errors
    assert b"stopping, since the output cannot be written: 1 running task" in errors


@pytest.mark.parametrize(
    "words", ["demo.sleep --each seconds", "demo.sleep --each seconds --dry-run", "--jobs"]
)
def test_a_row_that_cannot_be_written_is_told_whatever_it_is_a_row_of(by_shell, tmp_path, words):
    (tmp_path / "lines").write_text("nonsense\n0\n")
    done = by_shell(f"run {words} lines {NOT_FOR_WRITING}")

    assert 2 == done.returncode
    assert f"chasqui-tui: cannot write the rows: {REASON}\n" in done.stderr.decode()
    assert b"Traceback" not in done.stderr


def test_a_failure_has_the_lesser_status_when_its_row_cannot_be_written(by_shell):
    assert 2 == by_shell(f"run demo.fail {NOT_FOR_WRITING}").returncode


def test_failures_that_cannot_be_written_are_told_and_the_rows_are_whole(by_shell, rows):
    done = by_shell("run demo.fail --failures rest", before="ulimit -f 0;")

    assert 2 == done.returncode
    assert ["failed"] == [row["state"] for row in rows(done)]
    said = f"chasqui-tui: rest: cannot be written: {os.strerror(errno.EFBIG)}; it is not complete\n"
    assert said in done.stderr.decode()
