"""Keyed lanes: limits for each value of a key, turns among values, and what is forgotten."""

from __future__ import annotations

import threading
from collections import Counter
from itertools import pairwise

import pytest

from chasqui import WouldDeadlock
from chasqui.pool import lanes
from chasqui.pool.keyed import STRETCH
from chasqui.pool.state import state_of
from chasqui.pool.strikes import Key
from chasqui.testing import FakeClock
from tests.pool.conftest import WAIT
from tests.waiting import until

BY_ID = Key("id", lambda work: work.id)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


def keyed(pool, concurrency=None, rate=None, key=BY_ID):
    lanes.limit(state_of(pool), "a", concurrency, rate, key)
    return pool.lane("a")


def submit(pool, work, **options):
    return pool.submit(work, lane=pool.lane("a"), **options)


def known(pool):
    """The values that are known; none where the lane is sorted no more."""
    keys = pool.lane("a").keys
    return 0 if keys is None else len(keys.values)


class Busy:
    """A body that knows how many of each value run at once."""

    def __init__(self) -> None:
        self.now: Counter[str] = Counter()
        self.most: Counter[str] = Counter()
        self._lock = threading.Lock()

    def of(self, value):
        def body(ctx):
            with self._lock:
                self.now[value] += 1
                self.most[value] = max(self.most[value], self.now[value])
            ctx.sleep(0)
            with self._lock:
                self.now[value] -= 1

        return body


def test_no_more_of_a_value_run_at_once_than_the_limit_says(make_pool, call):
    pool, busy = make_pool(6), Busy()
    keyed(pool, concurrency=2)
    tasks = [submit(pool, call(busy.of(value), value)) for _ in range(100) for value in "abc"]

    assert all(task.wait(WAIT) for task in tasks)
    assert all(most <= 2 for most in busy.most.values())
    assert pool.metrics().balanced


def test_a_value_is_full_when_as_many_run_as_may(make_pool, call, gate):
    pool = make_pool(4)
    keyed(pool, concurrency=2)
    tasks = [submit(pool, call(gate, "x")) for _ in range(3)]
    gate.await_entered(2)

    assert submit(pool, call(id="y")).wait(WAIT)
    assert ["running", "running", "queued"] == [task.state for task in tasks]


def test_a_value_that_is_full_leaves_the_workers_to_the_others(make_pool, call, gate):
    pool = make_pool(3)
    keyed(pool, concurrency=1)
    running = submit(pool, call(gate, "x"))
    gate.await_entered()
    waiting = submit(pool, call(lambda ctx: None, "x"))

    assert all(submit(pool, call(lambda ctx: None, value)).wait(WAIT) for value in "yz")
    assert "queued" == waiting.state
    gate.release.set()
    assert running.wait(WAIT)
    assert waiting.wait(WAIT)


def test_values_take_turns_however_many_tasks_of_a_value_came_first(make_pool, call, gate):
    pool, began = make_pool(1), []
    keyed(pool, concurrency=5)
    submit(pool, call(gate, "gate"))
    gate.await_entered()
    tasks = [
        submit(pool, call(lambda ctx, value=value: began.append(value), value))
        for value in ["x"] * 50 + ["y"] * 10 + ["z"] * 10
    ]
    gate.release.set()

    assert all(task.wait(WAIT) for task in tasks)
    for value in "yz":
        turns = [at for at, one in enumerate(began) if one == value]
        assert turns[0] <= 2
        assert all(later - sooner <= 3 for sooner, later in pairwise(turns))


def test_the_tasks_of_a_value_start_in_order_and_higher_priorities_first(make_pool, call, gate):
    pool, began = make_pool(1), []
    keyed(pool, concurrency=1)
    submit(pool, call(gate, "gate"))
    gate.await_entered()
    tasks = []
    for number in range(30):
        work = call(lambda ctx, number=number: began.append(number), "xy"[number % 2])
        tasks.append(submit(pool, work, priority=number % 3 - 1))
    listed = [task.number for task in pool.waiting(0, 100)]
    gate.release.set()

    assert all(task.wait(WAIT) for task in tasks)
    assert [number % 3 - 1 for number in began] == [1] * 10 + [0] * 10 + [-1] * 10
    for value in range(2):
        for rest in range(3):
            some = [number for number in began if number % 2 == value and number % 3 == rest]
            assert sorted(some) == some
    assert sorted(listed) == [task.number for task in tasks]


def test_a_priority_in_which_only_sorted_tasks_wait_is_kept(make_pool, call, gate):
    pool = make_pool(2)
    keyed(pool, concurrency=1)
    running = submit(pool, call(gate, "x"), priority=3)
    gate.await_entered()
    waiting = submit(pool, call(id="x"), priority=3)
    assert submit(pool, call(id="y"), priority=3).wait(WAIT)  # by then all of it is sorted
    for priority in (4, 5, 6):
        assert submit(pool, call(id="z"), priority=priority).wait(WAIT)
    gate.release.set()

    assert running.wait(WAIT)
    assert waiting.wait(WAIT)


def test_a_rate_is_kept_by_each_value_on_its_own(make_pool, call, clock):
    pool = make_pool(4, clock=clock)
    keyed(pool, rate="1/10s")
    tasks = {value: [submit(pool, call(id=value)) for _ in range(3)] for value in "xy"}

    for turn in range(3):
        for some in tasks.values():
            assert some[turn].wait(WAIT)
            assert all(task.state == "queued" for task in some[turn + 1 :])
        until(lambda: state_of(pool).opens_at < float("inf"))
        clock.advance(10)
    for some in tasks.values():
        starts = [task.started for task in some]
        assert all(later - sooner == 10 for sooner, later in pairwise(starts))


def test_a_value_is_forgotten_when_nothing_of_it_is_left(make_pool, call):
    pool = make_pool(4)
    keyed(pool, concurrency=1)
    tasks = [submit(pool, call(id=str(number))) for number in range(500)]

    assert all(task.wait(WAIT) for task in tasks)
    until(lambda: known(pool) == 0)
    assert not state_of(pool).backlog.startable(0)


def test_a_value_with_a_rate_is_remembered_until_its_starts_count_no_more(make_pool, call, clock):
    pool = make_pool(2, clock=clock)
    keyed(pool, rate="1/10s")
    assert submit(pool, call(id="x")).wait(WAIT)
    until(lambda: not any(worker.task for worker in pool.workers()))
    assert 1 == known(pool)
    again = submit(pool, call(id="x"))
    clock.advance(9)
    until(lambda: state_of(pool).opens_at < float("inf"))
    assert "queued" == again.state
    clock.advance(1)

    assert again.wait(WAIT)
    until(lambda: state_of(pool).opens_at < float("inf"))
    clock.advance(10)
    until(lambda: known(pool) == 0)


def test_tasks_that_run_when_a_limit_becomes_a_limit_for_each_value_count_for_their_value(
    make_pool, call, gate
):
    pool = make_pool(4)
    running = [submit(pool, call(gate, value)) for value in "xxy"]
    gate.await_entered(3)
    keyed(pool, concurrency=2)
    more = {value: submit(pool, call(lambda ctx: None, value)) for value in "xy"}

    assert more["y"].wait(WAIT)
    assert "queued" == more["x"].state
    gate.release.set()
    assert all(task.wait(WAIT) for task in [*running, more["x"]])
    until(lambda: known(pool) == 0)


@pytest.mark.parametrize("change", ["key", "concurrency", "none"])
def test_limits_may_be_changed_while_tasks_of_many_values_wait(make_pool, call, gate, change):
    pool, began = make_pool(1), []
    keyed(pool, concurrency=1)
    submit(pool, call(gate, "gate"))
    gate.await_entered()
    tasks = [
        submit(pool, call(lambda ctx, number=number: began.append(number), str(number % 7)))
        for number in range(300)
    ]
    tasks[5].cancel()
    assert 299 == pool.metrics().lanes[-1].queued
    match change:
        case "key":
            keyed(pool, concurrency=1, key=Key("other", lambda work: work.id in "123"))
        case "concurrency":
            keyed(pool, concurrency=3)
        case "none":
            keyed(pool, key=None)
    now = pool.metrics()
    assert now.balanced
    assert 299 == now.lanes[-1].queued
    gate.release.set()

    assert all(task.wait(WAIT) for task in tasks)
    assert 299 == len(began)
    for value in range(7):
        some = [number for number in began if number % 7 == value]
        assert sorted(some) == some
    if change == "none":
        assert sorted(began) == began


@pytest.mark.parametrize("change", ["key", "concurrency", "none"])
def test_limits_may_be_changed_when_all_is_sorted(make_pool, call, gate, change):
    pool, began = make_pool(8), []
    lane = keyed(pool, concurrency=1)
    for value in range(7):
        submit(pool, call(gate, str(value)))
    gate.await_entered(7)
    tasks = [
        submit(pool, call(lambda ctx, number=number: began.append(number), str(number % 7)))
        for number in range(300)
    ]
    until(lambda: not lane.normal)  # the worker that is left has sorted them, and can start none
    match change:
        case "key":
            keyed(pool, concurrency=1, key=Key("other", lambda work: work.id in "123"))
        case "concurrency":
            keyed(pool, concurrency=1)
        case "none":
            keyed(pool, concurrency=1, key=None)
    assert (300, True) == (pool.metrics().queued, pool.metrics().balanced)
    gate.release.set()

    assert all(task.wait(WAIT) for task in tasks)
    for value in range(7):
        some = [number for number in began if number % 7 == value]
        assert sorted(some) == some


def test_limits_changed_again_and_again_under_load_lose_nothing(make_pool, call):
    pool, busy = make_pool(4, 5000), Busy()
    keyed(pool, concurrency=1)
    tasks = []
    for turn in range(30):
        tasks += [submit(pool, call(busy.of(str(n % 9)), str(n % 9))) for n in range(50)]
        keyed(pool, concurrency=1, key=BY_ID if turn % 2 else Key("one", lambda work: None))
        assert pool.metrics().balanced
    keyed(pool, concurrency=1)

    assert all(task.wait(WAIT) for task in tasks)
    assert 1500 == pool.metrics().completed
    assert all(most == 1 for most in busy.most.values())


def test_a_lane_is_sorted_no_more_when_its_limits_are_its_own_again(make_pool, call):
    pool = make_pool(2)
    lane = keyed(pool, concurrency=1)
    assert submit(pool, call(id="x")).wait(WAIT)
    keyed(pool, key=None)
    assert submit(pool, call(id="x")).wait(WAIT)

    until(lambda: lane.keys is None)
    assert not lane.limited


def test_a_reading_does_not_wait_until_a_long_backlog_is_sorted(make_pool, call, gate):
    pool = make_pool(1, 20_000)
    lane = keyed(pool, concurrency=1)
    seen: list[bool] = []
    held = state_of(pool)

    def of(work):
        if len(seen) == 300:
            held.crew.workers[0].held = True  # as a reading does
        seen.append(held.crew.workers[0].held)
        return work.id

    submit(pool, call(gate, "gate"))
    gate.await_entered()
    pool.submit_batch([call(id=str(number)) for number in range(5000)], lane=lane)
    keyed(pool, concurrency=1, key=Key("slow", of))
    gate.release.set()
    until(lambda: len(seen) > 300 and not held.crew.workers[0].held)

    ledger = pool.shutdown(WAIT)
    assert ledger.clean
    assert 5001 == ledger.completed
    assert 1 <= sum(seen) <= STRETCH


def test_cancelled_tasks_of_many_values_are_swept_out(make_pool, call, gate):
    pool = make_pool(1, 20_000)
    keyed(pool, concurrency=1)
    submit(pool, call(gate, "x"))
    gate.await_entered()
    tasks = [submit(pool, call(id="x")) for _ in range(3000)]
    assert submit(pool, call(id="y")).state == "queued"
    for task in tasks:
        assert task.cancel()

    assert pool.lane("a").dead < 3000
    now = pool.metrics()
    assert (1, 3000, True) == (now.queued, now.cancelled, now.balanced)
    gate.release.set()
    assert pool.shutdown(WAIT).clean


def test_a_task_that_waits_for_one_of_its_own_full_value_is_refused(make_pool, call):
    pool = make_pool(4)
    keyed(pool, concurrency=1)

    def waits(ctx):
        with pytest.raises(WouldDeadlock, match="lets no more run at once"):
            submit(pool, call(id="x")).result()
        return submit(pool, call(lambda ctx: "fine", "y")).result(WAIT)

    assert "fine" == submit(pool, call(waits, "x")).result(WAIT)


def test_a_drain_waits_for_what_the_rate_of_a_value_lets_start_later(make_pool, call, clock):
    pool = make_pool(2, clock=clock)
    keyed(pool, rate="1/5s")
    tasks, ledgers = [submit(pool, call(id="x")) for _ in range(3)], []
    closer = threading.Thread(target=lambda: ledgers.append(pool.shutdown()))
    closer.start()
    while not ledgers:
        clock.advance(2.5)
        closer.join(0.01)

    assert {"completed"} == {task.state for task in tasks}
    assert ledgers[0].clean


def test_limits_that_change_often_in_a_pool_at_rest_cost_no_depth_and_keep_the_tasks(
    make_pool, call
):
    pool = make_pool(1, start=False)
    for number in range(1200):
        keyed(pool, concurrency=1 + number % 2)
    tasks = [submit(pool, call(lambda ctx: None, "a"))]
    keyed(pool, concurrency=2)
    tasks += [submit(pool, call(lambda ctx: None, "b"))]
    for number in range(1200):
        keyed(pool, concurrency=1 + number % 2)

    assert 2 == pool.metrics().queued
    pool.start()
    assert all(task.wait(WAIT) for task in tasks)
