"""A submitter that must not wait offers works, and a bell tells it of room."""

from __future__ import annotations

import threading

import pytest

from chasqui import Pool, PoolClosed
from chasqui.engine.engine import BaseEngine
from chasqui.engine.types.decorator import task
from chasqui.pool.offering import room_in, stand_by, step_back
from chasqui.pool.state import state_of
from tests.waiting import until

WAIT = 10.0


@task
def idle() -> None:
    """Do nothing."""


@pytest.fixture
def engine():
    engine = BaseEngine(1, 3)
    engine.register(idle)
    yield engine
    engine.shutdown(0, drain=False)


def works(engine, count):
    return [engine.type("app.idle").work() for _ in range(count)]


class Bell:
    def __init__(self):
        self.rung = threading.Event()
        self.count = 0

    def __call__(self):
        self.count += 1
        self.rung.set()


def test_an_offer_takes_what_there_is_room_for_and_rejects_nothing(engine):
    first = engine.offer(works(engine, 5))
    again = engine.offer(works(engine, 2))

    assert ([1, 2, 3], []) == ([one.number for one in first], again)
    assert (3, 0) == (engine.metrics().accepted, engine.metrics().rejected)


def test_an_offer_with_a_policy_takes_what_there_is_room_for_and_rejects_nothing(engine):
    first = engine.offer(works(engine, 5), priority=3)

    assert [3, 3, 3] == [one.priority for one in first]
    assert [] == engine.offer(works(engine, 5), priority=3)
    assert (3, 0) == (engine.metrics().accepted, engine.metrics().rejected)


def test_an_offer_to_a_closed_pool_says_that_it_is_closed(engine):
    engine.shutdown(0, drain=False)

    with pytest.raises(PoolClosed):
        engine.offer(works(engine, 1))


def test_a_bell_rings_when_a_worker_takes_a_task_from_a_full_backlog(engine):
    engine.offer(works(engine, 3))
    bell, me = Bell(), object()
    pool = state_of(engine.pool)
    assert not stand_by(pool, me, bell, "feeder")
    assert 0 == bell.count

    engine.start()

    assert bell.rung.wait(WAIT)
    step_back(pool, me)


def test_a_bell_rings_when_a_waiting_task_is_cancelled(engine):
    waiting = engine.offer(works(engine, 3))
    bell, me = Bell(), object()
    assert not stand_by(state_of(engine.pool), me, bell, "feeder")

    waiting[0].cancel()

    assert bell.rung.is_set()
    assert stand_by(state_of(engine.pool), me, bell, "feeder")


def test_a_bell_rings_when_the_pool_closes_and_then_an_offer_says_so(engine):
    engine.offer(works(engine, 3))
    bell, me = Bell(), object()
    assert not stand_by(state_of(engine.pool), me, bell, "feeder")

    engine.shutdown(0, drain=False)

    assert bell.rung.is_set()
    assert stand_by(state_of(engine.pool), me, bell, "feeder")


class Held:
    """Bodies that begin in turn and wait to be let go."""

    def __init__(self, pool, count):
        self.gates = [threading.Event() for _ in range(count)]
        self.begun = threading.Semaphore(0)
        for gate in self.gates:
            pool.call(self.body, gate)
            if gate is self.gates[0]:
                self.await_next()

    def body(self, gate):
        self.begun.release()
        assert gate.wait(WAIT)

    def await_next(self):
        assert self.begun.acquire(timeout=WAIT)


def test_workers_ring_once_as_many_places_are_free_as_are_enough():
    with Pool(1, 3) as pool:
        held, bell, me = Held(pool, 4), Bell(), object()
        assert not stand_by(state_of(pool), me, bell, "feeder", enough=2)

        held.gates[0].set()
        held.await_next()
        assert (1, 0) == (room_in(state_of(pool)), bell.count)
        assert not stand_by(state_of(pool), me, bell, "feeder", enough=2)
        held.gates[1].set()
        assert bell.rung.wait(WAIT)

        assert stand_by(state_of(pool), me, bell, "feeder", enough=2)
        step_back(state_of(pool), me)
        for gate in held.gates:
            gate.set()
    assert (4, {}) == (pool.metrics().completed, state_of(pool).room.enough)


def test_a_submitter_that_sleeps_gets_the_first_place_whatever_is_enough_for_another():
    with Pool(1, 3) as pool:
        held, me = Held(pool, 4), object()
        assert not stand_by(state_of(pool), me, Bell(), "feeder", enough=3)
        thread = threading.Thread(target=lambda: pool.call(str))
        thread.start()
        until(lambda: len(pool.blocked()) == 2)

        held.gates[0].set()
        thread.join(WAIT)

        assert not thread.is_alive()
        step_back(state_of(pool), me)
        for gate in held.gates:
            gate.set()


def test_who_stands_by_is_listed_as_waiting_until_stepping_back(engine):
    engine.offer(works(engine, 3))
    me, pool = object(), state_of(engine.pool)
    stand_by(pool, me, Bell(), "client feeder")
    assert ["client feeder"] == [one.thread for one in engine.pool.blocked()]

    step_back(pool, me)

    assert () == engine.pool.blocked()


def test_stepping_back_hands_the_room_to_another_that_waits(engine):
    waiting = engine.offer(works(engine, 3))
    pool, first, second = state_of(engine.pool), object(), object()
    bell = Bell()
    stand_by(pool, first, lambda: None, "first")
    stand_by(pool, second, bell, "second")
    waiting[0].cancel()
    bell.rung.clear()

    step_back(pool, first)

    assert bell.rung.is_set()


def test_room_is_what_may_still_be_queued(engine):
    assert 3 == room_in(state_of(engine.pool))
    engine.offer(works(engine, 2))
    assert 1 == room_in(state_of(engine.pool))
    with Pool(workers=1, queue_size=0) as pool:
        assert room_in(state_of(pool)) <= 1
