"""Older tasks that wait outside a pool come before new submissions, and get the room first."""

from __future__ import annotations

import asyncio
import threading
import time
from typing import Any

import pytest

from chasqui import BacklogFull
from chasqui.pool import offering
from chasqui.pool.gate import Gate
from chasqui.pool.older import room_for_older, set_waiting
from chasqui.pool.particulars import Particulars
from chasqui.pool.reporting import JOURNAL, watch_every
from chasqui.pool.restoring import Restored, put_back_many
from chasqui.pool.state import state_of
from tests.pool.observing import Recorder
from tests.pool.submitting import Submitter
from tests.waiting import WAIT, until


@pytest.fixture
def gated(make_pool):
    """Return what makes a pool with a gate, and a list that gets an entry with each wake-up."""

    def make(*args, **kwargs):
        pool = make_pool(*args, observer=Recorder(), **kwargs)
        woken: list[str] = []
        state_of(pool).gate = Gate(lambda: woken.append(threading.current_thread().name))
        watch_every(state_of(pool), True, JOURNAL)
        return pool, woken

    return make


def older(call, numbers, priority=0, lane=None, due=None, before=None):
    """Return tasks to put back."""
    found = []
    for number in numbers:
        more = Particulars(priority)
        more.due = due
        found.append(Restored(call(), number, more, lane, before))
    return found


def test_while_older_tasks_wait_a_new_one_is_refused_though_there_is_room(gated, call):
    pool, _ = gated(1, 10, start=False)
    assert not set_waiting(state_of(pool), 0)
    first = pool.try_submit(call())
    assert set_waiting(state_of(pool), 1234)
    with pytest.raises(BacklogFull, match="1,234 older tasks come first") as refused:
        pool.try_submit(call())

    assert ("default", 1235) == (refused.value.pool, refused.value.waiting)
    assert 0 == offering.room_in(state_of(pool))
    assert 9 == room_for_older(state_of(pool))
    set_waiting(state_of(pool), 0)
    assert first.number < pool.try_submit(call()).number


@pytest.mark.parametrize("way", ["submit", "batch", "async"])
def test_a_submitter_waits_until_no_older_task_waits_any_more(gated, call, way):
    pool, _ = gated(1, 10, start=False)
    set_waiting(state_of(pool), 2)

    def submit() -> Any:
        if way == "async":
            return asyncio.run(pool.submit_async(call()))
        return pool.submit(call()) if way == "submit" else pool.submit_batch([call(), call()])

    submitter = Submitter(submit)
    until(lambda: len(pool.blocked()) == 1)
    assert 2 == put_back_many(state_of(pool), older(call, [7, 8]))
    assert submitter.is_alive()
    set_waiting(state_of(pool), 0)
    submitter.join(WAIT)

    assert submitter.error is None
    assert [7, 8, 9] == [task.number for task in pool.waiting()][:3]


def test_a_bell_rings_when_no_older_task_waits_any_more(gated, call):
    pool, _ = gated(1, 10, start=False)
    state, rung = state_of(pool), threading.Event()
    set_waiting(state, 1)

    me = object()
    assert not offering.stand_by(state, me, rung.set, "client")
    set_waiting(state, 0)
    assert rung.is_set()
    offering.step_back(state, me)


def test_a_task_of_the_pool_itself_submits_where_there_is_room(gated, call, gate):
    pool, _ = gated(1, 10)

    def body(ctx):
        gate(ctx)
        return pool.try_submit(call())

    parent = pool.submit(call(body))
    gate.await_entered()
    set_waiting(state_of(pool), 5)
    gate.release.set()

    assert parent.result(WAIT).wait(WAIT)


def test_the_gate_is_woken_by_a_worker_once_half_the_backlog_is_free(gated, call, gate):
    pool, woken = gated(1, 4)
    holds = pool.submit(call(gate))
    gate.await_entered()
    seen: list[int] = []
    some = older(lambda: call(lambda ctx: seen.append(len(woken))), range(11, 16))
    assert 4 == put_back_many(state_of(pool), some)
    assert not set_waiting(state_of(pool), 1)
    gate.release.set()
    assert holds.wait(WAIT)
    until(lambda: len(seen) == 4)

    assert [0, 1, 1, 1] == seen
    assert ["chasqui-default-w01"] == woken


def test_room_that_comes_while_the_gate_is_told_is_not_missed(gated, call):
    pool, _ = gated(1, 4, start=False)
    assert set_waiting(state_of(pool), 1)
    assert 4 == put_back_many(state_of(pool), older(call, range(1, 7)))
    assert not set_waiting(state_of(pool), 1)
    for number in (1, 2):
        pool.find(number).cancel()
    assert set_waiting(state_of(pool), 1)


def test_a_cancel_of_what_waits_wakes_the_gate(gated, call):
    pool, woken = gated(1, 2, start=False)
    put_back_many(state_of(pool), older(call, [1, 2]))
    pool.find(1).cancel()
    assert [] == woken
    set_waiting(state_of(pool), 1)
    pool.find(2).cancel()

    assert 1 == len(woken)


def test_a_submitter_that_leaves_lets_the_gate_be_told_of_room(gated, call, gate):
    pool, woken = gated(1, 2)
    holds = pool.submit(call(gate))
    gate.await_entered()
    put_back_many(state_of(pool), older(call, [11, 12]))
    set_waiting(state_of(pool), 1)
    with pytest.raises(BacklogFull):
        pool.submit(call(), timeout=0.001)
    gate.release.set()
    assert holds.wait(WAIT)

    until(lambda: woken)


def test_a_stopping_pool_needs_no_older_tasks(gated, call):
    pool, _ = gated(1, 10)
    set_waiting(state_of(pool), 5)
    assert pool.shutdown(WAIT).clean

    assert not set_waiting(state_of(pool), 5)
    assert 0 == put_back_many(state_of(pool), older(call, [1]))


# Many at once


def test_many_are_put_back_in_order_within_priority_and_lane(gated, call):
    pool, _ = gated(1, 100, start=False)
    mail = pool.lane("mail")
    some = [
        *older(call, [5, 9], 2),
        *older(call, [1], 0, mail),
        *older(call, [2, 3]),
        *older(call, [4], 0, mail),
    ]
    assert 6 == put_back_many(state_of(pool), some)

    assert [5, 9, 1, 2, 4, 3] == [task.number for task in pool.waiting()]
    assert 10 == pool.submit(call()).number
    assert (7, True) == (pool.metrics().accepted, pool.metrics().balanced)


def test_those_for_which_there_is_no_room_are_not_in_and_hold_nothing(gated, call):
    pool, _ = gated(1, 3, start=False)
    adopted, released = [], []

    def adopt(task):
        adopted.append(task.number)
        task._more.callbacks = [lambda one: released.append(one.number)]

    assert 3 == put_back_many(state_of(pool), older(call, range(1, 6), before=adopt))
    assert [1, 2, 3, 4, 5] == adopted
    assert [4, 5] == released
    assert [1, 2, 3] == [task.number for task in pool.waiting()]


def test_scheduled_tasks_are_among_those_put_back(gated, call):
    pool, _ = gated(1, 10, start=False)
    later = time.monotonic() + 3600
    some = older(call, [1, 2]) + older(call, [3], due=later) + older(call, [4])
    assert 4 == put_back_many(state_of(pool), some)

    assert [3] == [task.number for task in pool.scheduled()]
    assert [1, 2, 4] == [task.number for task in pool.waiting()]


@pytest.mark.parametrize("number", [3, 8])
def test_a_number_in_use_or_given_twice_is_refused_and_nothing_is_put_back(gated, call, number):
    pool, _ = gated(1, 10, start=False)
    put_back_many(state_of(pool), older(call, [3]))
    with pytest.raises(ValueError, match="number"):
        put_back_many(state_of(pool), older(call, [8, 9, number]))

    assert 1 == pool.metrics().accepted
