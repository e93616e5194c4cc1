"""Waits of tasks for their own pool that are no deadlock, though every worker seems to wait."""

from __future__ import annotations

import asyncio
import threading
from math import inf

import pytest

import chasqui
from chasqui import WaitTimeout, WouldDeadlock
from chasqui.pool import clock as clocks
from chasqui.pool import deadlock
from chasqui.pool.clock import SystemClock
from chasqui.pool.state import state_of
from chasqui.testing import FakeClock
from tests.pool.conftest import WAIT, Call
from tests.waiting import until


class LateClock(SystemClock):
    """The clock of a pool whose workers come back from a wait only once so many of them wait."""

    def __init__(self, several: int = 2) -> None:
        self.waiting = 0
        self.several = several

    def wait(self, condition: threading.Condition, deadline: float | None) -> None:
        if deadlock.worker_here() is None:
            super().wait(condition, deadline)
            return
        self.waiting += 1
        condition.wait(WAIT)
        while self.waiting < self.several:
            condition.wait(0.005)


@pytest.fixture
def late():
    clock = LateClock()
    yield clock
    clock.several = 0


def child_of(pool, is_awaited=lambda: True):
    """Submit a task that ends once it is awaited."""
    return pool.submit(Call(lambda ctx: until(is_awaited) or 1))


def by_result(child):
    return child.result()


def by_as_completed(child):
    return next(chasqui.as_completed([child])).result()


@pytest.mark.parametrize("wait", [by_result, by_as_completed])
def test_a_worker_whose_wait_is_over_is_left_before_its_thread_is_back(make_pool, late, wait):
    pool = make_pool(2, clock=late)
    first = pool.submit(Call(lambda ctx: wait(child_of(pool, lambda: late.waiting))))
    until(lambda: pool.metrics().completed == 1)  # its child, on the other worker
    second = pool.submit(Call(lambda ctx: wait(child_of(pool))))

    assert [1, 1] == [first.result(WAIT), second.result(WAIT)]


def test_a_worker_whose_lane_has_a_wait_that_is_over_lets_another_of_the_lane_wait(make_pool, late):
    pool = make_pool(4, clock=late)
    lane = pool.lane("a")
    pool.limit("a", concurrency=2)
    body = Call(lambda ctx: child_of(pool, lambda: late.waiting).result())
    first = pool.submit(body, lane=lane)
    until(lambda: pool.metrics().completed == 1)

    def waits_for_its_lane(ctx):
        return pool.submit(Call(lambda ctx: 2), lane=lane).result()

    second = pool.submit(Call(waits_for_its_lane), lane=lane)
    assert [1, 2] == [first.result(WAIT), second.result(WAIT)]


def test_a_worker_that_waited_for_room_is_left_once_there_is_room(make_pool, gate, late):
    pool = make_pool(2, 2, clock=late)
    pool.submit(Call(gate))
    gate.await_entered()

    def fills(ctx):
        pool.submit(Call(waits))
        pool.submit(Call(lambda ctx: None))  # for which that one waits
        pool.submit(Call(lambda ctx: None))  # for which there is no room
        return "all in"

    def waits(ctx):
        (waited_for,) = state_of(pool).queued.values()
        waited_for.wait()
        return "ended"

    first = pool.submit(Call(fills))
    until(lambda: pool.blocked())
    gate.release.set()

    assert "all in" == first.result(WAIT)
    assert (0, 5) == (pool.shutdown(WAIT).failed, pool.metrics().completed)


def test_a_coroutine_whose_wait_is_over_leaves_a_worker_before_its_loop_goes_on(make_pool, gate):
    pool = make_pool(2)

    class Busy:
        id = name = "busy"

        async def execute(self, ctx):
            begun = threading.Event()
            waiting = asyncio.ensure_future(child_of(pool, begun.is_set).wait_async())
            await asyncio.sleep(0)
            begun.set()
            gate(ctx)  # its loop stands
            return await waiting

    first = pool.submit(Busy())
    gate.await_entered()
    until(lambda: pool.metrics().completed == 1)
    second = pool.submit(Call(lambda ctx: child_of(pool).result()))
    until(lambda: second.done or all(worker.waits for worker in pool.workers()))
    gate.release.set()

    assert [True, 1] == [first.result(WAIT), second.result(WAIT)]


@pytest.fixture
def clock():
    return FakeClock()


def beside_a_patient_one(pool, gate, patient):
    """Submit a task that waits for ever once the gate is open, and before that a patient one."""
    impatient = pool.submit(Call(lambda ctx: gate(ctx) and child_of(pool).result()))
    gate.await_entered()
    return pool.submit(patient), impatient


def test_a_worker_that_gives_up_by_itself_is_left_for_a_wait_without_a_timeout(
    make_pool, gate, clock
):
    pool = make_pool(2, clock=clock)
    body = Call(lambda ctx: child_of(pool).result(60))
    patient, impatient = beside_a_patient_one(pool, gate, body)
    until(clock.asleep)
    gate.release.set()
    until(lambda: impatient.done or inf in clock.waiting().values())
    clock.advance(61)

    assert 1 == impatient.result(WAIT)
    with pytest.raises(WaitTimeout, match="is queued after 60"):
        patient.result(WAIT)


def test_a_wait_with_a_timeout_that_others_count_on_is_not_refused_when_it_looks_again(
    make_pool, gate, clock, monkeypatch
):
    looks = []
    refuse_if_last = deadlock.refuse_if_last

    def counted(worker, workers, wait, *state):
        refuse_if_last(worker, workers, wait, *state)
        looks.append(wait.deadline is not None)

    monkeypatch.setattr(deadlock, "refuse_if_last", counted)
    monkeypatch.setattr(clocks, "LOOK_SECONDS", 0.01)
    pool = make_pool(2, clock=clock)

    class Patient:
        id = name = "patient"

        async def execute(self, ctx):
            return await child_of(pool).wait_async(timeout=60)

    patient, impatient = beside_a_patient_one(pool, gate, Patient())
    until(lambda: looks)
    gate.release.set()
    until(lambda: impatient.done or False in looks)
    before = len(looks)
    until(lambda: patient.done or len(looks) > before + 3)
    clock.advance(61)

    assert [False, 1] == [patient.result(WAIT), impatient.result(WAIT)]


def test_a_wait_with_a_timeout_is_refused_if_all_others_wait_with_one(make_pool, gate, clock):
    pool = make_pool(2, clock=clock)
    body = Call(lambda ctx: child_of(pool).result(60))
    second = pool.submit(Call(lambda ctx: gate(ctx) and body.function(ctx)))
    gate.await_entered()
    first = pool.submit(body)
    until(clock.asleep)
    gate.release.set()
    until(lambda: second.done or len(clock.asleep()) == 2)
    if not second.done:
        clock.advance(61)

    with pytest.raises(WouldDeadlock, match="no worker is left"):
        second.result(WAIT)
    assert 1 == first.result(WAIT)
