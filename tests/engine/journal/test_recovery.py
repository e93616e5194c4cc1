"""How a task of an earlier life is put back, and what happens to one that cannot run any more."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from chasqui import Context, Engine, task
from chasqui.engine.journal import feeding
from chasqui.engine.journal.lots import TaskLine
from chasqui.engine.journal.recovery import Restorer
from chasqui.errors import JournalUnavailable
from chasqui.pool.state import state_of
from tests.engine.journal.lives import in_file
from tests.waiting import until

CRASHED = "update task set attempt = attempt + 1, interrupted = interrupted + 1, again = 1"


@pytest.fixture
def path(tmp_path):
    return tmp_path / "jobs.db"


@pytest.fixture
def begin(path):
    """Return what begins the next life of the engine, paused; it ends the one before."""
    lives: list[Engine] = []

    def begin(*types, queue_size=100, drain=True, **settings):
        for engine in lives[-1:]:
            engine.shutdown(0, drain=drain)
        engine = Engine(1, queue_size, journal=path, plugins=False, **settings)
        for type in types:
            engine.register(type)
        engine.pause()  # before the start: on a busy machine what is taken up would run meanwhile
        engine.start()
        lives.append(engine)
        return engine

    yield begin
    for engine in lives[-1:]:
        engine.shutdown(0)


def run(engine):
    engine.resume()
    # A read of the file that takes long on a busy machine is repeated.
    until(lambda: engine._parts.journal.view().waiting == 0)
    until(lambda: engine.metrics().queued == engine.metrics().busy == 0)
    return engine


def noting(got, name="note", **policy):
    def note(ctx: Context, n: int = 0) -> None:
        got.append((n, ctx.attempt, ctx.redelivered))

    return task(name=name, **policy)(note)


def failure(engine):
    until(lambda: len(engine.failures) == 1)
    (found,) = engine.failures.where("")
    return found


def test_a_task_that_a_crash_interrupted_runs_again_and_is_told_so(begin, path):
    got: list[Any] = []
    begin(noting(got)).submit("app.note", {"n": 1})
    begin().shutdown(0)
    in_file(path, CRASHED)
    run(begin(noting(got)))
    assert [(1, 2, True)] == got


def test_a_type_that_must_not_run_twice_fails_after_a_crash_but_not_if_it_only_waited(begin, path):
    got: list[Any] = []
    kind = noting(got, on_interrupt="fail")
    first = begin(kind)
    ran, waited = first.submit("app.note", {"n": 1}), first.submit("app.note", {"n": 2})
    begin().shutdown(0)
    in_file(path, f"{CRASHED} where id = ?", ran.number)
    engine = run(begin(kind))
    found = failure(engine)
    assert (ran.number, "Interrupted") == (found.number, found.exception)
    assert "does not run again" in found.message
    assert [(2, 1, False)] == got
    assert [waited.number] != [ran.number]


def test_only_crashes_in_a_row_count(begin, path):
    got: list[Any] = []

    def flaky(ctx: Context) -> None:
        got.append(ctx.attempt)
        raise OSError

    from chasqui import Retry

    kind = task(name="note", retry=Retry(attempts=99, base=1000, cap=1000))(flaky)
    begin(kind).submit("app.note")
    for _ in range(2):
        begin().shutdown(0)
        in_file(path, CRASHED)
    run(begin(kind))
    until(lambda: len(got) == 1)
    begin().shutdown(0)
    assert [(0, 3)] == in_file(path, "select interrupted, attempt from task")


def test_parameters_that_do_not_fit_any_more_hold_up_no_other_task(begin, path):
    got: list[Any] = []
    first = begin(noting(got, by="n", concurrency=1))
    for n in range(3):
        first.submit("app.note", {"n": n})
    begin().shutdown(0)
    in_file(path, """update task set params = '{"x":1}' where id = 1""")
    in_file(path, "update task set params = '{broken' where id = 2")
    engine = run(begin(noting(got, by="n", concurrency=1)))
    until(lambda: engine.metrics().failed == 2)
    assert [(2, 1, False)] == got
    assert {1: "InvalidParameters", 2: "DecodeError"} == {
        one.number: one.exception for one in engine.failures.where("")
    }


def test_what_fits_no_more_is_edited_and_the_rest_comes_back_as_it_was(begin, path):
    odd, got = Path(os.fsdecode(b"\xff")), list[Any]()

    def older(file: Path, size: str) -> None:
        """Do nothing."""

    def newer(file: Path, size: int) -> None:
        got.append((file, size))

    begin(task(name="cut")(older)).submit("app.cut", {"file": odd, "size": "big"})
    engine = run(begin(task(name="cut")(newer)))
    assert "size must be" in failure(engine).message
    assert engine.retry(failure(engine).number, edit={"size": 7}).ok
    until(lambda: got == [(odd, 7)])


def test_what_came_due_while_nothing_ran_starts_in_the_order_of_its_times(begin, path):
    got: list[Any] = []
    first = begin(noting(got))
    for n in range(6):
        first.submit("app.note", {"n": n}, delay=1000 + n)
    engine = begin(noting(got))
    assert 6 == engine.metrics().scheduled
    engine.shutdown(0)
    in_file(path, "update task set not_before_us = id, state = 2")  # all are due
    engine = begin(noting(got), queue_size=2)
    assert (2, 4) == (engine.metrics().queued, engine._parts.journal.view().waiting)
    engine.resume()
    until(lambda: len(got) == 6)
    assert list(range(6)) == [n for n, _, _ in got]


def test_scheduled_tasks_beyond_the_size_of_the_schedule_start_at_their_time(lives, monkeypatch):
    first = lives.begin()
    for n in range(6):
        first.submit("app.note", {"n": n}, delay=100 + n)
    made: list[int] = []
    monkeypatch.setattr(Restorer, "restored", counting(Restorer.restored, made))
    engine = lives.make()
    state_of(engine.pool).schedule_size = 2
    engine.start()
    assert (2, 4) == (engine.metrics().scheduled, engine._parts.journal.view().waiting)
    for passed in (100, 1, 1, 1, 1, 1):
        lives.clock.advance(passed)
        until(lambda: engine.metrics().queued == 0 and engine.metrics().scheduled in (0, 1, 2))
    until(lambda: engine.metrics().completed == 6)
    assert list(range(1, 7)) == made  # none was made in vain


def counting(restored, made):
    """Return the function, which notes the numbers of what it restores."""

    def counted(self, row, type, pool):
        made.append(row.number)
        return restored(self, row, type, pool)

    return counted


def test_a_stop_leaves_what_waits_in_the_file_and_without_a_drain_it_is_cancelled(begin, path):
    got: list[Any] = []
    first = begin(noting(got))
    numbers = [first.submit("app.note", {"n": n}).number for n in range(5)]
    first.submit("app.note", delay=1000)
    begin(noting(got), queue_size=2).shutdown(0)
    assert [(0, 5), (2, 1)] == in_file(path, "select state, count(*) from task group by 1")
    engine = begin(noting(got), queue_size=2)
    assert 3 == engine._parts.journal.view().waiting
    ledger = engine.shutdown(0, drain=False)
    assert [(12, 6)] == in_file(path, "select state, count(*) from task group by 1")
    assert (0, len(numbers)) == (ledger.kept, 5)


def test_parked_tasks_survive_a_stop_without_a_drain(begin, path):
    begin(noting([])).submit("app.note")
    begin().shutdown(0, drain=False)
    assert [(0,)] == in_file(path, "select state from task")


def test_the_highest_priority_comes_first_whatever_its_type(begin):
    got: list[Any] = []
    types = noting(got), noting(got, "other")
    first = begin(*types)
    for n in range(40):
        first.submit(("app.note", "app.other")[n % 2], {"n": n}, priority=n % 3)
    run(begin(*types, queue_size=2))
    until(lambda: len(got) == 40)
    assert [2] * 13 + [1] * 13 + [0] * 14 == [n % 3 for n, _, _ in got]


def test_what_finds_no_room_after_all_comes_in_later(begin, monkeypatch):
    got: list[Any] = []
    first = begin(noting(got))
    first.submit_batch("app.note", [{"n": n} for n in range(30)])
    monkeypatch.setattr(feeding, "_most", lambda room: 30)
    run(begin(noting(got), queue_size=4))
    until(lambda: len(got) == 30)
    assert list(range(30)) == [n for n, _, _ in got]


def test_after_a_read_that_fails_fewer_rows_are_read():
    rows = [(n, "app.note", 0, 0, 0, 0, 0, 0, None, "{}", None) for n in range(1, 20)]
    asked: list[int] = []

    def fetch(after, limit):
        asked.append(limit)
        if limit > 1:
            raise JournalUnavailable("it takes too long")
        return [row for row in rows if (0, row[0]) > after][:limit]

    line = TaskLine(19, fetch)
    for _ in range(2):
        with pytest.raises(JournalUnavailable):
            line.head()
    head = line.head()
    assert head is not None and 1 == head.number
    assert [16, 4, 1] == asked


def test_large_parameters_are_read_a_few_at_a_time(begin):
    def large(text: str) -> None:
        """Do nothing."""

    kind = task(name="large")(large)
    first = begin(kind)
    first.submit_batch("app.large", [{"text": "x" * 250_000}] * 40)
    engine = begin(kind, queue_size=1)
    (lot,) = engine._parts.feeder._lots["default"]
    assert len(lot.queued._rows) < 20
    assert 39 == len(lot)


def test_a_file_that_cannot_be_read_for_a_while_loses_no_task(begin, monkeypatch):
    from chasqui.engine.journal.journal import Journal

    got: list[Any] = []
    first = begin(noting(got))
    first.submit_batch("app.note", [{"n": n} for n in range(60)])
    whole, fails = (
        Journal.read,
        iter([False, False, True, True]),
    )  # two reads bring in the first few

    def read(self, sql, *given):
        if next(fails, False):
            raise JournalUnavailable("busy")
        return whole(self, sql, *given)

    monkeypatch.setattr(Journal, "read", read)
    run(begin(noting(got)))
    until(lambda: len(got) == 60)
    assert list(range(60)) == [n for n, _, _ in got]
