"""Strikes: tasks with a value that is struck are held, wherever they wait, and keep their order."""

from __future__ import annotations

import threading

import pytest

from chasqui.pool import lanes
from chasqui.pool.state import state_of
from chasqui.pool.strikes import Key
from chasqui.testing import FakeClock
from tests.pool.conftest import WAIT
from tests.pool.test_keyed import BY_ID, keyed, submit
from tests.waiting import until


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


def strike(pool, value, key=BY_ID):
    return lanes.strike(state_of(pool), "a", key, value)


def unstrike(pool, value, key=BY_ID):
    return lanes.unstrike(state_of(pool), "a", key.name, value)


def struck(pool):
    return next(lane.struck for lane in pool.metrics().lanes if lane.name == "a")


def test_nothing_of_a_struck_value_starts_until_the_strike_is_lifted(make_pool, call):
    pool = make_pool(2)
    assert strike(pool, "x")
    assert not strike(pool, "x")
    held, other = submit(pool, call(id="x")), submit(pool, call(id="y"))

    assert other.wait(WAIT)
    assert submit(pool, call(id="y")).wait(WAIT)
    assert "queued" == held.state
    assert unstrike(pool, "x")
    assert not unstrike(pool, "x")
    assert held.wait(WAIT)


def test_waiting_tasks_are_held_and_come_back_first_and_in_order(make_pool, call, gate):
    pool, began = make_pool(1), []
    submit(pool, call(gate, "gate"))
    gate.await_entered()

    def note(number):
        return call(lambda ctx: began.append(number), "xy"[number % 2])

    tasks = [submit(pool, note(number)) for number in range(40)]
    strike(pool, "x")
    gate.release.set()
    assert all(task.wait(WAIT) for task in tasks[1::2])
    until(lambda: struck(pool) == 20)
    assert [task.number for task in tasks[::2]] == [task.number for task in pool.waiting(0, 100)]
    later = [submit(pool, note(number)) for number in range(40, 50)]
    assert all(task.wait(WAIT) for task in later[1::2])
    unstrike(pool, "x")

    assert all(task.wait(WAIT) for task in [*tasks, *later])
    some = [number for number in began if not number % 2]
    assert sorted(some) == some


def test_what_was_struck_first_starts_before_what_came_after_it(make_pool, call, gate):
    pool, began, second = make_pool(1), [], threading.Event()
    strike(pool, "x")
    held = submit(pool, call(lambda ctx: began.append("first"), "x"))
    until(lambda: struck(pool) == 1)
    submit(pool, call(gate, "y"))
    gate.await_entered()
    running = submit(pool, call(lambda ctx: second.wait(WAIT), "y"))
    later = submit(pool, call(lambda ctx: began.append("second"), "x"))
    gate.release.set()
    until(lambda: running.state == "running")  # all is sorted by then
    unstrike(pool, "x")
    second.set()

    assert held.wait(WAIT)
    assert later.wait(WAIT)
    assert ["first", "second"] == began


def test_a_lifted_strike_leaves_the_others_in_force(make_pool, call):
    pool = make_pool(2)
    name = Key("name", lambda work: work.name)
    strike(pool, "x")
    strike(pool, "y")
    strike(pool, "call", name)
    tasks = {value: submit(pool, call(id=value)) for value in "xyz"}
    until(lambda: struck(pool) == 3)
    unstrike(pool, "call", name)
    assert tasks["z"].wait(WAIT)
    until(lambda: struck(pool) == 2)
    unstrike(pool, "y")

    assert tasks["y"].wait(WAIT)
    assert "queued" == tasks["x"].state
    unstrike(pool, "x")
    assert tasks["x"].wait(WAIT)


def test_a_lane_with_limits_of_its_own_keeps_them_while_values_are_struck(make_pool, call, gate):
    pool = make_pool(4)
    pool.limit("a", concurrency=1)
    strike(pool, "x")
    running = submit(pool, call(gate, "y"))
    gate.await_entered()
    waiting = submit(pool, call(id="y"))
    beside = pool.submit(call())

    assert beside.wait(WAIT)
    assert "queued" == waiting.state
    gate.release.set()
    assert running.wait(WAIT)
    assert waiting.wait(WAIT)


def test_the_limits_of_values_hold_while_some_are_struck(make_pool, call, gate):
    pool = make_pool(4)
    keyed(pool, concurrency=1)
    strike(pool, "x")
    running = submit(pool, call(gate, "y"))
    gate.await_entered()
    waiting = [submit(pool, call(id=value)) for value in "yx"]
    assert submit(pool, call(id="z")).wait(WAIT)
    unstrike(pool, "x")

    assert waiting[1].wait(WAIT)
    assert "queued" == waiting[0].state
    gate.release.set()
    assert running.wait(WAIT)
    assert waiting[0].wait(WAIT)


def test_a_drain_leaves_what_is_struck_and_names_it(make_pool, call):
    pool = make_pool(2)
    strike(pool, "x")
    held = [submit(pool, call(id="x")) for _ in range(3)]
    fine, ledgers = submit(pool, call(id="y")), []
    threading.Thread(target=lambda: ledgers.append(pool.shutdown()), daemon=True).start()
    until(lambda: bool(ledgers))

    assert "completed" == fine.state
    assert [task.number for task in held] == [fate.number for fate in ledgers[0].left]


@pytest.mark.parametrize("rate", ["1/s", "1/2s"])
def test_a_drain_waits_for_what_was_lifted_though_its_rate_lets_nothing_start_yet(
    make_pool, call, clock, rate
):
    pool, over = make_pool(2, clock=clock), threading.Event()
    lanes.limit(state_of(pool), "a", rate="1/s")
    strike(pool, "x")
    held = [submit(pool, call(id="x")) for _ in range(2)]
    until(lambda: struck(pool) == 2)
    assert submit(pool, call(id="y")).wait(WAIT)  # which uses up the rate
    pool.submit(call(lambda ctx: over.wait(WAIT)))
    ledgers = []
    threading.Thread(target=lambda: ledgers.append(pool.shutdown()), daemon=True).start()
    until(lambda: pool.state == "stopping")
    lanes.limit(state_of(pool), "a", rate=rate)
    unstrike(pool, "x")
    assert 0 == struck(pool)
    over.set()

    until(lambda: clock.advance(0.5) or bool(ledgers))
    assert ["completed", "completed"] == [task.state for task in held]
    assert ledgers[0].clean


def test_a_struck_task_can_be_cancelled(make_pool, call):
    pool = make_pool(2)
    strike(pool, "x")
    held = [submit(pool, call(id="x")) for _ in range(2)]
    until(lambda: struck(pool) == 2)

    assert held[0].cancel()
    assert 1 == struck(pool)
    assert pool.metrics().balanced
    unstrike(pool, "x")
    assert held[1].wait(WAIT)
    assert pool.shutdown(WAIT).clean


def test_values_whose_struck_tasks_were_all_cancelled_are_forgotten(make_pool, call):
    pool = make_pool(1, queue_size=3000)
    keyed(pool, concurrency=1)
    strike(pool, "held", key=Key("name", lambda work: "held"))
    for turn in range(4):
        held = [submit(pool, call(id=f"{turn} {number}")) for number in range(1500)]
        until(lambda: struck(pool) == 1500)
        assert all(task.cancel() for task in held)

    assert len(pool.lane("a").keys.values) < 5000


def test_a_lane_is_sorted_no_more_when_its_last_strike_is_lifted(make_pool, call):
    pool = make_pool(2)
    lane = pool.lane("a")
    strike(pool, "x")
    assert submit(pool, call(id="y")).wait(WAIT)
    assert lane.limited
    unstrike(pool, "x")
    assert submit(pool, call(id="y")).wait(WAIT)

    until(lambda: lane.keys is None)
    assert not lane.limited
    assert submit(pool, call(id="x")).wait(WAIT)


def test_a_value_may_be_struck_before_the_pool_starts(make_pool, call):
    pool = make_pool(2, start=False)
    held = submit(pool, call(id="x"))
    strike(pool, "x")
    pool.start()

    assert submit(pool, call(id="y")).wait(WAIT)
    assert "queued" == held.state
    unstrike(pool, "x")
    assert held.wait(WAIT)
