"""What an engine with a journal keeps, what it is told not to keep, and what it refuses."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from typing import Any

import pytest

from chasqui import Dispatcher, Engine, JournalUnavailable, Pool
from chasqui.engine.journal import opening
from tests.engine.journal.disk import on
from tests.engine.journal.lives import note
from tests.pool.conftest import Call
from tests.waiting import WAIT, until

SPARED = {"durable": False}


def rows(lives):
    """Return the numbers in the journal, once its engine has stopped."""
    lives.stop()
    with closing(sqlite3.connect(lives.path)) as connection:
        return [number for (number,) in connection.execute("select id from task order by id")]


WAYS = {
    "submit": lambda engine, **how: [engine.submit(note.work(1), **how)],
    "named": lambda engine, **how: [engine.submit("app.note", {"n": 1}, **how)],
    "keyed": lambda engine, **how: [engine.submit("app.note", key="k", **how)],
    "later": lambda engine, **how: [engine.submit("app.note", delay=60, **how)],
    "debounced": lambda engine, **how: [engine.submit("app.note", key="k", debounce=60, **how)],
    "try": lambda engine, **how: [engine.try_submit("app.note", **how)],
    "async": lambda engine, **how: [asyncio.run(engine.submit_async("app.note", **how))],
    "async later": lambda engine, **how: [
        asyncio.run(engine.submit_async("app.note", delay=60, **how))
    ],
    "async keyed": lambda engine, **how: [
        asyncio.run(engine.submit_async("app.note", key="k", **how))
    ],
    "many": lambda engine, **how: engine.submit_batch("app.note", [{"n": 1}, {"n": 2}], **how),
    "batch": lambda engine, **how: engine.batch([note.work(1), note], **how).tasks,
    "map": lambda engine, **how: engine.map(note, [1, 2], **how).tasks,
    "rows": lambda engine, **how: engine.batch_of(note, [(1,), (2,)], **how).tasks,
    "offer": lambda engine, **how: engine.offer([note.work(1), note.work(2)], **how),
}


@pytest.mark.parametrize("way", WAYS)
def test_what_is_submitted_with_durable_false_is_not_in_the_journal(lives, way):
    engine = lives.begin()
    kept = WAYS[way](engine)
    for task in kept:
        task.cancel()  # else its key is taken
    spared = WAYS[way](engine, durable=False)

    assert kept
    assert not {task.number for task in kept} & {task.number for task in spared}
    assert [task.number for task in kept] == rows(lives)


BARE = {
    "submit": lambda engine, **how: engine.submit(Call(), **how),
    "keyed": lambda engine, **how: engine.submit(Call(), key="k", **how),
    "later": lambda engine, **how: engine.submit(Call(), delay=0, **how),
    "try": lambda engine, **how: engine.try_submit(Call(), **how),
    "async": lambda engine, **how: asyncio.run(engine.submit_async(Call(), **how)),
    "batch": lambda engine, **how: engine.batch([note, Call()], **how),
    "then": lambda engine, **how: engine.batch([note], then=Call(), **how),
    "offer": lambda engine, **how: engine.offer([Call()], **how),
}


@pytest.mark.parametrize("way", BARE)
def test_a_work_without_a_type_is_refused_before_anything_is_accepted(lives, way):
    engine = lives.begin()
    with pytest.raises(TypeError, match=r"no task type, so the journal.*durable=False"):
        BARE[way](engine)

    assert (0, 0) == (engine.metrics().accepted, engine.metrics().rejected)
    assert BARE[way](engine, durable=False)
    assert engine.shutdown(WAIT).clean
    assert [] == rows(lives)


def test_what_goes_straight_to_a_pool_is_refused_by_the_journal(lives):
    engine = lives.begin()
    with pytest.raises(TypeError, match="durable=False"):
        engine.pools["default"].submit(Call())

    assert (0, 1) == (engine.metrics().accepted, engine.metrics().rejected)


def test_without_a_journal_durable_has_no_effect_and_a_word_is_a_mistake():
    with Engine(1, 10, plugins=False) as engine:
        engine.register(note)
        wrong: Any = engine
        assert 3 == engine.submit(note.work(3), durable=False).result(WAIT)
        assert engine.submit(Call(lambda ctx: 4)).result(WAIT) == 4
        for submit in (
            lambda: wrong.submit(note, durable="no"),
            lambda: wrong.submit_batch(note, [{}], durable="no"),
            lambda: wrong.batch([note], durable=None),
            lambda: asyncio.run(wrong.submit_async(note, durable=2)),
        ):
            with pytest.raises(TypeError, match="durable must be True or False"):
                submit()
        with pytest.raises(TypeError, match="did you mean durable="):
            wrong.submit(note, durible=False)


def test_a_dispatcher_over_an_engine_keeps_what_it_submits(lives):
    engine = lives.begin()
    with Dispatcher(engine, type="app.note", batch_size=2) as dispatcher:
        dispatcher.dispatch_batch([{"n": 1}, {"n": 2}, {"n": 3}])
    engine.shutdown(WAIT)

    assert [1, 2, 3] == rows(lives)


def test_a_dispatcher_waits_for_a_journal_that_cannot_be_written(lives, disk, monkeypatch):
    monkeypatch.setattr(opening, "Store", on(disk))
    engine = lives.begin()
    engine.submit("app.note", {"n": 0})
    disk.fault = sqlite3.SQLITE_FULL
    dispatcher = Dispatcher(engine, type="app.note", batch_size=2, clock=lives.clock)
    dispatcher.start()
    dispatcher.process({"n": n} for n in range(1, 8))
    until(lambda: isinstance(dispatcher._answers._refusal, JournalUnavailable))
    disk.fault = None

    def accepted() -> int:
        lives.clock.advance(1)
        return dispatcher._answers.accepted == 7

    until(accepted)

    assert dispatcher.shutdown(WAIT).clean
    assert 1 + 7 == len(rows(lives))


def test_a_pool_by_itself_takes_any_work():
    with Pool(1) as pool:
        assert pool.submit(Call(lambda ctx: 5)).result(WAIT) == 5
