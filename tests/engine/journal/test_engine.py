"""An engine with a journal: what is accepted is kept."""

from __future__ import annotations

import gc
import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path

import pytest

from chasqui import Context, Engine, task
from chasqui.engine.journal.place import BESIDE
from tests.pool.interrupt import Interrupter

KILLED = """
import os, signal, sys
from tests.pool.interrupt import Interrupter
from chasqui import Context, Engine, task

@task
def note(ctx: Context, n: int) -> None:
    while True:
        ctx.sleep(60)

engine = Engine(1, 100, journal=sys.argv[1])
engine.register(note)
engine.start()
engine.submit_batch("app.note", [{"n": n} for n in range(5)])
os.kill(os.getpid(), signal.SIGKILL)
"""


@task
def note(ctx: Context, n: int) -> int:
    """Return the number."""
    return n


@task
def block(ctx: Context) -> None:
    """Run until it is asked to stop."""
    while not ctx.cancelled:
        ctx.sleep(60)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "jobs.db"


def engine_of(path, workers=2):
    engine = Engine(workers, 100, journal=path)
    engine.register(note)
    engine.register(block)
    return engine


def states(path: Path) -> list[tuple[int, int]]:
    with closing(sqlite3.connect(path)) as file:
        return file.execute("select id, state from task order by id").fetchall()


def files_of(path: Path) -> set[str]:
    """Return the files of a journal that this process has open."""
    files = [Path(f"{path}{suffix}") for suffix in BESIDE]
    there = {file.stat().st_ino: file.name for file in files if file.exists()}
    found = set()
    for one in Path("/dev/fd").iterdir():
        with suppress(OSError):  # that of the list itself
            found.add(os.fstat(int(one.name)).st_ino)
    return {there[inode] for inode in found & there.keys()}


def test_what_has_ended_is_final_in_the_file(path):
    with engine_of(path) as engine:
        engine.submit("app.note", {"n": 1})
        engine.submit_batch("app.note", [{"n": 2}, {"n": 3}])
    assert [(1, 10), (2, 10), (3, 10)] == states(path)


def test_an_engine_that_is_kept_after_its_shutdown_holds_no_file_of_its_journal(path):
    gc.disable()
    try:
        with engine_of(path) as engine:
            engine.submit("app.note", {"n": 1})
            held = files_of(path)
        left = files_of(path)
    finally:
        gc.enable()

    assert "stopped" == engine.state
    assert {"jobs.db", "jobs.db.lock", "jobs.db.slab"} <= held
    assert set() == left


def test_tasks_that_a_shutdown_leaves_run_in_the_next_life_under_their_numbers_in_order(path):
    engine = engine_of(path, 1)
    engine.start()
    engine.pause()
    engine.submit("app.note", {"n": 1})
    engine.submit("app.note", {"n": 2}, priority=3)
    engine.submit("app.note", {"n": 3})
    left = len(engine.shutdown(0).left)
    assert left >= 2  # one may have been taken as the pause ended

    engine = engine_of(path, 1)
    engine.start()
    engine.shutdown()

    assert [2, 1, 3][-left:] == [one.number for one in reversed(list(engine.history))]


def test_tasks_of_a_killed_process_run_in_the_next(path):
    killed = subprocess.run([sys.executable, "-c", KILLED, str(path)], timeout=60)
    assert -signal.SIGKILL == killed.returncode

    with engine_of(path) as engine:
        assert 5 == engine.metrics().accepted
        new = engine.submit("app.note", {"n": 6})
        assert 6 == new.number
    assert [(number, 10) for number in range(1, 7)] == states(path)


def test_a_task_without_a_type_is_refused_by_the_pool(path):
    with engine_of(path) as engine, pytest.raises(TypeError, match="durable=False"):
        engine.pool.call(print)
    assert [] == states(path)


def test_a_cancelled_task_does_not_come_back(path):
    engine = engine_of(path, 1)
    engine.start()
    engine.pause()
    engine.submit("app.note", {"n": 1}).cancel()
    engine.shutdown(0)
    assert [(1, 12)] == states(path)


def test_the_workers_of_a_single_pool_keep_their_names_with_a_journal(tmp_path):
    with Engine(1, journal=tmp_path / "jobs.db") as engine:
        assert ["w01"] == [worker.name for worker in engine.pool.workers()]


def test_an_engine_whose_journal_cannot_be_written_is_degraded(tmp_path, monkeypatch):
    with Engine(1, journal=tmp_path / "jobs.db") as engine:
        assert ("running", "running") == (engine.state, engine.snapshot().state)
        well = engine.journal
        ill = replace(well, state="degraded", reason="the disk is full")
        monkeypatch.setattr(engine._parts.journal, "view", lambda: ill)

        assert ("degraded", "degraded") == (engine.state, engine.snapshot().state)
        assert ["journal"] == [one.kind for one in engine.diagnose()]
        engine.pause()
        assert "paused" == engine.state


def test_an_engine_that_is_paused_before_its_start_keeps_what_it_accepts(tmp_path):
    engine = Engine(1, journal=tmp_path / "jobs.db")
    engine.register(note)
    engine.pause()
    with engine:
        engine.submit("app.note", {"n": 1})
        assert 1 == engine.shutdown(0).kept


def test_an_interrupted_submission_is_in_the_file_only_if_its_task_is_in_the_engine(path):
    def interrupt() -> None:
        raise KeyboardInterrupt

    engine = Engine(1, 1000, journal=path)
    engine.register(note)
    engine.start()
    engine.pause()
    for at in range(1, 300):
        interrupter = Interrupter(
            at, interrupt, "chasqui.engine.journal", "chasqui.engine.observer"
        )
        with suppress(KeyboardInterrupt):
            interrupter.run(lambda n=at: engine.submit("app.note", {"n": n}))
        if interrupter.points < at:
            break
    assert at > 20
    left = {fate.number for fate in engine.shutdown(0).left}
    assert left == {number for number, state in states(path) if state < 10}


@task(ack="sync")
def pay(ctx: Context) -> None:
    """Do what must not be done again once it was seen as done."""


def test_a_task_with_ack_sync_is_final_in_the_file_before_anything_that_waits_for_it_goes_on(path):
    seen = []
    engine = engine_of(path)
    engine.register(pay)
    with engine:
        for _ in range(20):
            done = engine.submit("app.pay")
            done.wait()
            seen.append(states(path)[-1])
    assert [(number, 10) for number in range(1, 21)] == seen
