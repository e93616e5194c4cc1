"""Since when a task has been at one place, as far as it was looked at."""

from __future__ import annotations

import threading

import pytest

from chasqui import Engine, task
from chasqui.testing import FakeClock
from tests.waiting import until

WAIT = 10.0
LOCKS = {name: threading.Semaphore(0) for name in ("first", "second")}


@task
def two_places() -> None:
    """Wait at one place, then at another."""
    assert LOCKS["first"].acquire(timeout=WAIT)
    assert LOCKS["second"].acquire(timeout=WAIT)


@pytest.fixture
def engine():
    clock = FakeClock()
    with Engine(1, 10, clock=clock) as engine:
        engine.register(two_places)
        engine.submit("app.two_places")
        until(lambda: place(engine) == "wait")
        yield engine
        LOCKS["first"].release(2)
        LOCKS["second"].release(2)
        engine.shutdown(WAIT)
    for lock in LOCKS.values():
        while lock.acquire(blocking=False):
            pass


def sight(engine):
    return engine.stacks.look(engine.pool, engine.pool.workers()[0])


def place(engine):
    """Return the innermost function, once the body has come to a lock and waits."""
    found = sight(engine).stack.positions
    return found[0].function.rpartition(".")[2] if len(found) > 2 else ""


def looked_for(engine):
    seen = sight(engine)
    return seen.at - seen.since


def move_on(engine):
    lines = [one.line for one in sight(engine).stack.positions]
    LOCKS["first"].release()
    until(lambda: lines != [one.line for one in sight(engine).stack.positions])


def test_a_place_that_each_look_has_found_is_known_since_the_first_of_them(engine):
    assert 0 == looked_for(engine)
    engine.clock.advance(13)
    assert 13 == looked_for(engine)
    engine.clock.advance(7)
    assert 20 == looked_for(engine)


def test_a_place_that_a_task_has_left_counts_no_more(engine):
    engine.clock.advance(13)
    assert 13 == looked_for(engine)
    move_on(engine)
    until(lambda: place(engine) == "wait")
    engine.clock.advance(4)
    assert 4 == looked_for(engine)


def test_the_next_attempt_is_at_its_places_since_it_was_first_seen_there(engine):
    engine.clock.advance(13)
    assert 13 == looked_for(engine)
    LOCKS["first"].release()
    LOCKS["second"].release()
    second = engine.submit("app.two_places")
    until(lambda: sight(engine).task is second and place(engine) == "wait")
    assert 0 == looked_for(engine)


def test_a_task_that_is_stuck_for_over_ten_seconds_is_looked_at_before_anyone_asks(engine):
    engine.stacks._seen.clear()
    engine.clock.advance(9)
    engine.stacks.sample()
    assert {} == engine.stacks._seen
    engine.clock.advance(2)
    engine.stacks.sample()
    engine.clock.advance(600)
    assert 600 == looked_for(engine)


def test_the_sampler_looks_once_a_second(engine):
    engine.clock.advance(61)
    engine.stacks._seen.clear()
    engine.clock.advance(1)
    until(lambda: engine.stacks._seen)


def test_a_worker_without_a_task_is_at_no_place_and_nothing_of_its_task_is_kept(engine):
    LOCKS["first"].release()
    LOCKS["second"].release()
    until(lambda: engine.pool.workers()[0].task is None)
    assert (None, ()) == (sight(engine).task, sight(engine).stack.positions)
    engine.stacks.sample()
    assert {} == engine.stacks._seen
