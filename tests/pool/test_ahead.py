"""Tasks that a backend has ahead of their turn wait like all others, and have their room."""

from __future__ import annotations

import pytest

from chasqui import BacklogFull
from chasqui.pool.ahead import give_back, take_ahead
from chasqui.pool.fullness import LULL_SECONDS
from chasqui.pool.room import full_for
from chasqui.pool.state import state_of
from chasqui.testing import FakeClock
from tests.pool.conftest import WAIT

SIZE = 16
AHEAD = SIZE // 4  # as much as a single worker may take


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def full(make_pool, call, clock):
    """Return a paused pool that is full, whose worker has some ahead; its tasks, and what ran."""
    ran: list[int] = []
    pool = make_pool(1, queue_size=SIZE, clock=clock)
    pool.pause()
    tasks = [pool.submit(call(lambda ctx: ran.append(ctx.task.number))) for _ in range(SIZE)]
    (worker,) = pool.workers()
    worker.held = False  # as before the pause
    assert tasks[:AHEAD] == list(take_ahead(state_of(pool), worker, SIZE, lambda task: True))
    worker.held = True
    return pool, worker, tasks, ran


def test_they_count_as_waiting_and_keep_their_room(full, call):
    pool, _, _, _ = full
    reading = pool.metrics()

    assert (SIZE, 0) == (reading.queued, reading.running)
    assert SIZE == sum(lane.queued for lane in reading.lanes)
    assert f"{SIZE} waiting" in repr(pool)
    with pytest.raises(BacklogFull, match=f"{SIZE} waiting"):
        pool.try_submit(call())


def test_a_backlog_is_full_though_some_of_it_are_ahead(full, call, clock):
    pool, _, _, _ = full
    with pytest.raises(BacklogFull):
        pool.try_submit(call())
    clock.advance(LULL_SECONDS + 1)

    assert LULL_SECONDS + 1 == full_for(state_of(pool))


def test_one_is_found_is_queued_and_a_cancel_asks_it_to_stop(full):
    pool, _, (first, *_), _ = full

    assert first is pool.find(first.number)
    assert "queued" == first.state
    assert first.cancel()
    assert ("queued", True) == (first.state, first.stop_asked)


def test_its_number_is_in_use(full, call):
    pool, _, (first, *_), _ = full

    with pytest.raises(ValueError, match=f"number {first.number} is in use"):
        pool.restore(call(), first.number, created=0.0)


def test_those_that_are_not_begun_go_back_to_where_they_were(full):
    pool, worker, tasks, ran = full
    give_back(state_of(pool), worker, 1)

    assert tasks[:1] == list(worker.ahead)
    assert tasks[1:] == pool.waiting(0, SIZE)
    assert {None} == {task.worker for task in tasks[1:]}
    pool.resume()
    assert all(task.wait(WAIT) for task in tasks)
    assert [task.number for task in tasks] == ran


def test_what_its_worker_has_when_a_pool_ends_is_left_and_waited_for_no_more(full):
    pool, _, tasks, ran = full
    ledger = pool.shutdown(0)

    assert SIZE == len(ledger.left)
    assert [False] * SIZE == [task.wait(WAIT) for task in tasks]
    assert [] == ran


def test_no_more_is_taken_than_leaves_work_for_others_and_none_that_is_not_wanted(make_pool, call):
    pool = make_pool(2, queue_size=100)
    pool.pause()
    tasks = [pool.submit(call()) for _ in range(80)]
    worker, other = pool.workers()
    worker.held = other.held = False
    state, unwanted = state_of(pool), tasks[12]

    assert tasks[:10] == list(take_ahead(state, worker, 50, lambda task: True))
    assert tasks[10:12] == list(take_ahead(state, other, 50, lambda task: task is not unwanted))
    assert unwanted is pool.waiting(0, 1)[0]


def test_types_take_turns_and_none_passes_a_limited_one(make_pool, call):
    pool = make_pool(1, queue_size=100)
    pool.pause()
    lanes = [pool.lane(name) for name in ("mail", "pages")]
    tasks = [pool.submit(call(), lane=lane) for _ in range(20) for lane in lanes]
    (worker,) = pool.workers()
    worker.held = False

    assert tasks[:4] == list(take_ahead(state_of(pool), worker, 4, lambda task: True))
    give_back(state_of(pool), worker, 0)
    pool.limit("pages", concurrency=1)
    worker.held = False
    assert [] == list(take_ahead(state_of(pool), worker, 4, lambda task: True))
