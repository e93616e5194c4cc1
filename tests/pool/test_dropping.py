"""A shutdown that drops, or leaves, very many waiting tasks keeps its time and every promise."""

from __future__ import annotations

import copy
import pickle
import threading
import time
from typing import Any

import pytest

from chasqui import Cancelled, Engine, Pool, PoolClosed, task
from chasqui.engine.events.records import EventsDropped, TaskCancelled
from chasqui.pool import schedule
from chasqui.pool.ledger import Fate, Ledger
from chasqui.testing import FakeClock
from tests.pool.conftest import WAIT, Call
from tests.pool.observing import Recorder
from tests.waiting import until

MANY = 30_000
PLENTY = 4  # times the processor time of their submission; a quick shutdown needs once or twice


@task
def nothing(n: int = 0) -> None:
    pass


def engine_with(count: int = MANY) -> Engine:
    """Make an engine that is not started, with room for this many tasks."""
    engine = Engine(2, count)
    engine.register(nothing)
    return engine


def test_dropping_tasks_ends_each_in_the_same_way_as_cancelling_it():
    seen = Recorder()
    called: list[Any] = []
    pool = Pool(1, 10, observer=seen)
    lanes = [pool.lane(name) for name in "aba"]
    tasks = [pool.submit(Call(), lane=lane) for lane in lanes]
    tasks.append(pool.submit_later(Call(), 3600, lane=lanes[0]))
    for one in tasks:
        one.add_done_callback(called.append)
    ledger = pool.shutdown(0, drain=False)

    assert ["cancelled"] * 4 == [one.state for one in tasks]
    assert all(one.finished is not None for one in tasks)
    assert tasks == called
    assert [("ended", [one.number for one in tasks], "cancelled")] == seen.heard
    assert (4, 4, ()) == (ledger.accepted, ledger.cancelled, ledger.left)
    assert {"a": 3, "b": 1} == {one.name: one.dropped for one in pool.metrics().lanes if one.name}
    with pytest.raises(Cancelled):
        tasks[0].result(WAIT)


@pytest.mark.usefixtures("only_own_garbage")
@pytest.mark.parametrize("drain", [True, False])
def test_a_shutdown_with_very_many_waiting_tasks_keeps_its_time(drain):
    engine = engine_with()
    began = time.thread_time()  # others use the machine too
    kept = engine.submit_batch("app.nothing", [{}] * MANY)
    submitted = time.thread_time()
    ledger = engine.shutdown(0, drain=drain)

    assert time.thread_time() - submitted < PLENTY * (submitted - began)
    assert ledger.balanced
    assert (MANY, 0) == (len(ledger.left) if drain else ledger.cancelled, ledger.completed)
    assert {"queued" if drain else "cancelled"} == {one.state for one in kept}


def test_a_shutdown_that_drops_a_large_batch_counts_every_end_and_goes_on_to_what_follows():
    engine = engine_with()
    batch = engine.batch([("app.nothing", {})] * 3000, then="app.nothing")
    engine.shutdown(0, drain=False)

    assert batch.wait(WAIT)
    assert (3000, 3000) == (batch.counts.total, batch.counts.cancelled)
    assert "closed" in batch.refused or "accepts no more" in batch.refused


def test_a_shutdown_that_drops_tasks_gives_up_their_keys():
    engine = engine_with()
    held = [engine.submit("app.nothing", {}, key=str(number)) for number in range(300)]
    engine.shutdown(0, drain=False)

    assert all(one.state == "cancelled" for one in held)
    assert {} == engine._parts.submitter.keys._holders


def test_observers_hear_of_dropped_tasks_as_far_as_there_is_room_and_how_many_were_not_told():
    engine = engine_with()
    engine.bus._capacity = 100
    seen: list[Any] = []
    engine.submit_batch("app.nothing", [{}] * 1000)
    engine.bus.subscribe(seen.append)
    engine.shutdown(0, drain=False)

    engine.bus.flush(WAIT)
    told = sum(isinstance(one, TaskCancelled) for one in seen)
    missed = sum(one.count for one in seen if isinstance(one, EventsDropped))
    assert 50 < told <= 1000
    assert 1000 <= told + missed <= 1003  # what the engine says of itself may not fit either


@pytest.mark.slow
@pytest.mark.usefixtures("only_own_garbage")
def test_a_long_schedule_is_not_gone_through_for_every_task_that_comes_due(
    make_pool, call, monkeypatch
):
    looks = 0

    def holds_up(pool, task, original=schedule._holds_up):
        nonlocal looks
        looks += 1
        return original(pool, task)

    monkeypatch.setattr(schedule, "_holds_up", holds_up)
    clock = FakeClock()
    pool = make_pool(1, 10, clock=clock)
    began = time.thread_time()
    for _ in range(MANY):
        pool.submit_later(call(), 3600)
    submitting = time.thread_time() - began
    for _ in range(300):
        pool.submit_later(call(), 0.3)
    ends: list[tuple[Ledger, float]] = []

    def close():
        began = time.thread_time()
        ends.append((pool.shutdown(0.4), time.thread_time() - began))

    closer = threading.Thread(target=close)
    closer.start()
    until(lambda: pool.state == "stopping")
    clock.advance(0.3)
    until(lambda: pool.metrics().completed == 300)
    clock.advance(0.2)
    closer.join(WAIT)

    ((ledger, spent),) = ends
    assert spent < PLENTY * submitting
    assert looks < 3 * MANY
    assert (300, MANY) == (ledger.completed, len(ledger.left))


def test_the_fates_of_tasks_that_were_left_are_made_when_they_are_asked_for():
    pool = Pool(1, 10)
    pool.submit_batch([Call(), Call(), Call()])
    ledger = pool.shutdown(0)

    assert "accepted 3 = " in str(ledger)
    assert not ledger.clean
    assert "left" not in {name for name in Ledger.__slots__ if _is_set(ledger, name)}
    assert tuple(Fate(number, "call", "queued") for number in (1, 2, 3)) == ledger.left
    assert ledger.left is ledger.left


def _is_set(record, slot):
    """Tell whether a slot has a value, without a call of `__getattr__`."""
    try:
        object.__getattribute__(record, slot)
    except AttributeError:
        return False
    return True


def test_a_ledger_with_tasks_left_can_be_copied_and_sent_to_another_process():
    pool = Pool(1, 10)
    pool.submit_batch([Call(), Call()])
    ledger = pool.shutdown(0)

    assert ledger == pickle.loads(pickle.dumps(ledger)) == copy.deepcopy(ledger)
    assert ledger.balanced
    assert isinstance(ledger, Ledger)


def test_a_task_that_was_left_says_so_to_who_waits_for_it():
    pool = Pool(1, 10)
    (first,) = pool.submit_batch([Call()])
    pool.shutdown(0)

    with pytest.raises(PoolClosed):
        first.result(WAIT)
