"""What goes from a journal's file: finished tasks by age and by number, never an open one."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from chasqui.engine.journal import housekeeping
from chasqui.engine.journal.rows import encode
from chasqui.engine.journal.schema import COMPLETED
from tests.engine.journal.disk import Opened
from tests.waiting import until


@pytest.fixture
def make(tmp_path, disk):
    """Return what makes an open journal that keeps so much."""
    made = []

    def make(days: float = 7, rows: int = 1_000_000) -> Opened:
        made.append(Opened(tmp_path / "jobs.db", disk, days, rows))
        return made[-1]

    yield make
    for one in made:
        one.committer.close()
        one.store.close()


def ended(number: int, at: float) -> str:
    """Return the row of a task that ended at a moment."""
    us = int(at * 1e6)
    return encode((number, 1, COMPLETED, 1, None, us, us, "w1", None, None)).decode()


def look(opened: Opened, seconds: float) -> None:
    """Have time pass and the journal's thread wake."""
    opened.clock.advance(seconds)
    opened.committer._leading.ring()


def failures(opened: Opened) -> list[int]:
    with closing(sqlite3.connect(opened.store.path)) as file:
        return [task for (task,) in file.execute("select task from failure order by task")]


def test_finished_tasks_go_by_age_with_their_failures_and_open_ones_stay(make):
    opened = make(days=2)
    opened.accept(1, 2, 3)
    now = opened.clock.time()
    for number in (1, 2):
        opened.committer.failure(f'[{number}, 1, 1, "{{}}"]')
        opened.committer.update(ended(number, now + number * 86_400))
    opened.committer.flush()

    look(opened, 3.5 * 86_400)
    until(lambda: list(opened.states()) == [2, 3])
    assert [2] == failures(opened)
    look(opened, 100 * 86_400)
    until(lambda: list(opened.states()) == [3])
    assert [] == failures(opened)


def test_of_more_finished_tasks_than_are_kept_the_oldest_go_in_slices(make, monkeypatch):
    monkeypatch.setattr(housekeeping, "SLICE", 10)
    opened = make(rows=20)
    opened.accept(*range(1, 61))
    now = opened.clock.time()
    for number in range(1, 56):
        opened.committer.update(ended(number, now + number))
    opened.committer.flush()
    look(opened, 61)
    until(lambda: list(opened.states()) == [*range(36, 61)])
    deleted = [one for one in opened.disk.statements if one.startswith("delete from task")]
    assert len(deleted) >= 7  # each time those that are too old, and the oldest of too many


def test_a_busy_journal_prunes_as_well_once_it_is_clearly_over_its_number(make, monkeypatch):
    monkeypatch.setattr(housekeeping, "SLICE", 10)
    opened = make(rows=20)
    look(opened, 5)
    until(lambda: opened.committer._keeping._final is not None)
    opened.accept(*range(1, 61))
    opened.store.updates += 30
    assert not opened.committer._keeping.is_due(idle=False)
    opened.store.updates += 1
    assert opened.committer._keeping.is_due(idle=False)


def test_the_log_is_emptied_after_five_seconds_without_a_commit(make):
    opened = make()
    opened.accept(*range(1, 101))
    log = Path(f"{opened.store.path}-wal")
    look(opened, 1)
    opened.accept(101)
    assert log.stat().st_size > 0
    look(opened, 5)
    until(lambda: log.stat().st_size == 0)
    assert 101 == len(opened.states())


def test_a_reader_of_the_file_keeps_the_log_and_delays_no_submission(make, disk):
    opened = make()
    opened.accept(1)
    with closing(sqlite3.connect(opened.store.path, isolation_level=None)) as reader:
        reader.execute("begin")
        reader.execute("select * from task").fetchall()
        opened.accept(2)
        look(opened, 5)
        until(lambda: "pragma wal_checkpoint(truncate)" in disk.statements)
        opened.accept(3)
        at = disk.statements.index("pragma wal_checkpoint(truncate)")
        assert "pragma busy_timeout = 0" == disk.statements[at - 1]


def test_a_disk_that_fails_while_rows_are_pruned_is_a_breakdown_like_any_other(make, disk):
    opened = make(days=1)
    opened.accept(1)
    opened.committer.update(ended(1, opened.clock.time()))
    opened.committer.flush()
    disk.fault = sqlite3.SQLITE_FULL
    look(opened, 3 * 86_400)
    until(lambda: not opened.committer.health.is_ok)
    disk.fault = None
    opened.recover()
    look(opened, 61)
    until(lambda: opened.states() == {})
