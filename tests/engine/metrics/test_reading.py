"""An engine is read with its pools and types, each consistent in itself, now and lately."""

from __future__ import annotations

import threading

import pytest

from chasqui import Pool, task
from chasqui.engine.policy.breaker import Breaker
from tests.engine.metrics.measured import WAIT, Gated, Measured, broken, nothing
from tests.waiting import until


def test_a_type_and_its_pool_are_read_with_counts_rates_and_distributions():
    gated = Gated()
    with Measured(gated.type, nothing) as measured:
        measured.run("app.nothing")
        engine = measured.engine
        tasks = [engine.submit("app.gated") for _ in range(5)]
        gated.await_begun(2)
        measured.passes(4)
        gated.let_go(tasks[:2])
        gated.await_begun(2)
        measured.passes(1)
        reading = engine.metrics()
        gated.let_go(tasks)
        for one in tasks:
            assert one.wait(WAIT)

    type, pool = reading.types["app.gated"], reading.pools["default"]
    assert (5, 1, 2, 2) == (type.accepted, type.queued, type.running, type.completed)
    assert (5.0, 1.0, 0.4) == (type.oldest, type.ten_seconds.accepted, type.minute.completed)
    assert (2, 4.0, 4.0) == (type.run.count, type.run.p50, type.ten_seconds.run.p95)
    assert (4, 4.0) == (type.wait.count, type.ten_minutes.wait.p99)
    assert (1.0, 1.0, 2) == (type.utilisation, pool.ten_seconds.utilisation, type.workers)
    assert (6, 3, 1, 2) == (pool.accepted, pool.completed, pool.queued, pool.busy)
    assert (6, 6) == (reading.accepted, reading.completed + reading.running + reading.queued)
    assert reading.balanced
    assert {"app.gated", "app.nothing"} == set(reading.types)
    assert ("default", 1) == (type.pool, reading.types["app.nothing"].behind)


def test_pools_are_read_each_by_itself_and_together():
    with Measured(nothing) as measured:
        engine = measured.engine
        cpu = Pool(3, clock=measured.clock)
        engine.pools.add("cpu", cpu)
        cpu.start()
        measured.run("app.nothing")
        for _ in range(2):
            work = engine.type("app.nothing").work()
            assert cpu.submit(work, lane=cpu.lane("app.nothing")).wait(WAIT)
        measured.passes(1)
        reading = engine.metrics()
        rates = engine.history(pool="cpu").columns["completed"]
        cpu.shutdown(WAIT)

    assert (3, 5, 3) == (reading.completed, reading.workers, reading.run.count)
    assert {"default": 1, "cpu": 2} == {name: one.completed for name, one in reading.pools.items()}
    assert (3, 5, 3.0) == (
        reading.types["app.nothing"].completed,
        reading.types["app.nothing"].workers,
        reading.types["app.nothing"].minute.completed,
    )
    assert [2.0] == list(rates)


def test_attempts_that_will_be_made_again_are_counted():
    with Measured(broken) as measured:
        failing = measured.engine.submit("app.broken")
        for made in (1, 2):
            until(lambda made=made: (failing.state, failing.attempts) == ("scheduled", made))
            measured.passes(1)
        assert failing.wait(WAIT)
        measured.passes(1)
        reading = measured.engine.metrics()

    assert (2, 1, 3) == (reading.retried, reading.failed, reading.types["app.broken"].run.count)
    assert 2 / 3 == reading.types["app.broken"].minute.retried
    assert 1 / 3 == reading.types["app.broken"].minute.failed


def test_a_task_that_was_cancelled_before_it_ran_is_no_attempt():
    with Measured(nothing) as measured:
        measured.engine.pause()
        measured.engine.submit("app.nothing").cancel()
        measured.engine.submit("app.nothing", delay=60).cancel()
        measured.passes(1)
        reading = measured.engine.metrics()

    assert (0, 2, 0.0) == (reading.retried, reading.cancelled, reading.ten_seconds.retried)


# What waits, and why


def test_what_waits_behind_a_pause_is_not_what_workers_are_missing_for():
    gated = Gated()
    with Measured(gated.type, nothing, workers=1) as measured:
        engine = measured.engine
        engine.pause("app.nothing")
        running = engine.submit("app.gated")
        gated.await_begun(1)
        waiting = [engine.submit("app.gated") for _ in range(2)]
        engine.submit_batch("app.nothing", [{}] * 30)
        measured.passes(1)
        reading = engine.metrics()
        gated.let_go([running, *waiting])
        for one in waiting:
            assert one.wait(WAIT)

    pool = reading.pools["default"]
    assert (32, 2, 3.0, 33.0) == (
        pool.queued,
        pool.waiting,
        pool.arrivals,
        pool.ten_seconds.accepted,
    )
    assert (("paused",), False) == (
        reading.types["app.nothing"].held,
        reading.types["app.nothing"].free,
    )
    assert (0, 2) == (reading.types["app.gated"].behind, reading.types["app.nothing"].behind)


def test_a_batch_given_at_once_is_not_what_comes_in_from_now_on():
    gated = Gated()
    with Measured(gated.type, nothing, workers=1) as measured:
        engine, tasks, arrivals, accepted = measured.engine, [], [], []
        for second in range(12):
            tasks += [engine.submit("app.gated") for _ in range(500 if second == 2 else 2)]
            measured.passes(1)
            pool = engine.metrics().pools["default"]
            arrivals.append(pool.arrivals)
            accepted.append(pool.ten_seconds.accepted)
        gated.let_go(tasks)

    assert [2.0] * 12 == arrivals
    assert 168.0 == accepted[2]


@pytest.mark.parametrize("burst", [1, 4])
def test_a_held_type_takes_its_own_seconds_from_what_came_in(burst):
    """Second by second: each has a busiest one of its own, and the difference has another."""
    gated = Gated()
    with Measured(gated.type, nothing, workers=1) as measured:
        engine = measured.engine
        engine.pause("app.nothing")
        tasks = []
        for second in range(6):
            tasks += [engine.submit("app.gated") for _ in range(40 if second == 3 else 3)]
            engine.submit_batch("app.nothing", [{}] * (400 if second == burst else 5))
            measured.passes(1)
        pool = engine.metrics().pools["default"]
        gated.let_go(tasks)

    assert 3.0 == pool.arrivals


def test_an_open_breaker_is_in_the_reading_with_its_age():
    failing = task(name="failing", breaker=Breaker(failures=1, seconds=60, cooldown=600))(
        broken.function
    )
    with Measured(failing) as measured:
        measured.run("app.failing")
        measured.engine.submit("app.failing")
        measured.passes(3)
        read = measured.engine.metrics().types["app.failing"]
        findings = measured.engine.diagnose()

    assert ("open", 3.0, 1) == (read.breaker, read.breaker_for, read.queued)
    assert ["app.failing: breaker open for 3s; 1 task waits behind it"] == [
        one.text for one in findings
    ]


def test_producers_that_wait_for_room_are_in_the_reading():
    gated = Gated()
    with Measured(gated.type, workers=1, queue_size=1) as measured:
        engine = measured.engine
        tasks = [engine.submit("app.gated")]
        gated.await_begun(1)
        tasks.append(engine.submit("app.gated"))
        producer = threading.Thread(
            target=lambda: tasks.append(engine.submit("app.gated")), name="loader"
        )
        producer.start()
        until(lambda: engine.metrics().blocked)
        measured.passes(6)
        pool = engine.metrics().pools["default"]
        findings = engine.diagnose()
        gated.let_go(tasks)
        producer.join(WAIT)
        gated.let_go(tasks)
        for one in tasks:
            assert one.wait(WAIT)

    assert (1, "loader", 6.0) == (pool.blocked, pool.producers[0].thread, pool.blocked_for)
    assert ["producers"] == [one.kind for one in findings]
