"""Commits that raise: whether they have landed is decided by their number in the file."""

from __future__ import annotations

import sqlite3

import pytest

from chasqui.engine.journal.faults import doubt_of
from chasqui.engine.journal.schema import CANCELLED, COMPLETED, QUEUED
from chasqui.errors import JournalUnavailable
from tests.engine.journal.disk import Opened, fault, update_row
from tests.waiting import until


def raising(code: int, *numbers: int):
    """Return what raises at these commits."""

    def check(number: int) -> None:
        if number in numbers:
            raise fault(code)

    return check


def test_a_commit_that_raised_and_is_in_the_file_after_all_has_landed(opened, disk):
    disk.after = raising(sqlite3.SQLITE_IOERR_CLOSE, 1)
    opened.accept(1)
    assert {1: QUEUED} == opened.states()


def test_a_commit_that_raised_and_is_not_in_the_file_is_refused_and_the_next_one_lands(
    opened, disk
):
    disk.before = raising(sqlite3.SQLITE_IOERR_CLOSE, 1)
    with pytest.raises(JournalUnavailable, match=r"jobs\.db cannot be written: disk I/O error"):
        opened.accept(1)
    opened.recover()
    opened.accept(2)
    assert {2: QUEUED} == opened.states()


def test_ends_whose_commit_failed_are_written_with_the_next(opened, disk):
    opened.accept(1)
    disk.before = raising(sqlite3.SQLITE_IOERR_READ, 2)
    opened.committer.update(update_row(1))
    with pytest.raises(JournalUnavailable):
        opened.committer.flush()
    opened.recover()
    opened.committer.flush()
    assert {1: COMPLETED} == opened.states()


def test_a_full_disk_leaves_no_doubt_and_the_file_stays_open(opened, disk):
    disk.fault = sqlite3.SQLITE_FULL
    opened_before = opened.store._connection
    with pytest.raises(JournalUnavailable):
        opened.accept(1)
    assert opened.store._connection is opened_before
    disk.fault = None


def test_what_lands_after_its_submitter_was_refused_is_cancelled(opened, disk):
    """The file cannot be opened for a while, so that the doubt outlasts the submission."""

    def closed() -> None:
        raise fault(sqlite3.SQLITE_CANTOPEN)

    disk.after = raising(sqlite3.SQLITE_IOERR_READ, 1)
    disk.opens = closed
    with pytest.raises(JournalUnavailable):
        opened.accept(1)
    with pytest.raises(JournalUnavailable):
        opened.accept(2)
    disk.opens = lambda: None
    opened.recover()
    opened.accept(3)
    until(lambda: opened.states() == {1: CANCELLED, 3: QUEUED})


def test_after_a_failed_fsync_all_is_written_to_the_disk_again_before_it_counts(opened, disk):
    """Linux drops the pages of a failed fsync, and calls the next a success."""
    disk.after = raising(sqlite3.SQLITE_IOERR_FSYNC, 2)
    opened.accept(1)
    disk.statements.clear()
    opened.accept(2)
    assert "pragma wal_checkpoint(truncate)" in disk.statements
    assert {1: QUEUED, 2: QUEUED} == opened.states()


@pytest.mark.parametrize(
    ("code", "doubt"),
    [
        (sqlite3.SQLITE_FULL, ""),
        (sqlite3.SQLITE_IOERR_WRITE, ""),
        (sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY, ""),
        (sqlite3.SQLITE_IOERR_FSYNC, "sync"),
        (sqlite3.SQLITE_IOERR_READ, "reopen"),
        (sqlite3.SQLITE_CANTOPEN, "reopen"),
        (sqlite3.SQLITE_NOMEM, "reopen"),
    ],
)
def test_what_an_error_leaves_in_doubt(code, doubt):
    assert doubt == doubt_of(fault(code))


def test_closing_while_commits_fail_ends_and_says_what_is_not_written(tmp_path, disk):
    opened = Opened(tmp_path / "jobs.db", disk)
    opened.accept(1)
    disk.fault = sqlite3.SQLITE_FULL
    opened.committer.update(update_row(1))
    opened.committer.failure("[1,1,1,1]")
    opened.committer.keep("a", "1", wait=False)

    assert (1, 1, 1, 0) == opened.committer.close()
    with pytest.raises(JournalUnavailable, match="is closed"):
        opened.accept(2)
    opened.store.close()
    assert {1: QUEUED} == opened.states()
