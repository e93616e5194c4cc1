"""The order in which tasks were told to start holds in the next life of the engine."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest

from chasqui import Context, Engine, Retry, task
from chasqui.engine.journal.lots import FIRST_CHUNK
from chasqui.engine.journal.migration import migrate
from chasqui.engine.journal.opening import opened as open_at
from chasqui.engine.journal.schema import VERSION
from chasqui.errors import JournalUnavailable
from tests.engine.journal.golden import built
from tests.engine.journal.lives import in_file, note
from tests.present import present
from tests.waiting import WAIT, until

KILLED = """
import os, sys
from chasqui import Engine
from tests.engine.journal.lives import note

engine = Engine(1, 100, journal=sys.argv[1], plugins=False)
engine.register(note)
for n in range(4):
    engine.submit("app.note", {"n": n})
engine.run_next(4, 2)
engine.reprioritize(1, -5)
os._exit(9)
"""


def waiting(engine):
    return [task.number for task in engine.pool.waiting()]


def test_a_killed_engine_left_its_order_to_the_next_one(lives):
    killed = subprocess.run([sys.executable, "-c", KILLED, lives.path], check=False, timeout=60)
    assert 9 == killed.returncode

    engine = lives.make()
    engine.pause()
    engine.start()
    assert [4, 2, 3, 1] == waiting(engine)


def test_an_order_changed_twice_is_that_of_the_last_change(lives):
    engine = lives.make()
    for n in range(3):
        engine.submit("app.note", {"n": n})
    for priority in range(40):
        engine.reprioritize(1, priority)
    engine.reprioritize(1, -1)
    engine.run_next(3)

    again = lives.make()
    again.pause()
    again.start()
    assert [3, 2, 1] == waiting(again)
    assert [(1, -1), (2, 0), (3, 1)] == in_file(lives.path, "select id, priority from task")


def test_what_comes_from_an_earlier_life_is_not_taken_up_twice(lives):
    engine = lives.make()
    for number in range(1, 2 * FIRST_CHUNK):
        engine.submit("app.note", priority=0 if number <= FIRST_CHUNK + 2 else -5)
    lives.stop()
    again = Engine(1, 2, journal=lives.path, plugins=False)
    again.register(note)
    again.pause()
    again.start()
    assert [1, 2] == waiting(again)

    again.reprioritize(1, -3)
    for number in range(2, FIRST_CHUNK + 3):  # what is read next has lower priorities
        until(lambda number=number: again.pools.find(number))
        present(again.pools.find(number)).cancel()
    until(lambda: waiting(again) == [1, FIRST_CHUNK + 3])
    again.resume()
    until(lambda: again.metrics().completed == FIRST_CHUNK - 2)
    assert again.shutdown(WAIT).clean


def test_a_scheduled_task_that_runs_next_is_due_in_the_next_life(lives):
    engine = lives.make()
    engine.submit("app.note")
    later = engine.submit("app.note", delay=3600)
    assert (later.number,) == engine.run_next(later.number)

    again = lives.make()
    again.pause()
    again.start()
    assert "queued" == present(again.pools.find(later.number)).state
    assert [later.number, 1] == waiting(again)


def test_a_scheduled_task_with_another_priority_keeps_its_time_in_the_next_life(lives):
    engine = lives.make()
    later = engine.submit("app.note", delay=3600)
    assert engine.reprioritize(later.number, 4)

    found = present(lives.begin().pools.find(later.number))
    assert ("scheduled", 4) == (found.state, found.priority)


def test_a_task_that_is_not_kept_is_reordered_in_memory_only(lives):
    engine = lives.make()
    engine.submit("app.note", durable=False)
    two = engine.submit("app.note", durable=False)

    assert (two.number,) == engine.run_next(two.number)
    assert [2, 1] == waiting(engine)
    assert [] == in_file(lives.path, "select id from task")


def test_a_change_that_cannot_be_written_is_said_and_written_later(opened, disk):
    opened.accept(1)
    disk.fault = sqlite3.SQLITE_FULL
    opened.committer.priority(1, "[1,7,1,null]")
    with pytest.raises(JournalUnavailable):
        opened.committer.flush()

    disk.fault = None
    opened.recover()
    opened.committer.flush()
    assert [(7,)] == in_file(opened.store.path, "select priority from task")
    assert not any(opened.committer.close())


def test_a_journal_of_the_first_version_gets_the_tables_of_this_one(tmp_path):
    def tables(path):
        with closing(sqlite3.connect(path)) as file:
            return sorted(file.execute("select name, sql from sqlite_master"))

    open_at(tmp_path / "new.db", "process").close()
    older = built(1, tmp_path / "older.db")
    assert migrate(older, 1) is not None

    assert tables(tmp_path / "new.db") == tables(older)
    assert [(VERSION,)] == in_file(older, "pragma user_version")


def test_a_task_that_failed_before_keeps_its_priority(lives):
    @task(retry=Retry(attempts=2))
    def fail(ctx: Context) -> None:
        """Fail."""
        raise ValueError("no")

    lives.types.append(fail)
    engine = lives.begin()
    engine.pause()
    failing = engine.submit("app.fail")
    engine.reprioritize(failing.number, 6)
    engine.resume()
    until(lambda: failing.state == "scheduled")
    lives.stop()

    assert [(6,)] == in_file(lives.path, "select priority from task")
