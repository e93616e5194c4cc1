"""A journal whose disk fails: what it refuses, what it keeps in memory, and how it recovers."""

from __future__ import annotations

import sqlite3
import threading

import pytest

from chasqui import JournalUnavailable
from chasqui.engine.journal import committer
from chasqui.engine.journal.schema import COMPLETED, QUEUED
from chasqui.pool import deadlock
from tests.engine.journal.disk import Submitting, accept_row, fault, update_row
from tests.waiting import WAIT, until

FULL = sqlite3.SQLITE_FULL


def break_down(opened) -> None:
    """Have the disk fail, and the journal notice."""
    opened.disk.fault = FULL
    with pytest.raises(JournalUnavailable):
        opened.accept(99)


def test_new_tasks_are_refused_at_once_with_the_path_the_reason_and_what_to_do(opened, disk):
    break_down(opened)
    before = len(disk.statements)
    for _ in range(3):
        with pytest.raises(
            JournalUnavailable, match=r"jobs\.db cannot be written: there is no"
        ) as e:
            opened.accept(1)
    assert "make room on its disk" in str(e.value)
    assert before == len(disk.statements)


def test_submissions_that_wait_for_the_next_commit_are_refused_with_it(opened, disk):
    under_way, goes_on = threading.Event(), threading.Event()

    def slow(number: int) -> None:
        under_way.set()
        assert goes_on.wait(WAIT)
        raise fault(sqlite3.SQLITE_IOERR_READ)

    disk.before = slow
    waiting = [Submitting(opened, 1)]
    assert under_way.wait(WAIT)
    waiting += [Submitting(opened, number) for number in (2, 3)]
    until(lambda: len(opened.committer._rows.waiting) == 3)
    disk.fault = FULL
    goes_on.set()
    assert [JournalUnavailable] * 3 == [type(one.ended()) for one in waiting]


def test_ends_stay_in_memory_and_are_written_when_there_is_room_again(opened, disk):
    opened.accept(1, 2)
    break_down(opened)
    opened.committer.update(update_row(1))
    opened.clock.advance(1)
    assert 1 == opened.committer.reading().unflushed
    disk.fault = None
    opened.recover()
    opened.committer.flush()
    assert {1: COMPLETED, 2: QUEUED} == opened.states()
    assert 0 == opened.committer.reading().unflushed


def test_it_is_tried_again_once_a_second_by_the_engines_clock(opened, disk):
    looks = []
    monotonic = opened.clock.monotonic
    opened.clock.monotonic = lambda: looks.append(1) or monotonic()
    break_down(opened)
    tries = disk.statements.count
    before = tries("pragma wal_checkpoint(truncate)")
    opened.clock.advance(0.9)
    disk.fault = None
    looks.clear()
    until(lambda: len(looks) > 2)
    assert not opened.committer.health.is_ok
    assert before == tries("pragma wal_checkpoint(truncate)")
    opened.clock.advance(0.1)
    until(lambda: opened.committer.health.is_ok)
    opened.accept(1)


def test_it_is_logged_when_it_begins_and_when_it_is_over(opened, disk, caplog):
    opened.accept(1)
    break_down(opened)
    opened.committer.update(update_row(1))
    for _ in range(3):
        before = len(disk.statements)
        opened.clock.advance(1)
        until(lambda before=before: len(disk.statements) > before)
    disk.fault = None
    opened.recover()
    said = [(one.levelname, one.getMessage().partition("jobs.db ")[2]) for one in caplog.records]
    assert ["ERROR", "WARNING"] == [level for level, _ in said]
    assert said[0][1].startswith("cannot be written: there is no room")
    assert said[1][1].startswith("can be written again, after ")


def test_a_small_commit_on_a_disk_that_is_as_good_as_full_is_no_recovery(opened, disk):
    opened.accept(1)
    break_down(opened)
    opened.committer.update(update_row(1))
    disk.fault = None
    disk.trial = FULL
    opened.clock.advance(1)
    until(lambda: opened.states() == {1: COMPLETED})
    with pytest.raises(JournalUnavailable):
        opened.accept(2)
    disk.trial = None
    opened.recover()
    assert {} == opened.store.kept()


def test_a_log_that_only_has_to_be_copied_into_the_file_is_no_breakdown(opened, disk):
    def full_once(number: int) -> None:
        if number == 1:
            raise fault(FULL)

    disk.before = full_once
    opened.accept(1)
    assert {1: QUEUED} == opened.states()
    assert "ok" == opened.committer.reading().state


def test_a_row_that_the_file_refuses_is_refused_alone(opened, disk, caplog):
    """No part of the package makes such rows; should one do so, the others are not lost."""
    opened.accept(1)
    under_way, goes_on = threading.Event(), threading.Event()

    def slow(number: int) -> None:
        if number == 2:
            under_way.set()
            assert goes_on.wait(WAIT)

    disk.before = slow
    first = Submitting(opened, 2)
    assert under_way.wait(WAIT)
    others = [Submitting(opened, number) for number in (1, 3)]
    opened.committer.update(update_row(2))
    opened.committer.update("[2, 1, 77, 1, null, 1, 1700000000000000, null, null, null]")
    until(lambda: len(opened.committer._rows.waiting) == 3)
    goes_on.set()

    assert first.ended() is None
    assert [JournalUnavailable, type(None)] == [type(one.ended()) for one in others]
    opened.committer.flush()
    assert {1: QUEUED, 2: COMPLETED, 3: QUEUED} == opened.states()
    assert "ok" == opened.committer.reading().state
    assert "refuses tasks: UNIQUE constraint failed" in caplog.text


def test_workers_wait_while_many_ends_are_in_memory_only_and_other_threads_do_not(
    opened, disk, monkeypatch
):
    monkeypatch.setattr(committer, "MOST_UPDATES", 10)
    opened.accept(*range(1, 31))
    break_down(opened)
    written = []

    def work() -> None:
        deadlock.enter(opened, object())  # type: ignore[arg-type]
        for number in range(1, 21):
            opened.committer.update(update_row(number))
            written.append(number)

    worker = threading.Thread(target=work, daemon=True)
    worker.start()
    until(lambda: len(written) == 10 and opened.committer.reading().unflushed == 11)
    opened.committer.update(update_row(30))
    assert 10 == len(written)

    disk.fault = None
    opened.recover()
    worker.join(WAIT)
    assert not worker.is_alive()
    opened.committer.flush()
    assert 21 == list(opened.states().values()).count(COMPLETED)


def test_a_worker_whose_end_must_be_on_disk_waits_until_the_disk_has_room_again(opened, disk):
    opened.accept(1)
    break_down(opened)
    states = []

    def work() -> None:
        deadlock.enter(opened, object())  # type: ignore[arg-type]
        opened.committer.update(update_row(1), waits=True)
        states.append(opened.states())

    worker = threading.Thread(target=work, daemon=True)
    worker.start()
    until(lambda: opened.committer.reading().unflushed)
    assert worker.is_alive()
    disk.fault = None
    opened.recover()
    worker.join(WAIT)
    assert [{1: COMPLETED}] == states


def test_closing_lets_workers_go_that_wait(opened, disk, monkeypatch):
    monkeypatch.setattr(committer, "MOST_UPDATES", 0)
    break_down(opened)

    def work() -> None:
        deadlock.enter(opened, object())  # type: ignore[arg-type]
        opened.committer.update(update_row(1))

    worker = threading.Thread(target=work, daemon=True)
    worker.start()
    until(lambda: opened.committer.reading().unflushed)
    assert (1, 0, 0, 0) == opened.committer.close()
    worker.join(WAIT)
    assert not worker.is_alive()


def test_a_reading_has_the_sizes_the_commits_and_the_last_ones_seconds(opened):
    opened.accept(*range(1, 1001))
    found = opened.committer.reading()
    assert ("ok", "", 1) == (found.state, found.reason, found.commits)
    assert 0 < found.commit_seconds < WAIT
    assert found.log_size > len(accept_row(1)) * 1000
    assert found.size > 0
