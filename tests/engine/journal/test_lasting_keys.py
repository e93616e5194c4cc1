"""Keys are held over a restart: by tasks that wait, also in the journal only, and by cooldowns."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from chasqui import BacklogFull, Context, task
from tests.engine.journal.lives import note
from tests.waiting import until


@task
def other(ctx: Context) -> None:
    """Do nothing."""


@pytest.fixture
def held(lives):
    """Return lives of which the first has left a task with the key k."""
    engine = lives.begin()
    engine.pause("app.note")
    engine.submit("app.note", {"n": 1}, key="k")
    lives.stop()
    return lives


def params(lives):
    with closing(sqlite3.connect(lives.path)) as file, file:
        return [row[0] for row in file.execute("select params from task order by id")]


def test_a_task_that_was_put_back_holds_its_key(held):
    engine = held.begin()
    assert engine.submit("app.note", {"n": 2}, key="k").number == 1
    assert engine.submit("app.note", {"n": 2}, key="l").number == 2


def test_its_end_releases_the_key(held):
    engine = held.begin()
    first = engine.submit("app.note", key="k")
    engine.resume("app.note")
    assert first.wait(10)
    assert engine.submit("app.note", key="k").number == 2


def test_a_task_whose_type_is_absent_holds_its_key_from_the_journal(held):
    held.types = [other]
    engine = held.begin()
    with pytest.raises(BacklogFull, match=r"the key 'k' is held by task 1, which waits in the"):
        engine.submit("app.other", key="k")
    assert engine.submit("app.other", key="l").number == 2


def test_a_task_that_has_just_ended_does_not_seem_to_wait_in_the_journal(lives):
    engine = lives.begin()
    for number in range(1, 30):
        done = engine.submit("app.note", key="k")
        assert done.number == number
        assert done.wait(10)


def test_a_debounced_task_keeps_its_last_parameters_and_its_time(lives):
    engine = lives.begin()
    engine.submit("app.note", {"n": 1}, key="k", debounce=10)
    lives.clock.advance(5)
    engine.submit("app.note", {"n": 2}, key="k", debounce=10)
    assert ['{"n":2}'] == params(lives)
    engine = lives.begin()
    lives.clock.advance(4)
    again = engine.submit("app.note", {"n": 3}, key="k", debounce=10)
    assert again.number == 1
    lives.clock.advance(9)
    assert again.state == "scheduled"
    lives.clock.advance(1)
    assert again.wait(10)
    assert again.result() == 3


def test_a_cooldown_runs_on_by_the_wall_clock(lives):
    engine = lives.begin()
    engine.submit("app.note", {"n": 7}, key="k", cooldown=60).wait(10)
    lives.clock.advance(20)
    for _ in range(2):  # it lasts over more than one restart
        engine = lives.begin()
        again = engine.submit("app.note", key="k", cooldown=60)
        assert (1, "completed", 7) == (again.number, again.state, again.params["n"])
        assert lives.clock.time() - 20 == again.finished
    lives.clock.advance(40)
    assert engine.submit("app.note", key="k").number == 2


def test_a_cooldown_that_ended_while_nothing_ran_holds_no_key(lives):
    lives.begin().submit("app.note", key="k", cooldown=60).wait(10)
    lives.stop()
    lives.clock.advance(60)
    assert lives.begin().submit("app.note", key="k").number == 2


def test_a_task_that_was_left_has_its_cooldown_when_it_ends(lives):
    engine = lives.begin()
    engine.pause("app.note")
    engine.submit("app.note", key="k", cooldown=60)
    engine = lives.begin()
    first = engine.submit("app.note", key="k")
    engine.resume("app.note")
    assert first.wait(10)
    assert engine.submit("app.note", key="k") is first
    lives.clock.advance(60)
    until(lambda: engine.submit("app.note", key="k").number == 2)


def test_a_cooldown_of_a_type_that_is_gone_holds_no_key(lives):
    lives.begin().submit("app.note", key="k", cooldown=60).wait(10)
    lives.types = [other]
    assert lives.begin().submit("app.other", key="k").number == 2
    lives.types = [note, other]
    assert lives.begin().submit("app.note", key="k").number == 3
