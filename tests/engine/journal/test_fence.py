"""The fence: what a group commit changes of a task, and what it leaves alone."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing

import pytest

from chasqui.engine.journal.rows import GroupCommit
from chasqui.engine.journal.schema import CANCELLED, COMPLETED, FAILED, QUEUED, SCHEDULED
from chasqui.engine.journal.store import Store

NUMBER = 7


@pytest.fixture
def store(tmp_path):
    store = Store(tmp_path / "jobs.db", "process")
    store.apply(GroupCommit(1, accepts=[accept()]))
    yield store
    store.close()


def accept(number=NUMBER):
    return json.dumps((number, "app.add", QUEUED, 0, 1, 0, 1_000, None, "{}", None))


def update(state, attempt, *, number=NUMBER, result=None, failed=None):
    finished = 2_000 if state >= COMPLETED else None
    return json.dumps((number, attempt, state, 1, None, 1_500, finished, "w01", result, failed))


def row(store, columns="state, attempt, result"):
    with closing(sqlite3.connect(f"file:{store.path}?mode=ro", uri=True)) as reader:
        return reader.execute(f"select {columns} from task where id = {NUMBER}").fetchone()


@pytest.mark.parametrize("late", [FAILED, CANCELLED, SCHEDULED, COMPLETED])
def test_a_final_state_never_changes(store, late):
    store.apply(GroupCommit(2, updates=[update(COMPLETED, 1, result="1")]))
    store.apply(GroupCommit(3, updates=[update(late, 2, result="2")]))
    assert (COMPLETED, 1, "1") == row(store)


def test_of_two_ends_in_one_commit_a_single_one_counts(store):
    ends = [update(COMPLETED, 1, result="1"), update(COMPLETED, 1, result="2")]
    store.apply(GroupCommit(2, updates=ends))
    store.apply(GroupCommit(3, updates=[ends[1]]))
    state, attempt, result = row(store)
    assert (COMPLETED, 1) == (state, attempt)
    store.apply(GroupCommit(4, updates=[update(FAILED, 3)]))
    assert (COMPLETED, 1, result) == row(store)


def test_the_end_of_an_attempt_that_was_given_up_changes_nothing(store):
    store.apply(GroupCommit(2, updates=[update(SCHEDULED, 2)]))
    store.apply(GroupCommit(3, updates=[update(COMPLETED, 1, result="late")]))
    assert (SCHEDULED, 2, None) == row(store)


def test_the_end_of_the_attempt_that_runs_counts(store):
    store.apply(GroupCommit(2, updates=[update(SCHEDULED, 1)]))
    store.apply(GroupCommit(3, updates=[update(COMPLETED, 2, result="3")]))
    assert (COMPLETED, 2, "3") == row(store)


def test_an_update_of_one_task_leaves_the_others_alone(store):
    store.apply(GroupCommit(2, updates=[update(FAILED, 1, number=NUMBER + 1, failed="no")]))
    assert (QUEUED, 0, None) == row(store)


def test_a_commit_is_whole_or_not_at_all(store):
    bad = [accept(NUMBER + 1), accept()]  # the second number is taken
    with pytest.raises(sqlite3.IntegrityError):
        store.apply(GroupCommit(2, updates=[update(COMPLETED, 1)], accepts=bad, failures=[]))
    assert (QUEUED, 0, None) == row(store)
    assert 1 == store.seq
    assert [NUMBER] == [
        one for (one,) in store.connection.execute("select id from task where state < 10")
    ]


def test_a_state_that_there_is_not_is_refused(store):
    with pytest.raises(sqlite3.IntegrityError):
        store.apply(GroupCommit(2, updates=[update(1, 1)]))
    assert (QUEUED, 0, None) == row(store)


def test_a_failure_is_written_once_for_each_attempt(store):
    failures = [json.dumps((NUMBER, 1, 5, text)) for text in ("first", "again")]
    store.apply(GroupCommit(2, failures=failures[:1]))
    store.apply(GroupCommit(3, failures=failures[1:]))
    with closing(sqlite3.connect(store.path)) as reader:
        assert [("first",)] == reader.execute("select record from failure").fetchall()


def test_an_attempt_that_ends_is_no_crash(store):
    crashed = (NUMBER, 1, QUEUED, 1, None, None, None, None, None, None, 2)
    store.apply(GroupCommit(2, updates=[json.dumps(crashed)]))
    assert (2,) == row(store, "interrupted")
    store.apply(GroupCommit(3, updates=[update(SCHEDULED, 2)]))
    assert (0,) == row(store, "interrupted")


def test_the_numbers_of_tasks_that_are_gone_are_never_used_again(store):
    store.apply(GroupCommit(2, updates=[update(COMPLETED, 1)]))
    with closing(sqlite3.connect(store.path, isolation_level=None)) as other:
        other.execute("delete from task")  # as pruning does
    assert NUMBER == store.last_number()
