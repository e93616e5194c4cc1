"""Lines that were running when a run was killed: what they know in the next run."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest

from chasqui.commands.run.line_work import Ran, RanBefore, counted
from chasqui.engine.journal.slab import InFlight, SlabReading

PLUGIN = """
import os
from pathlib import Path
from chasqui import Context, hookimpl, task

@task
def say(ctx: Context, word: str) -> list[object]:
    if word == "poison" or (word == "once" and not ctx.redelivered):
        os.kill(os.getpid(), 9)
    return [ctx.redelivered, ctx.attempt, ctx.idempotency_key]

@task(on_interrupt="fail")
async def charge(ctx: Context, word: str) -> str:
    if word == "once":
        os.kill(os.getpid(), 9)
    return ctx.idempotency_key

@hookimpl
def chasqui_tasks():
    return [say, charge]
"""


def reading(epoch: int, *running: int, ended: int = 0) -> SlabReading:
    attempts = dict.fromkeys(running, 2) | ({ended: 1} if ended else {})
    flying = tuple(InFlight(number, 2, 1) for number in running)
    return SlabReading(epoch, flying, attempts, frozenset())


def test_crashes_in_a_row_are_counted_for_lines_that_ran_in_each():
    once = counted(RanBefore(), reading(1, 4, 5), was_killed=True)
    twice = counted(once, reading(2, 5), was_killed=True)

    assert {4: Ran(2, 1), 5: Ran(2, 2)} == twice.lines


def test_an_attempt_that_ended_begins_the_count_anew():
    once = counted(RanBefore(), reading(1, 4), was_killed=True)

    assert {4: Ran(1, 0)} == counted(once, reading(2, ended=4), was_killed=True).lines


def test_the_slab_of_a_run_is_counted_once():
    once = counted(RanBefore(), reading(1, 4), was_killed=True)

    assert once == counted(once, reading(1, 4), was_killed=True)


def test_a_run_that_ended_in_order_was_no_crash():
    assert {4: Ran(2, 0)} == counted(RanBefore(), reading(1, 4), was_killed=False).lines


@pytest.fixture
def run(tmp_path, plugin):
    """Run lines with a journal; returns the status, the rows by line and the messages."""
    plugin("words", PLUGIN)

    def run(type, lines, crash=""):
        (tmp_path / "in").write_text(lines)
        words = [type, "--each", "word", "in", "--journal", "run.db", "--workers", "1"]
        done = subprocess.run(
            [sys.executable, "-m", "chasqui", "run", *words],
            cwd=tmp_path,
            env={**os.environ, "CHASQUI_CRASH_AT": crash},
            capture_output=True,
            timeout=60,
        )
        rows = [json.loads(row) for row in done.stdout.splitlines() if row.endswith(b"}")]
        return done.returncode, {row["line"]: row for row in rows}, done.stderr.decode()

    return run


@pytest.mark.slow
def test_a_line_that_ran_at_a_kill_is_told_so_and_keeps_its_key(run, tmp_path):
    assert -signal.SIGKILL == run("words.say", "a\nonce\nb\n")[0]

    status, rows, _ = run("words.say", "a\nonce\nb\n")

    with closing(sqlite3.connect(tmp_path / "run.db")) as file:
        (uuid,) = file.execute("select v from meta where k = 'uuid'").fetchone()
    assert (0, [True, 2, f"{uuid}:2"]) == (status, rows[2]["result"])
    assert [False, 1, f"{uuid}:3"] == rows[3]["result"]


@pytest.mark.slow
def test_a_line_that_was_running_in_three_crashes_in_a_row_fails(run):
    lines = "poison\na\n"
    crashes = [run("words.say", lines)[0] for _ in range(3)]

    status, rows, _ = run("words.say", lines)

    assert ([-signal.SIGKILL] * 3, 1) == (crashes, status)
    assert ("failed", "Interrupted") == (rows[1]["state"], rows[1]["error"]["type"])
    assert "it was running in 3 crashes in a row" in rows[1]["error"]["message"]
    assert "completed" == rows[2]["state"]


@pytest.mark.slow
def test_a_line_of_a_type_that_must_not_run_twice_fails_after_a_kill(run):
    assert -signal.SIGKILL == run("words.charge", "once\na\n")[0]

    status, rows, _ = run("words.charge", "once\na\n")

    assert (1, "Interrupted", "completed") == (status, rows[1]["error"]["type"], rows[2]["state"])
    assert "its type does not run again after that" in rows[1]["error"]["message"]
