"""Tasks that an earlier process accepted are put back as they were, and counted as accepted."""

from __future__ import annotations

import math
import threading

import pytest

from chasqui import BacklogFull, Engine, PoolClosed
from chasqui.engine.config.pools import PoolConfig
from chasqui.pool.reporting import watch_every
from chasqui.pool.state import state_of
from chasqui.testing import FakeClock
from tests.pool.conftest import WAIT
from tests.pool.observing import Recorder
from tests.waiting import until

HOUR = 3600.0


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def now(clock):
    """Return what the clock says, in seconds since the epoch."""
    return clock.time()


def test_a_task_comes_back_with_its_number_attempts_times_priority_key_and_lane(
    make_pool, call, clock, now
):
    pool = make_pool(1, clock=clock, start=False)
    lane = pool.lane("mail")

    task = pool.restore(
        call(),
        812,
        created=now - 2 * HOUR,
        due=now + HOUR,
        attempts=3,
        priority=7,
        key="once",
        lane=lane,
    )

    assert (812, "scheduled", 3, 7, "once") == (
        task.number,
        task.state,
        task.attempts,
        task.priority,
        task.key,
    )
    assert now - 2 * HOUR == pytest.approx(task.created)
    assert now + HOUR == pytest.approx(task.due)
    assert [task] == pool.scheduled()
    assert task is pool.find(812)
    assert (1, 0, 1) == (lane.scheduled, pool.metrics().queued, pool.metrics().scheduled)


def test_a_restored_task_has_waited_since_it_was_accepted_or_due(make_pool, call, clock, now):
    pool = make_pool(1, clock=clock, start=False)
    accepted = pool.restore(call(), 5, created=now - HOUR)
    was_due = pool.restore(call(), 6, created=now - HOUR, due=now - 60)
    pool.restore(call(), 7, created=now - HOUR, due=now + 60)
    (lane,) = pool.metrics().lanes
    pool.start()
    assert accepted.wait(WAIT) and was_due.wait(WAIT)

    assert HOUR == pytest.approx(lane.oldest)
    assert [HOUR, 60.0] == [pytest.approx(task.waited) for task in (accepted, was_due)]


def test_a_restored_attempt_counts_on_from_those_before(make_pool, call, clock, now):
    pool = make_pool(1, clock=clock)

    task = pool.restore(call(lambda ctx: ctx.task.attempts), 5, created=now, attempts=2)

    assert 3 == task.result(WAIT)
    assert 3 == task.attempts


def test_a_task_that_was_due_waits_in_the_backlog_by_its_priority(make_pool, call, clock, now):
    pool = make_pool(1, clock=clock, start=False)
    first = pool.submit(call())
    low = pool.restore(call(), 30, created=now - HOUR, due=now - 1)
    high = pool.restore(call(), 20, created=now - HOUR, priority=1)

    assert [high, first, low] == pool.waiting()
    assert (None, None, "queued") == (low.due, high.due, low.state)


def test_a_restored_task_starts_when_it_is_due(make_pool, call, clock, now):
    pool = make_pool(1, clock=clock)
    task = pool.restore(call(lambda ctx: "done"), 9, created=now, due=now + HOUR)
    assert "scheduled" == task.state

    clock.advance(HOUR)

    assert "done" == task.result(WAIT)


def test_a_restored_task_wakes_an_idle_worker(make_pool, call, clock, now):
    pool = make_pool(1, clock=clock)
    pool.submit(call()).result(WAIT)

    assert 1 == pool.restore(call(lambda ctx: 1), 100, created=now).result(WAIT)


def test_numbers_given_out_later_are_higher_than_any_restored(make_pool, call, clock, now):
    pool = make_pool(1, clock=clock, start=False)
    assert 1 == pool.submit(call()).number
    pool.restore(call(), 40, created=now)
    assert 41 == pool.submit(call()).number
    pool.restore(call(), 7, created=now, due=now + HOUR)
    later = [task.number for task in pool.submit_batch([call(), call()])]
    later.append(pool.submit_later(call(), HOUR).number)

    assert [42, 43, 44] == later


def test_pools_that_count_together_give_out_higher_numbers_too(call, now):
    with Engine(1, plugins=["demo"], pools={"cpu": PoolConfig(workers=1)}) as engine:
        engine.pools["cpu"].restore(call(), 500, created=now).wait(WAIT)

        assert 501 == engine.submit("demo.sleep", {"seconds": 0}).number


def test_a_number_that_is_in_use_is_refused(make_pool, call, gate, clock, now):
    pool = make_pool(1, clock=clock)
    pool.submit(call(gate))
    gate.await_entered()
    pool.submit(call())
    pool.submit_later(call(), HOUR)
    before = pool.metrics()

    for number, state in ((1, "running"), (2, "queued"), (3, "scheduled")):
        with pytest.raises(ValueError, match=f"number {number} is in use: .* that is {state}"):
            pool.restore(call(), number, created=now)
    assert before.accepted == pool.metrics().accepted
    assert pool.metrics().balanced


@pytest.mark.parametrize("restored", [{}, {"due": math.inf}, {"due": 0.0}, {"attempts": 4}])
def test_restored_tasks_are_accepted_tasks_in_metrics_and_ledger(
    make_pool, call, clock, now, restored
):
    if restored.get("due") == math.inf:
        restored = {"due": now + HOUR}
    pool = make_pool(1, clock=clock, start=False)
    for number in (3, 9, 4):
        pool.restore(call(), number, created=now, **restored)
    metrics = pool.metrics()
    pool.start()
    ledger = pool.shutdown(WAIT)

    assert 3 == metrics.accepted == metrics.queued + metrics.scheduled
    assert metrics.balanced
    assert 3 == ledger.accepted
    assert ledger.balanced


def test_without_room_a_restored_task_is_refused_and_nothing_counts_it(make_pool, call, clock, now):
    pool = make_pool(1, 1, schedule_size=1, clock=clock, start=False)
    pool.restore(call(), 5, created=now)
    pool.restore(call(), 6, created=now, due=now + HOUR)

    with pytest.raises(BacklogFull, match="task queue is full: pool default, 1 waiting"):
        pool.restore(call(), 7, created=now)
    with pytest.raises(BacklogFull, match="the schedule is full: pool default"):
        pool.restore(call(), 8, created=now, due=now + HOUR)
    metrics = pool.metrics()
    assert (2, 0) == (metrics.accepted, metrics.rejected)
    assert metrics.balanced


def test_a_pool_that_has_stopped_takes_nothing_back(make_pool, call, clock, now):
    pool = make_pool(1, clock=clock)
    pool.shutdown(WAIT)

    with pytest.raises(PoolClosed, match="accepts no more work"):
        pool.restore(call(), 7, created=now)


@pytest.mark.parametrize(
    ("argument", "error"),
    [
        ({"number": 0}, "number must be at least 1, got 0"),
        ({"created": math.nan}, "created must be a finite number, got nan"),
        ({"due": math.inf}, "due must be a finite number, got inf"),
        ({"attempts": -1}, "attempts must be at least 0, got -1"),
        ({"time_limit": 0}, "time_limit must be more than 0 seconds, got 0"),
        ({"key": 3}, "key must be a text, got 3"),
        ({"work": 3}, "a work is needed"),
    ],
)
def test_what_makes_no_sense_is_refused_by_its_name(make_pool, call, clock, now, argument, error):
    pool = make_pool(1, clock=clock, start=False)
    given = {"work": call(), "number": 1, "created": now} | argument

    with pytest.raises((ValueError, TypeError), match=error):
        pool.restore(given.pop("work"), given.pop("number"), **given)
    assert 0 == pool.metrics().accepted


def test_a_number_is_in_use_while_a_worker_is_about_to_start_its_task(
    make_pool, call, gate, clock, now
):
    pool = make_pool(1, clock=clock)
    pool.submit(call(gate))
    gate.await_entered()
    waiting = pool.submit(call())
    state, (worker,), refused = state_of(pool), pool.workers(), []
    running = worker.task

    def restore():
        with pytest.raises(ValueError, match="number 2 is in use") as error:
            pool.restore(call(), 2, created=now)
        refused.append(error)

    worker.moving = True  # as when it has taken the number, and not yet noted the task
    del state.queued[2]
    restorer = threading.Thread(target=restore)
    restorer.start()
    until(lambda: worker.held or refused or not restorer.is_alive())
    worker.task = waiting
    worker.moving = False
    restorer.join(WAIT)
    worker.task, state.queued[2] = running, waiting

    assert refused


def test_what_is_about_to_be_reported_to_the_observer_has_its_number_and_its_place(
    make_pool, call, now
):
    refused: list[Exception] = []

    class Restorer(Recorder):
        def accepted(self, tasks):
            for number in (tasks[0].number, 50):
                try:
                    pool.restore(call(), number, created=now)
                except (ValueError, BacklogFull) as error:
                    refused.append(error)

    pool = make_pool(1, 1, observer=Restorer(), start=False)
    watch_every(state_of(pool), True)
    pool.submit(call())
    in_use, full = refused

    assert "number 1 is in use: pool 'default' has a task of it that is queued" == str(in_use)
    assert isinstance(full, BacklogFull)
    assert pool.metrics().balanced


def test_the_observer_does_not_hear_that_a_restored_task_is_accepted(make_pool, call, now):
    heard = Recorder()
    pool = make_pool(1, observer=heard)
    watch_every(state_of(pool), True)

    pool.restore(call(), 5, created=now).result(WAIT)

    assert [("started", [5], 1), ("ended", [5], "completed")] == heard.heard
