"""The failure log survives a restart: failures, groups, states, and what can be undone."""

from __future__ import annotations

import dataclasses
import sqlite3
import time
from contextlib import closing

import pytest

from chasqui import Context, PoolConfig, Retention, Retry, task
from tests.engine.failures.failing import WAIT, explode, fail, numbers, other
from tests.engine.failures.kept import params_of
from tests.engine.journal.lives import in_file
from tests.waiting import until

MENDED = [False]


@task
def fragile(ctx: Context, x: int = 0) -> int:
    """Fail until it is mended."""
    if not MENDED[0]:
        raise ValueError(f"x is {x}, ü\ud800")
    return x


@pytest.fixture
def lives(lives):
    """Return lives with types that fail."""
    MENDED[0] = False
    lives.types = [explode, other, fragile]
    return lives


def rows(lives):
    with closing(sqlite3.connect(lives.path)) as file, file:
        return [row[0] for row in file.execute("select task from failure order by task")]


def test_failures_are_there_with_all_they_had(lives):
    engine = lives.begin()
    fail(engine, "fragile", x=3)
    lives.clock.advance(5)
    fail(engine, "other")
    before = list(engine.failures)
    traceback = before[1].traceback
    after = list(lives.begin().failures)
    told = [
        dataclasses.replace(one, error=one.error.replace("\ud800", "\\ud800")) for one in before
    ]
    assert told == after
    assert traceback.replace("\ud800", "\\ud800") == after[1].traceback


def test_groups_count_on_over_lives(lives):
    engine = lives.begin(keep_failures=3)
    fail(engine, count=5)
    (first,) = engine.failures.groups()
    engine = lives.begin(keep_failures=3)
    lives.clock.advance(5)
    fail(engine, count=2)
    fail(engine, "other")
    for _ in range(2):
        newest, group = engine.failures.groups()
        assert (7, 2, first.first_seen, first.id) == (
            *(group.count, group.kept, group.first_seen, group.id),
        )
        assert (1, "other") == (newest.count, newest.type.removeprefix("app."))
        assert (8, 0, 3) == (engine.failures.total, engine.failures.forgotten, len(engine.failures))
        engine = lives.begin(keep_failures=3)


def test_failures_of_one_moment_come_back_in_the_order_in_which_they_were_counted(lives):
    engine = lives.begin()
    engine.pause()
    for priority in (0, 1, 2):  # the last fails first
        engine.submit("app.fragile", {"x": priority}, priority=priority)
    engine.resume()
    until(lambda: engine.failures.total == 3)
    (group,) = engine.failures.groups()
    (again,) = lives.begin().failures.groups()
    assert (3, 1, 3, 1) == (group.count, group.example.number, again.count, again.example.number)


def test_a_failure_that_the_log_has_dropped_is_not_in_the_file(lives):
    engine = lives.begin(keep_failures=2)
    fail(engine, "other")
    kept = fail(engine, count=5)[-2:]
    lives.stop()
    assert [1, *kept] == rows(lives)  # the first is the example of its group
    engine = lives.begin(keep_failures=2)
    fail(engine, "other")
    lives.stop()
    assert [kept[-1], 7] == rows(lives)


def test_failures_that_have_become_too_old_while_nothing_ran_are_dropped(lives):
    fail(lives.begin(keep_failures=Retention(keep_days=1)))
    lives.stop()
    lives.clock.advance(2 * 86_400)
    engine = lives.begin(keep_failures=Retention(keep_days=1))
    assert [] == list(engine.failures)
    assert engine.failures.groups()[0].count == 1


def test_a_failure_can_be_edited_and_retried_in_the_next_life(lives):
    (number,) = fail(lives.begin(), "fragile", x=3)
    engine = lives.begin()
    assert {"x": 3} == params_of(engine, number)
    MENDED[0] = True
    (new,) = engine.retry(number, edit={"x": 4}).tasks
    until(lambda: engine.metrics().completed)
    assert new == 2
    engine = lives.begin()
    failure = engine.failures.find(number)
    assert ("retried", 2) == (failure.state, failure.retried_as)


TWO = {"slow": PoolConfig(workers=1)}


def fail_as_said(lives):
    """Have a task fail whose submission says all there is to say, and begin anew."""
    engine = lives.begin(pools=TWO)
    retry = Retry(attempts=1, cap=7, on=OSError)
    said = {"pool": "slow", "priority": 7, "time_limit": 9, "retry": retry}
    one = engine.submit("app.fragile", {"x": 3}, **said)
    assert one.wait(WAIT)
    return one.number


def test_a_retry_in_the_next_life_keeps_what_the_submission_said(lives):
    number = fail_as_said(lives)
    engine = lives.begin(pools=TWO)
    engine.pause()
    (again,) = engine.retry(number).tasks
    found = engine.pools.find(again)
    assert ("slow", 7, 9.0) == (found._pool.name, found.priority, found.time_limit)
    assert Retry(attempts=1, cap=7) == found._more.policy.retry  # for which errors is not kept


def test_a_retry_whose_pool_is_gone_is_skipped_and_the_failure_stays(lives):
    number = fail_as_said(lives)
    engine = lives.begin()
    ((skipped, why),) = engine.retry(number).skipped
    assert (number, "new") == (skipped, engine.failures.find(number).state)
    assert "unknown pool 'slow'; there are default" == why


def test_a_failure_that_an_earlier_version_has_written_is_retried(lives):
    fail_as_said(lives)
    lives.stop()
    cut = "update failure set record = json_remove(record, '$[3][9]')"  # what is said
    in_file(lives.path, cut)
    engine = lives.begin()
    engine.pause()
    (again,) = engine.retry(1).tasks
    assert (None, 0) == (engine.pools.find(again).time_limit, engine.pools.find(again).priority)


def test_a_task_whose_parameters_fit_no_more_is_edited_and_retried_by_its_type(lives):
    @task(retry=Retry(attempts=4))
    def changed(x: int) -> None: ...

    @task(name="changed", retry=Retry(attempts=4))
    def changed_since(y: int) -> None: ...

    lives.types = [changed]
    engine = lives.begin()
    engine.pause()
    number = engine.submit("app.changed", {"x": 1}, priority=5).number
    lives.types = [changed_since]
    engine = lives.begin()
    engine.resume()
    until(lambda: engine.failures.find(number))
    engine.pause()
    (again,) = engine.retry(number, edit={"y": 1}).tasks
    found = engine.pools.find(again)
    assert (5, None) == (found.priority, found._more.policy)


def test_states_and_discards_last_and_can_be_undone_for_a_while(lives):
    engine = lives.begin()
    first, second, third = fail(engine, count=3)
    engine.failures.see([first])
    engine.discard([first, second])
    lives.clock.advance(10)
    engine = lives.begin()
    assert [third] == numbers(engine.failures)
    assert ("discard", 2, 20, None) == dataclasses.astuple(engine.undoable)
    assert (first, second) == engine.undo().numbers
    engine = lives.begin()
    assert ["new", "new", "seen"] == [one.state for one in engine.failures]
    assert engine.undoable is None


def test_undo_reaches_no_further_over_a_restart(lives):
    engine = lives.begin()
    engine.discard(fail(engine))
    lives.stop()
    lives.clock.advance(31)
    engine = lives.begin()
    assert engine.undoable is None
    assert "30s" in engine.undo().skipped[0][1]


def test_a_retry_of_an_earlier_life_that_still_waits_is_undone(lives):
    engine = lives.begin()
    (number,) = fail(engine, "fragile")
    engine.pause()
    engine.retry(number)
    engine = lives.begin()
    assert ((number,), (2,), ()) == (
        (undone := engine.undo()).numbers,
        undone.tasks,
        undone.skipped,
    )
    assert engine.metrics().cancelled == 1
    assert lives.begin().failures.find(number).state == "new"


def test_a_retry_is_noted_in_the_commit_that_accepts_its_task(lives, monkeypatch):
    from chasqui.engine.journal.store import Store

    engine = lives.begin()
    (number,) = fail(engine, "fragile")
    commits, apply = [], Store.apply

    def watched(store, batch):
        commits.append(batch)
        apply(store, batch)

    monkeypatch.setattr(Store, "apply", watched)
    engine.pause("app.fragile")
    engine.retry(number)
    (kept,) = [one.kept for one in commits if one.accepts]
    assert '["mark 1","[\\"retried\\",2]"]' in kept


def test_the_failure_of_a_task_that_runs_again_is_left_out(lives):
    engine = lives.begin()
    first, second = fail(engine, count=2)
    lives.stop()
    # As after a kill before its end was written.
    with closing(sqlite3.connect(lives.path)) as file, file:
        file.execute("update task set state = 10 where id = ?", (second,))
    assert [first] == numbers(lives.begin().failures)


def test_an_attempt_that_is_retried_is_no_failure(lives):
    engine = lives.begin()
    engine.submit("app.fragile", retry=Retry(attempts=2, base=0, jitter=0)).wait(WAIT)
    lives.stop()
    assert [1] == rows(lives)


@pytest.mark.slow
@pytest.mark.usefixtures("only_own_garbage")
def test_a_thousand_failures_are_there_at_once(lives):
    engine = lives.begin()
    began = time.thread_time()
    fail(engine, count=1000)
    failing = time.thread_time() - began
    lives.stop()
    engine = lives.make()
    began = time.thread_time()
    engine._parts._open_journal()
    took = time.thread_time() - began
    assert len(engine.failures) == 1000
    engine.start()
    assert took < failing  # a quarter to a half of it, on each machine


def test_how_a_retry_ended_is_known_in_the_next_life_even_without_its_row(lives):
    engine = lives.begin()
    (number,) = fail(engine, "fragile")
    MENDED[0] = True
    engine.retry(number)
    until(lambda: engine.failures.find(number).retry_ended)
    lives.stop()
    with closing(sqlite3.connect(lives.path)) as file, file:
        assert 1 == file.execute("delete from task where id = 2").rowcount
    (group,) = lives.begin().failures.groups()
    assert (1, 1, 0) == (group.retried, group.retried_well, group.failed_again)


def test_a_retry_of_an_earlier_life_is_followed_to_its_end(lives):
    engine = lives.begin()
    (number,) = fail(engine, "fragile")
    engine.pause()
    engine.retry(number)
    engine = lives.begin()
    assert engine.failures.find(number).retry_ended is None
    MENDED[0] = True
    engine.resume()
    until(lambda: engine.failures.find(number).retry_ended)
    assert "completed" == engine.failures.find(number).retry_ended


def test_a_retry_whose_end_was_written_last_before_a_crash_is_known(lives):
    engine = lives.begin()
    (number,) = fail(engine, "fragile")
    MENDED[0] = True
    engine.retry(number)
    until(lambda: engine.failures.find(number).retry_ended)
    lives.stop()
    with closing(sqlite3.connect(lives.path)) as file, file:
        mark = f"mark {number}"
        assert (
            1 == file.execute("update kept set v = ? where k = ?", ('["retried",2]', mark)).rowcount
        )
    assert "completed" == lives.begin().failures.find(number).retry_ended
