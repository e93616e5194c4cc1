"""Isolation: what is done to one pool, or happens in it, is none of the others' business."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from chasqui import BacklogFull, Context, PoolClosed, Retry, task
from chasqui.engine.config.pools import PoolConfig
from chasqui.engine.engine import BaseEngine as PlainEngine
from chasqui.engine.events.records import EngineChanged, ScheduleFired, ScheduleSkipped
from chasqui.pool.closing import GRACE_SECONDS
from tests.engine import three_pools
from tests.engine.three_pools import POOLS, WAIT, busy, where
from tests.pool import conftest as pool_fixtures
from tests.pool.conftest import Call
from tests.waiting import until

engine, gate = three_pools.engine, pool_fixtures.gate


def test_each_pool_is_paused_and_resumed_alone(engine):
    engine.pools["cpu"].pause()
    held = engine.submit("app.busy")
    assert engine.submit("app.where").result(WAIT) == "default"
    assert ("running", "paused", "queued") == (engine.state, engine.pools["cpu"].state, held.state)

    engine.pools["cpu"].resume()
    assert "cpu" == held.result(WAIT)


def test_each_pool_has_its_size_and_changes_it_alone(engine):
    heard: list[Any] = []
    engine.bus.subscribe(heard.append)
    engine.resize(3, pool="cpu")
    engine.resize(1)
    until(lambda: (1, 3, 2) == tuple(len(one.workers()) for one in engine.pools.values()))
    assert engine.bus.flush(WAIT)

    assert ["cpu/w01", "cpu/w02", "cpu/w03"] == [
        worker.name for worker in engine.pools["cpu"].workers()
    ]
    assert [
        "engine resized pool cpu to 3 workers",
        "engine resized pool default to 1 worker",
    ] == [str(event) for event in heard if isinstance(event, EngineChanged)]


def test_a_pool_that_is_drained_runs_what_it_has_and_refuses_more_while_others_go_on(engine, gate):
    running, waiting = engine.submit(Call(gate), pool="cpu"), engine.submit("app.busy")
    gate.await_entered()
    reports = []
    drain = threading.Thread(target=lambda: reports.append(engine.drain("cpu", WAIT)))
    drain.start()
    until(lambda: engine.pools["cpu"].state == "stopping")
    with pytest.raises(PoolClosed, match="pool 'cpu' is stopping and accepts no more work"):
        engine.submit("app.busy")
    assert ("running", "default") == (engine.state, engine.submit("app.where").result(WAIT))
    gate.release.set()
    drain.join(WAIT)

    assert ("through", "cpu") == (running.result(0), waiting.result(0))
    assert [(2, True)] == [(one.accepted, one.clean) for one in reports]
    ledger, now = engine.shutdown(WAIT), engine.metrics()
    assert (3, 3, 1, True) == (ledger.accepted, ledger.completed, now.rejected, ledger.balanced)


def test_while_one_pool_drops_its_work_another_tries_its_own_again(engine, gate):
    @task(pool="cpu", retry=Retry(attempts=2, base=0))
    def flaky(ctx: Context) -> int:
        if ctx.task.attempts == 1:
            gate(ctx)
            raise OSError
        return ctx.task.attempts

    engine.register(flaky)
    failing = engine.submit("app.flaky")
    gate.await_entered()
    engine.pool.shutdown(WAIT, drain=False)
    gate.release.set()

    assert 2 == failing.result(WAIT)


# One slow pool never delays another


def test_a_pool_that_is_blocked_and_full_delays_no_other(clock, gate):
    heard: list[Any] = []
    with PlainEngine(1, 10, pools=POOLS, clock=clock) as engine:
        engine.register(where)
        engine.register(busy)
        engine.bus.subscribe(heard.append)
        for _ in range(2):
            engine.submit(Call(gate), pool="slow")
        gate.await_entered(2)
        engine.submit(Call(), pool="slow")
        blocked = threading.Thread(target=lambda: engine.submit(Call(), pool="slow"))
        blocked.start()
        until(lambda: engine.metrics().blocked == 1)

        assert ["cpu"] * 200 == [engine.submit("app.busy").result(WAIT) for _ in range(200)]
        assert ["default"] * 9 == [
            one.result(WAIT) for one in engine.submit_batch("app.where", [{}] * 9)
        ]
        engine.schedule("app.busy", cron="* * * * *", overlap="queue")
        for turn in range(1, 4):
            clock.advance(60)
            until(lambda turn=turn: sum(isinstance(one, ScheduleFired) for one in heard) == turn)
        until(lambda: engine.metrics().pools["cpu"].completed == 203)
        later = engine.submit("app.busy", delay=5)
        clock.advance(5)
        assert later.wait(WAIT)
        now = engine.metrics()
        assert (2, 1, 1) == (now.pools["slow"].running, now.pools["slow"].queued, now.blocked)
        assert now.balanced
        gate.release.set()
        blocked.join(WAIT)
        ledger = engine.shutdown(WAIT)

    assert (ledger.accepted, ledger.completed, True) == (217, 217, ledger.clean)


def test_a_blocked_pool_and_its_blocked_submitter_do_not_keep_an_engine_from_its_end(clock, gate):
    engine = PlainEngine(1, 10, pools=POOLS, clock=clock)
    engine.register(busy)
    engine.start()
    for _ in range(2):
        engine.submit(Call(gate), pool="slow")
    gate.await_entered(2)
    engine.submit(Call(), pool="slow")
    refused, ledgers = [], []

    def submit():
        try:
            engine.submit(Call(), pool="slow")
        except PoolClosed as error:
            refused.append(str(error))

    blocked = threading.Thread(target=submit)
    blocked.start()
    until(lambda: engine.metrics().blocked == 1)
    closing = threading.Thread(target=lambda: ledgers.append(engine.shutdown(3)), daemon=True)
    closing.start()
    blocked.join(WAIT)
    until(lambda: engine.pools["cpu"].state == "stopped")
    for seconds in (3, GRACE_SECONDS):
        until(lambda: len(clock.asleep()) == 1)
        clock.advance(seconds)
    closing.join(WAIT)

    assert not closing.is_alive()
    assert ["pool 'slow' is stopping and accepts no more work"] == refused
    assert (3, 1, 2) == (ledgers[0].accepted, len(ledgers[0].left), len(ledgers[0].abandoned))


def test_an_engine_whose_pools_all_hang_ends_after_one_grace_and_names_everything(clock, gate):
    pools = {name: PoolConfig(workers=1, queue_size=5) for name in ("cpu", "slow")}
    engine = PlainEngine(1, 10, pools=pools, clock=clock)
    engine.start()
    for pool in engine.pools:
        engine.submit(Call(gate), pool=pool)
    gate.await_entered(3)
    left = [engine.submit(Call(), pool=pool) for pool in ("cpu", "slow")]
    ledgers = []
    closing = threading.Thread(target=lambda: ledgers.append(engine.shutdown(4)), daemon=True)
    closing.start()
    until(lambda: len(clock.asleep()) == 1)
    clock.advance(4)
    until(lambda: len(clock.asleep()) == 1)
    clock.advance(GRACE_SECONDS)
    closing.join(WAIT)
    assert not closing.is_alive()
    (ledger,), now = ledgers, engine.metrics()

    assert (5, 4.5, True) == (ledger.accepted, ledger.seconds, ledger.balanced)
    assert [("default", "default/w01"), ("cpu", "cpu/w01"), ("slow", "slow/w01")] == [
        (one.pool, one.worker) for one in ledger.abandoned
    ]
    assert [("cpu", left[0].number), ("slow", left[1].number)] == [
        (one.pool, one.number) for one in ledger.left
    ]
    assert (now.accepted, now.queued, now.running) == (5, 2, 3)


def test_a_schedule_whose_pool_is_full_or_drained_leaves_its_turn_out_and_says_why(clock, gate):
    heard: list[Any] = []
    with PlainEngine(1, 10, pools=POOLS, clock=clock) as engine:
        engine.register(busy)
        engine.bus.subscribe(heard.append)
        engine.submit(Call(gate), pool="cpu")
        gate.await_entered()
        for _ in range(5):
            engine.submit(Call(), pool="cpu")
        engine.schedule("app.busy", cron="* * * * *")
        clock.advance(60)
        until(lambda: any(isinstance(one, ScheduleSkipped) for one in heard))
        gate.release.set()
        engine.drain("cpu", WAIT)
        clock.advance(60)
        until(lambda: sum(isinstance(one, ScheduleSkipped) for one in heard) == 2)

    full, stopped = (one.reason for one in heard if isinstance(one, ScheduleSkipped))
    assert full.startswith("task queue is full: pool cpu, 5 waiting; ")
    assert "pool 'cpu' is stopped and accepts no more work" == stopped


def test_a_full_pool_refuses_at_once_what_does_not_wait(engine, gate):
    for _ in range(2):
        engine.submit(Call(gate), pool="slow")
    gate.await_entered(2)
    engine.submit(Call(), pool="slow")
    with pytest.raises(BacklogFull):
        engine.try_submit("app.where", pool="slow")

    assert (1, 1) == (engine.metrics().rejected, engine.metrics().pools["slow"].rejected)
