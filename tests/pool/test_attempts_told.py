"""What a body learns of its attempt: its number, whether it may have run, and a key of its own."""

from __future__ import annotations

from typing import Any

from chasqui import Context, Engine, Pool, task
from chasqui.engine.config.pools import PoolConfig
from chasqui.pool.usage import TaskUsage
from chasqui.testing import FakeClock, FakeContext
from tests.waiting import WAIT


def told(ctx):
    return ctx.attempt, ctx.redelivered, ctx.idempotency_key


def test_a_first_attempt_is_number_one_and_has_not_run_before(make_pool, call):
    first, second = make_pool(1).submit_batch([call(told), call(told)])
    attempt, redelivered, key = first.result(WAIT)

    assert (1, False) == (attempt, redelivered)
    assert key.endswith(":1")
    assert len(key) > 30
    assert second.result(WAIT)[2] == key[:-1] + "2"


def test_each_attempt_has_its_number_and_the_same_key(make_pool, call):
    seen = []

    def body(ctx):
        seen.append(told(ctx))
        if ctx.attempt < 3:
            raise ValueError("again")

    pool = make_pool(1, retry=lambda task: 0.0)
    assert pool.submit(call(body)).wait(WAIT)

    assert [1, 2, 3] == [attempt for attempt, _, _ in seen]
    assert 1 == len({key for _, _, key in seen})


def test_an_attempt_begins_without_what_the_one_before_has_used(make_pool, call):
    seen = []

    def body(ctx):
        seen.append(ctx.task.usage)
        if len(seen) == 1:
            ctx.task._usage = TaskUsage(1.0, 1)  # as a backend that measures does
            raise ValueError("again")

    assert make_pool(1, retry=lambda task: 0.0).submit(call(body)).wait(WAIT)

    assert [None, None] == seen


def test_a_restored_attempt_may_have_run_and_the_one_after_it_has_not(make_pool, call):
    seen = []

    def body(ctx):
        seen.append(told(ctx)[:2])
        if len(seen) == 1:
            raise ValueError("again")

    pool = make_pool(1, retry=lambda task: 0.0)
    task = pool.restore(call(body), 7, created=0.0, attempts=2, redelivered=True)
    assert task.wait(WAIT)

    assert [(3, True), (4, False)] == seen


def test_an_abandoned_body_still_has_the_number_of_its_attempt(make_pool, call, gate):
    seen: list[Any] = []
    clock = FakeClock()

    def body(ctx):
        if not seen:
            seen.append(ctx)
            gate(ctx)

    pool = make_pool(1, clock=clock, retry=lambda task: 0.0)
    hung = pool.submit(call(body), time_limit=5)
    gate.await_entered()
    while hung.attempts < 2:  # and no further: the second attempt has the same limit
        clock.advance(1)
    assert hung.wait(WAIT)
    assert (1, 2) == (seen[0].attempt, hung.attempts)
    gate.release.set()


def test_keys_of_two_pools_differ_and_those_of_an_engine_s_pools_begin_alike():
    @task
    def key(ctx: Context) -> str:
        return ctx.idempotency_key

    prefixes = set()
    with Engine(1, 5, pools={"other": PoolConfig(workers=1)}, plugins=False) as engine:
        engine.register(key)
        for name in ("default", "other"):
            text = engine.submit(key, pool=name).result(WAIT)
            prefixes.add(text.rpartition(":")[0])
    with Pool(1) as pool:
        prefixes.add(pool.submit(key.work()).result(WAIT).rpartition(":")[0])

    assert 2 == len(prefixes)


def test_a_fake_context_says_what_the_test_gives_it():
    fake = FakeContext(attempts=2, redelivered=True, idempotency_key="order-7")

    assert (2, True, "order-7") == told(fake)
    assert (1, False, "fake:1") == told(FakeContext())
