"""Tasks whose type is absent stay in the journal, can be seen and cancelled, and run one day."""

from __future__ import annotations

import pytest

from chasqui import Engine, task
from chasqui.engine.journal.lots import TaskLine
from chasqui.engine.journal.parked import WAITS
from chasqui.engine.journal.rows import OpenRow
from tests.engine.journal.lives import in_file
from tests.waiting import until

ABSENT = "unavailable: app.gone is not registered"


@pytest.fixture
def path(tmp_path):
    return tmp_path / "jobs.db"


@pytest.fixture
def gone():
    """Return a type that is absent in the next life, and the numbers that it got."""
    got: list[int] = []

    def gone(n: int = 0) -> None:
        got.append(n)

    return task(gone), got


@task
def here(n: int = 0) -> None:
    """Do nothing."""


@pytest.fixture
def begin(path):
    """Return what begins the next life of the engine, paused; it ends the one before."""
    lives: list[Engine] = []

    def begin(*types, queue_size=100):
        for engine in lives[-1:]:
            engine.shutdown(0)
        engine = Engine(1, queue_size, journal=path, plugins=False)
        for type in types:
            engine.register(type)
        engine.start()
        engine.pause()
        lives.append(engine)
        return engine

    yield begin
    for engine in lives[-1:]:
        engine.shutdown(0)


def state_in(path, number):
    ((state,),) = in_file(path, "select state from task where id = ?", number)
    return state


def test_parked_tasks_are_counted_and_listed_in_order_with_their_reason(begin, gone):
    first = begin(gone[0], here)
    low = first.submit("app.gone", {"n": 1}, key="k")
    later = first.submit("app.gone", {"n": 2}, delay=1000)
    high = first.submit("app.gone", {"n": 3}, priority=5)
    first.submit("app.here")

    engine = begin(here)
    parked = engine._parts.parked
    view = engine._parts.journal.view()
    assert (3, 0) == (view.parked, view.waiting)
    ((type, count, reason),) = [(one.type, one.count, one.reason) for one in view.parked_types]
    assert ("app.gone", 3, ABSENT) == (type, count, reason)
    rows = parked.parked_rows()
    assert [high.number, low.number, later.number] == [row.number for row in rows]
    assert (5, "k", '{"n":1}', ABSENT) == (
        rows[0].priority,
        rows[1].key,
        rows[1].params,
        rows[1].reason,
    )
    assert rows[1:2] == parked.parked_rows(1, 1)
    assert 1 == engine.metrics().accepted


def test_a_plugin_that_is_absent_is_named_as_the_reason(begin, path, gone):
    begin(gone[0]).submit("app.gone").wait(0)
    begin().shutdown(0)
    in_file(path, "update task set type = 'web.fetch'")
    assert "unavailable: web" == begin()._parts.parked.parked_types()[0].reason


def test_a_parked_task_can_be_cancelled_and_that_is_final(begin, path, gone):
    first = begin(gone[0])
    one, two = first.submit("app.gone", {"n": 1}), first.submit("app.gone", {"n": 2})

    engine = begin()
    assert [one.number] == engine._parts.parked.cancel([one.number, 999])
    assert [] == engine._parts.parked.cancel([one.number])
    assert 12 == state_in(path, one.number)
    assert engine._parts.parked.find(one.number) is None
    assert 1 == engine._parts.journal.view().parked
    engine.resume()
    engine.register(gone[0])
    until(lambda: gone[1] == [2])
    begin(gone[0]).resume()
    assert 12 == state_in(path, one.number)
    assert 10 == state_in(path, two.number)


def test_a_task_that_waits_for_room_can_be_cancelled_whether_it_was_read_or_not(begin, path):
    first = begin(here, queue_size=2000)
    numbers = [task.number for task in first.submit_batch("app.here", [{"n": 1}] * 1200)]

    engine = begin(here, queue_size=400)
    parked = engine._parts.parked
    near, far, within = numbers[450], numbers[-1], numbers[0]
    assert 800 == parked.waiting
    assert WAITS == parked.find(far).reason
    assert parked.find(within) is None
    assert [near, far] == parked.cancel([near, far, within])
    assert 798 == parked.waiting
    engine.resume()
    until(lambda: engine.metrics().completed == 1198)
    assert 0 == parked.waiting
    assert {12} == {state_in(path, number) for number in (near, far)}


def test_a_task_whose_cancellation_is_not_written_yet_is_cancelled_all_the_same():
    rows = [(n, "app.here", 0, 0, 0, 0, 0, 0, None, "{}", None) for n in (1, 2)]
    line = TaskLine(2, lambda after, limit: [row for row in rows if (0, row[0]) > after])
    first = OpenRow(*rows[0])
    assert line.holds(first)
    line.withdraw(first)
    assert (1, False) == (len(line), line.holds(first))
    head = line.head()
    assert head is not None and 2 == head.number


def test_a_scheduled_task_that_waits_for_its_type_can_be_cancelled(begin, path, gone):
    later = begin(gone[0]).submit("app.gone", delay=1000)
    engine = begin()
    assert [later.number] == engine._parts.parked.cancel([later.number])
    assert () == engine._parts.parked.parked_types()
    assert 12 == state_in(path, later.number)


def test_a_task_that_is_in_a_pool_is_not_cancelled_in_the_file(begin, path):
    waits = begin(here).submit("app.here")
    engine = begin(here)
    new = engine.submit("app.here")
    assert [] == engine._parts.parked.cancel([waits.number, new.number])
    engine.resume()
    until(lambda: engine.metrics().completed == 2)


def test_the_key_of_a_cancelled_parked_task_is_free(begin, gone):
    old = begin(gone[0]).submit("app.gone", key="k")
    engine = begin()
    engine._parts.parked.cancel([old.number])
    engine.register(gone[0])
    assert old.number != engine.submit("app.gone", key="k").number
