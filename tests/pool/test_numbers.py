"""Numbers at the doors of a pool: what is none is refused at once, before anything has changed."""

from __future__ import annotations

import math
from typing import Any

import pytest

from chasqui import Dispatcher, Pool, Rate, Work
from chasqui.pool.lanes import allow
from chasqui.pool.room import await_room
from chasqui.pool.schedule import call_at
from chasqui.pool.state import state_of
from chasqui.pool.submission import Submission, accept
from chasqui.testing import FakeClock
from tests.no_numbers import Door

WAIT = 10.0


class Nothing(Work):
    id, name = "", "nothing"

    def execute(self, ctx):
        return None


WORK = Nothing()
DOORS = (
    Door("workers", "some", lambda it: Pool(it)),
    Door("queue_size", "count", lambda it: Pool(1, it)),
    Door("schedule_size", "count", lambda it: Pool(schedule_size=it)),
    Door("max_abandoned", "count", lambda it: Pool(max_abandoned=it), none=True),
    Door("grace", "duration", lambda it: Pool(grace=it)),
    Door("a rate's count", "amount", lambda it: Rate(it)),
    Door("a rate's seconds", "period", lambda it: Rate(1, it)),
    Door("a rate's burst", "count", lambda it: Rate(1, burst=it)),
    Door("batch_size", "some", lambda it: Dispatcher(Pool(), batch_size=it)),
    Door("max_wait", "duration", lambda it: Dispatcher(Pool(), max_wait=it)),
    Door("timeout", "wait", lambda it: Dispatcher(Pool()).shutdown(it)),
    Door("monotonic", "finite", lambda it: FakeClock(it)),
)
POOL_DOORS = (
    Door("priority", "priority", lambda it, pool: pool.submit(WORK, priority=it)),
    Door("priority", "priority", lambda it, pool: pool.try_submit(WORK, priority=it)),
    Door("priority", "priority", lambda it, pool: pool.submit_batch([WORK], priority=it)),
    Door("priority", "priority", lambda it, pool: pool.submit_batch([], priority=it)),
    Door("timeout", "wait", lambda it, pool: pool.submit(WORK, timeout=it)),
    Door("timeout", "wait", lambda it, pool: pool.submit_batch([WORK], timeout=it)),
    Door("time_limit", "period", lambda it, pool: pool.submit(WORK, time_limit=it), none=True),
    Door("time_limit", "period", lambda it, pool: pool.try_submit(WORK, time_limit=it), none=True),
    Door(
        "time_limit",
        "period",
        lambda it, pool: pool.submit_batch([WORK], time_limit=it),
        none=True,
    ),
    Door("timeout", "wait", lambda it, pool: accept(state_of(pool), Submission([], [], None, it))),
    Door("timeout", "wait", lambda it, pool: await_room(state_of(pool), it)),
    Door("delay", "duration", lambda it, pool: pool.submit_later(WORK, it)),
    Door("moment", "finite", lambda it, pool: call_at(state_of(pool), it, int)),
    Door("workers", "some", lambda it, pool: pool.resize(it), none=True),
    Door("queue_size", "count", lambda it, pool: pool.resize(queue_size=it), none=True),
    Door("concurrency", "some", lambda it, pool: pool.limit("x", concurrency=it), none=True),
    Door("starts", "count", lambda it, pool: allow(state_of(pool), "x", it), none=True),
    Door("offset", "count", lambda it, pool: pool.waiting(it)),
    Door("limit", "count", lambda it, pool: pool.waiting(0, it)),
    Door("offset", "count", lambda it, pool: pool.scheduled(it)),
    Door("limit", "count", lambda it, pool: pool.scheduled(0, it)),
    Door("timeout", "wait", lambda it, pool: pool.shutdown(it)),
)


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.name)
def test_what_is_no_number_makes_nothing(door):
    for value in door.wrong():
        with pytest.raises(ValueError, match=door.name):
            door.give(value)


@pytest.mark.parametrize("door", POOL_DOORS, ids=lambda door: door.name)
def test_what_is_no_number_changes_nothing_in_a_pool(door, make_pool):
    pool = make_pool(1, start=False)
    before = (pool.state, pool.workers_wanted, pool.metrics().accepted)

    for value in door.wrong():
        with pytest.raises(ValueError, match=door.name):
            door.give(value, pool)

    assert before == (pool.state, pool.workers_wanted, pool.metrics().accepted)


@pytest.mark.parametrize(
    "door",
    [
        Door("timeout", "wait", lambda it, task, ctx: task.wait(it)),
        Door("timeout", "wait", lambda it, task, ctx: task.result(it)),
        Door("seconds", "sleep", lambda it, task, ctx: ctx.sleep(it)),
        Door("done", "amount", lambda it, task, ctx: ctx.progress(it)),
        Door("total", "amount", lambda it, task, ctx: ctx.progress(1, it), none=True),
    ],
    ids=lambda door: door.name,
)
def test_what_is_no_number_is_refused_in_a_body_and_by_a_handle(door, make_pool, call):
    refused: list[Any] = []

    def body(ctx):
        for value in door.wrong():
            with pytest.raises(ValueError, match=door.name):
                door.give(value, ended, ctx)
            refused.append(True)

    pool = make_pool(1)
    ended = pool.submit(call())
    ended.result(WAIT)

    pool.submit(call(body)).result(WAIT)
    assert len(list(door.wrong())) == len(refused)


def test_an_endless_timeout_waits_for_ever_and_one_that_is_over_not_at_all(make_pool, call, gate):
    pool = make_pool(1, 1)
    running = pool.submit(call(gate))
    gate.await_entered()

    assert not running.wait(-5)
    gate.release.set()

    assert running.wait(math.inf) and running.wait(10**400)
    assert 0 == pool.submit(call(lambda ctx: 0), timeout=math.inf).result(1e308)
    assert pool.shutdown(math.inf).clean


def test_an_endless_sleep_ends_when_the_task_is_asked_to_stop(make_pool, call):
    asleep = []

    def body(ctx):
        asleep.append(ctx.sleep(-1))
        return ctx.sleep(math.inf)

    pool = make_pool(1, clock=FakeClock())
    task = pool.submit(call(body))
    while not asleep:
        pool.clock.advance(1)

    task.cancel()

    assert task.result(WAIT) is False
    assert [True] == asleep


@pytest.mark.parametrize("delay", [math.nan, math.inf, -1, "5", 10**400])
def test_an_observer_that_returns_no_delay_is_logged_and_the_task_fails(
    make_pool, call, caplog, delay
):
    pool = make_pool(1, retry=lambda task: delay)

    task = pool.submit(call(lambda ctx: 1 / 0))

    assert not task.wait(WAIT) or "failed" == task.state
    assert "the delay that retry returns must be" in caplog.text
    assert 1 == pool.metrics().failed


@pytest.mark.parametrize(
    "text",
    [
        *("0/s", "nan/s", "inf/s", "-1/s", "1e400/s", "10/0s", "10/-1s", "1/1e9s", "1 / s / s"),
        *(f"1/{'9' * 400}s", f"{'9' * 400}/s", "1/99999d", "9999999999/s", "0.0/s", "٣/s"),
        *(f"1/s burst {'9' * 5000}", "1/s burst 0", "1/s burst 00", "1/s burst -1", "", None, 10),
        *(True, 1.5, b"1/s"),
    ],
    ids=lambda text: str(text)[:20],
)
def test_a_text_that_says_no_rate_is_refused(text):
    with pytest.raises(ValueError, match="rate"):
        Rate.of(text)


def test_a_rate_has_room_for_both_its_ends():
    assert "1e-09/s" == str(Rate(1e-9)) and "1e+09/s" == str(Rate(1e9))
    for rate in (1e-12, 1e10, 5e-324, 1e308):
        with pytest.raises(ValueError, match="a rate must be at most"):
            Rate(rate)
