"""Choosing tasks that wait, by a filter and in an order."""

from __future__ import annotations

import pytest

from chasqui import Engine, task
from chasqui.engine.waiting.choosing import choose
from chasqui.testing import FakeClock


@task
def hash(path: str) -> None:
    """Do nothing."""


@task
def mail(to: str) -> None:
    """Do nothing."""


@pytest.fixture
def engine():
    """Give an engine that was never started, with four tasks that wait, 10 s apart."""
    clock = FakeClock()
    engine = Engine(1, clock=clock)
    engine.register(hash)
    engine.register(mail)
    engine.submit("app.hash", {"path": "/b"}, key="b")
    clock.advance(10)
    engine.submit("app.mail", {"to": "ann"}, priority=3)
    clock.advance(10)
    engine.submit("app.hash", {"path": "/a"}, delay=60)
    clock.advance(10)
    engine.submit("app.mail", {"to": "bob"}, priority=-1)
    yield engine
    engine.shutdown(0, drain=False)


def chosen(engine, text, order=""):
    found = choose(engine.pools.values(), text, engine.clock.time(), order)
    return [task.number for task in found.tasks]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("", [2, 1, 4, 3]),
        ("type=app.mail", [2, 4]),
        ("plugin=app state=scheduled", [3]),
        ("age>15s", [2, 1]),
        ("priority>0", [2]),
        ("-priority=0", [2, 4]),
        ("key=b", [1]),
        ("params~bob", [4]),
        ("HASH /a", [3]),
        ("number<3 attempt=0 pool=default", [2, 1]),
        ("err~x", []),
    ],
)
def test_a_filter_chooses_tasks_that_wait_by_what_is_known_of_them(engine, text, numbers):
    assert numbers == chosen(engine, text)


@pytest.mark.parametrize(
    ("order", "numbers"),
    [
        ("", [2, 1, 4, 3]),
        ("number", [1, 2, 3, 4]),
        ("-number", [4, 3, 2, 1]),
        ("age", [4, 3, 2, 1]),
        ("-age", [1, 2, 3, 4]),
        ("type", [1, 3, 2, 4]),
        ("-priority", [2, 1, 3, 4]),
        ("params", [3, 1, 2, 4]),
        ("nonsense", [2, 1, 4, 3]),
    ],
)
def test_what_is_chosen_is_sorted_and_what_is_alike_stays_in_its_order(engine, order, numbers):
    assert numbers == chosen(engine, "", order)


def test_what_is_chosen_comes_as_it_will_start_also_once_it_was_reordered(engine):
    pool = engine.pool
    later = [engine.submit("app.hash", {"path": path}, delay=9).number for path in "cd"]
    more = [engine.submit("app.mail", {"to": to}).number for to in ("eve", "joe")]
    assert engine.pools.find(more[0]).cancel()
    pool.reprioritize(4, 3)
    pool.run_next(more[1])

    served = [*pool.waiting(), *pool.scheduled()]
    assert [task.number for task in served] == chosen(engine, "") == [more[1], 2, 4, 1, *later, 3]


def test_tasks_of_a_priority_come_in_the_turns_of_their_types(engine):
    for path in ("/c", "/d"):
        engine.submit("app.hash", {"path": path})
    engine.submit("app.mail", {"to": "eve"})

    served = [task.number for task in engine.pool.waiting()]
    assert served == chosen(engine, "state=queued")


def test_the_values_of_a_limit_take_turns_and_what_is_struck_is_last(engine):
    @task(concurrency=1, by="host")
    def fetch(host: str) -> None:
        """Do nothing."""

    engine.register(fetch)
    for host in "aabcab":
        engine.submit(fetch, {"host": host})
    engine.strike(fetch, host="a")

    served = [task.number for task in engine.pool.waiting()]
    assert served == chosen(engine, "state=queued")


def test_what_is_not_understood_of_a_filter_is_in_its_notes(engine):
    found = choose(engine.pools.values(), "typ=app.mail", 0.0)

    assert ("typ=app.mail: typ is not a field; did you mean type?",) == found.filter.notes
