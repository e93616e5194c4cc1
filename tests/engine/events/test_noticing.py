"""Noticing: workers that are abandoned, stuck or lost, and a journal that fails, become events."""

from __future__ import annotations

import logging
import threading
from dataclasses import replace

import pytest

from chasqui import Engine, task
from chasqui.engine.events.noticing import Noticing
from chasqui.testing import FakeClock
from tests.waiting import until

WAIT = 10.0


@pytest.fixture
def published():
    """What was published."""
    return []


def noticing(engine, published):
    return Noticing(engine.pools, lambda: engine.journal, published.append, engine.clock)


def held_worker(clock, **more):
    """Return an engine whose only worker is held by a task past its limit, and what frees it."""
    entered, release = threading.Event(), threading.Event()

    @task(time_limit=5)
    def hang() -> None:
        entered.set()
        assert release.wait(WAIT)

    engine = Engine(1, 10, grace=1, clock=clock, **more)
    engine.register(hang)
    engine.start()
    held = engine.submit("app.hang")
    assert entered.wait(WAIT)
    return engine, held, release


def test_an_abandoned_worker_is_noticed_once_with_its_task(published):
    clock = FakeClock()
    engine, held, release = held_worker(clock)
    looks = noticing(engine, published)
    looks.look()
    assert [] == published
    clock.advance(6.5)
    assert held.wait(WAIT)
    looks.look()
    looks.look()
    release.set()
    engine.shutdown(WAIT)

    (event,) = published
    assert "worker w01 is abandoned: task 1 app.hang ignores its time limit" in str(event)
    assert str(event).endswith("; another takes its place")
    assert ("error", "default", "w01") == (event.level, event.pool, event.worker)


def test_a_stuck_worker_is_noticed_and_said_to_have_no_successor(published):
    clock = FakeClock()
    engine, _, release = held_worker(clock, max_abandoned=0)
    clock.advance(6.5)
    until(lambda: engine.pool.workers()[0].state == "stuck")
    noticing(engine, published).look()
    release.set()
    engine.shutdown(WAIT)

    assert "worker w01 is stuck: task 1 app.hang ignores" in str(published[0])
    assert "no other takes its place" in str(published[0])


def test_a_journal_that_fails_and_recovers_is_noticed_each_time_once(published, tmp_path):
    with Engine(1, journal=tmp_path / "jobs.db") as engine:
        view = engine.journal
        ill = replace(view, state="degraded", reason="the disk is full")
        views = iter((view, ill, ill, view, view))
        looks = Noticing(engine.pools, lambda: next(views), published.append, engine.clock)
        for _ in range(5):
            looks.look()

    assert ["journal cannot be written: the disk is full", "journal can be written again"] == [
        str(event) for event in published
    ]
    assert ["error", "info"] == [event.level for event in published]


def test_the_engine_publishes_what_it_notices_but_logs_it_only_where_it_happened(caplog):
    clock, seen = FakeClock(), []
    with caplog.at_level(logging.INFO, "chasqui"):
        engine, held, release = held_worker(clock)
        engine.bus.subscribe(lambda event: seen.append(type(event).__name__))
        clock.advance(6.5)
        assert held.wait(WAIT)
        clock.advance(2)
        until(lambda: "WorkerChanged" in seen)
        release.set()
        engine.shutdown(WAIT)

    lines = [one.getMessage() for one in caplog.records if "is abandoned" in one.getMessage()]
    assert 1 == len(lines)
