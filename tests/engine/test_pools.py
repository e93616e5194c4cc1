"""Several pools are one engine: numbered, read, paused, started and ended together."""

from __future__ import annotations

import itertools
import threading
from typing import Any

import pytest

from chasqui import Engine, PoolClosed, task
from chasqui.engine.config.pools import PoolConfig
from chasqui.engine.engine import BaseEngine as PlainEngine
from chasqui.pool.metrics import Metrics, over_all
from chasqui.pool.threads import start_daemon
from chasqui.testing import FakeClock
from tests.engine import three_pools
from tests.engine.three_pools import POOLS, WAIT, where
from tests.pool import conftest as pool_fixtures
from tests.pool.conftest import Call
from tests.pool.interrupt import Interrupter
from tests.waiting import until

engine, gate = three_pools.engine, pool_fixtures.gate


def test_numbers_are_unique_over_the_pools(engine):
    tasks = [engine.submit("app.where", pool=pool) for pool in ("cpu", "default") * 3]
    tasks += engine.submit_batch("app.busy", [{}] * 3)
    tasks += [engine.submit("app.where", pool="slow", delay=0)]

    assert list(range(1, 11)) == [one.number for one in tasks]
    assert all(one.wait(WAIT) for one in tasks)


def test_the_last_number_is_that_of_all_pools(engine):
    assert 0 == engine.pools.last_number
    for pool in ("cpu", "default", "cpu"):
        engine.submit("app.where", pool=pool)

    assert 3 == engine.pools.last_number


def test_the_last_number_of_a_single_pool_is_how_many_it_has_accepted():
    engine = Engine(1)
    engine.register(three_pools.where)
    engine.submit("app.where", delay=60)
    engine.submit("app.where")

    assert 2 == engine.pools.last_number
    engine.shutdown(0, drain=False)


def test_a_submission_that_is_refused_uses_up_no_number(engine):
    engine.submit("app.busy").wait(WAIT)
    engine.drain("cpu", WAIT)
    for options in ({}, {"priority": 1}, {"delay": 1}, {"key": "k"}):
        with pytest.raises(PoolClosed):
            engine.submit("app.busy", **options)
    with pytest.raises(PoolClosed):
        engine.submit_batch("app.busy", [{}] * 3)

    assert 2 == engine.submit("app.where").number


@pytest.mark.slow
def test_threads_and_signal_handlers_that_submit_to_two_pools_get_no_number_twice(clock):
    # Newer interpreters tell of all instructions only from a function's second traced run on.
    for point in itertools.chain([0, 0], range(1, 400)):
        engine = PlainEngine(1, 50, pools=POOLS, clock=clock)
        engine.register(where)
        tasks: list[Any] = []

        def submit(engine=engine, tasks=tasks):
            tasks.append(engine.submit("app.where"))
            tasks.extend(engine.submit_batch("app.where", [{}] * 2))
            tasks.append(engine.submit("app.where", delay=60))
            tasks.append(engine.submit("app.where", pool="cpu"))

        interrupter = Interrupter(point, submit)
        interrupter.run(submit)
        engine.shutdown(0)
        assert len(tasks) == len({one.number for one in tasks})
        assert all(engine.find(one.number) is one for one in tasks)
        if interrupter.points < point:
            break
    assert 20 < point < 399


def test_many_threads_that_submit_to_two_pools_get_no_number_twice():
    engine = PlainEngine(1, 10_000, pools={"cpu": PoolConfig(workers=1, queue_size=10_000)})
    engine.register(where)
    numbers: list[list[Any]] = [[] for _ in range(6)]

    def submit(which):
        for _ in range(300):
            pool = ("default", "cpu")[which % 2]
            numbers[which].append(engine.submit("app.where", pool=pool).number)

    threads = [threading.Thread(target=submit, args=(which,)) for which in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(WAIT)
    engine.shutdown(0)

    assert 1800 == len({number for some in numbers for number in some})


def test_a_task_is_found_in_whichever_pool_by_its_number(engine, gate):
    running = engine.submit(Call(gate), pool="cpu")
    gate.await_entered()
    queued = engine.submit("app.busy")
    later = engine.submit("app.where", pool="slow", delay=3600)

    assert [running, queued, later, None] == [engine.find(n) for n in (1, 2, 3, 4)]
    later.cancel()


# Readings


def test_a_reading_is_the_sum_of_those_of_the_pools_and_is_balanced(engine, gate):
    engine.submit(Call(gate), pool="cpu")
    gate.await_entered()
    engine.submit("app.busy")
    engine.submit("app.where", pool="slow").wait(WAIT)
    engine.submit("app.where", delay=3600).cancel()
    engine.submit("app.where", delay=3600)
    now = engine.metrics()

    assert ["default", "cpu", "slow"] == list(now.pools)
    assert (5, 1, 1, 1, 1, 1) == (
        now.accepted,
        now.queued,
        now.scheduled,
        now.running,
        now.completed,
        now.cancelled,
    )
    for field in ("accepted", "queued", "scheduled", "running", "completed", "workers", "rejected"):
        assert getattr(now, field) == sum(getattr(one, field) for one in now.pools.values())
    assert now.balanced and all(one.balanced for one in now.pools.values())
    assert (2, 1) == (now.wait.count, now.run.count)
    assert [2, 2, 1] == [one.accepted for one in now.pools.values()]
    engine.pool.scheduled()[0].cancel()


@pytest.mark.slow
def test_every_reading_is_balanced_while_all_pools_work(engine):
    done, wrong = threading.Event(), []

    def submit(pool):
        while not done.is_set():
            engine.submit("app.where", pool=pool)

    threads = [threading.Thread(target=submit, args=(pool,)) for pool in engine.pools]
    for thread in threads:
        thread.start()
    for _ in range(300):
        now = engine.metrics()
        if not now.balanced or not all(one.balanced for one in now.pools.values()):
            wrong.append(now)
    done.set()
    for thread in threads:
        thread.join(WAIT)

    assert [] == wrong


def test_rates_add_up_and_the_share_of_time_is_that_of_all_workers():
    fast = Metrics(workers=1, rate=3.0, window=10.0, used=10.0, blocked=1)
    idle = Metrics(workers=3, rate=0.5, window=20.0, blocked=2)
    both = over_all({"fast": fast, "idle": idle})

    assert (3.5, 3, 4) == (both.rate, both.blocked, both.workers)
    assert 10.0 / (1 * 10.0 + 3 * 20.0) == pytest.approx(both.utilisation)
    assert 1.0 == over_all({"fast": fast}).utilisation
    assert 20.0 == over_all({"a": Metrics(window=20.0), "b": Metrics(window=5.0)}).window


def test_an_engine_of_one_pool_reads_as_its_pool_and_names_workers_shortly():
    with Engine(1) as engine:
        engine.register(where)
        done = engine.submit("app.where")
        assert done.wait(WAIT)
        now = engine.metrics()

    assert ({"default"}, "w01", 1) == (set(now.pools), done.worker, done.number)
    assert now.pools["default"].accepted == now.accepted == 1


def test_the_ledger_of_an_engine_adds_up_to_its_metrics(engine):
    @task(pool="slow")
    def explode() -> None:
        raise ValueError

    engine.register(explode)
    for _ in range(20):
        engine.submit("app.where")
        engine.submit("app.busy")
        engine.submit("app.explode")
    engine.submit("app.where", delay=3600).cancel()
    ledger, now = engine.shutdown(WAIT), engine.metrics()

    assert (61, 40, 20, 1) == (now.accepted, now.completed, now.failed, now.cancelled)
    assert (61, 40, 20, 1) == (ledger.accepted, ledger.completed, ledger.failed, ledger.cancelled)
    assert ledger.clean and ledger.balanced and now.balanced


# What is done to all, and what state they are in


def test_a_pause_without_a_name_is_of_all_pools_and_so_is_a_resume(engine):
    engine.pause()
    tasks = [engine.submit("app.where", pool=pool) for pool in engine.pools]
    assert ["paused"] * 3 == [pool.state for pool in engine.pools.values()]
    assert ("paused", 3) == (engine.state, engine.metrics().queued)

    engine.resume()
    assert ["default", "cpu", "slow"] == [one.result(WAIT) for one in tasks]


def test_a_pause_leaves_out_a_pool_that_has_come_to_its_end(engine):
    engine.drain("cpu", WAIT)
    engine.pause()
    assert ("paused", "stopped", "paused") == tuple(one.state for one in engine.pools.values())
    assert "paused" == engine.state

    engine.shutdown(WAIT)
    with pytest.raises(PoolClosed):
        engine.pause()


def test_an_engine_that_starts_says_how_many_workers_there_are_in_all():
    heard: list[Any] = []
    engine = Engine(2, pools=POOLS)
    engine.bus.subscribe(heard.append)
    with engine:
        assert engine.bus.flush(WAIT)
        names = {thread.name for thread in threading.enumerate()}

    assert "engine started with 5 workers in 3 pools" == str(heard[0])
    assert {"chasqui-cpu-w01", "chasqui-slow-w02", "chasqui-default-w02"} <= names


def test_an_engine_with_a_pool_that_cannot_start_starts_none_of_the_others(clock):
    def start(target, name):
        if name.startswith("chasqui-slow"):
            raise RuntimeError("no more threads")
        return start_daemon(target, name)

    engine = PlainEngine(1, pools=POOLS, start_thread=start)
    with pytest.raises(RuntimeError, match="pool 'slow' could not start"):
        engine.start()

    assert ["stopped"] * 3 == [pool.state for pool in engine.pools.values()]


def test_an_engine_that_is_short_of_workers_is_degraded_until_it_is_not():
    def refuse_the_second(run, name):
        if name.endswith("w02"):
            raise RuntimeError("can't start new thread")
        return start_daemon(run, name)

    with Engine(2, start_thread=refuse_the_second) as engine:
        short = engine.state
        engine.resize(1)
        enough = engine.state

    assert ("degraded", "running", "stopped") == (short, enough, engine.state)


def test_an_engine_with_a_worker_that_is_stuck_is_degraded():
    clock, go = FakeClock(), threading.Event()

    @task(time_limit=5)
    def hang() -> None:
        assert go.wait(WAIT)

    with Engine(1, clock=clock, max_abandoned=0) as engine:
        engine.register(hang)
        hanging = engine.submit("app.hang")
        until(lambda: hanging.state == "running")
        clock.advance(11)
        until(lambda: engine.state == "degraded")
        go.set()
        assert hanging.wait(WAIT)

        assert "running" == engine.state


def test_the_room_of_a_pool_is_changed_and_the_change_is_published():
    seen = []
    with Engine(1, pools={"cpu": PoolConfig(workers=1)}) as engine:
        engine.bus.subscribe(lambda event: seen.append(str(event)))
        engine.resize(pool="cpu", queue_size=5_000)
        assert 5_000 == engine.pools["cpu"].queue_size
        said = "resized pool cpu to room for 5,000 waiting tasks"
        until(lambda: any(said in one for one in seen))
