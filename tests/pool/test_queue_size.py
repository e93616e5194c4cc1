"""How many tasks may wait, changed while a pool runs."""

from __future__ import annotations

import threading

import pytest

from chasqui import BacklogFull, Pool
from chasqui.pool.gate import Gate
from chasqui.pool.older import room_for_older
from chasqui.pool.state import state_of
from tests.waiting import WAIT, until


def test_a_larger_queue_lets_all_in_that_wait_for_it(make_pool, call, gate):
    pool = make_pool(1, 1)
    tasks = [pool.submit(call(gate)), pool.submit(call())]
    threads = [threading.Thread(target=lambda: tasks.append(pool.submit(call()))) for _ in range(3)]
    for thread in threads:
        thread.start()
    until(lambda: len(pool.blocked()) == 3)

    pool.resize(queue_size=4)
    for thread in threads:
        thread.join(WAIT)

    assert (5, 4, ()) == (len(tasks), pool.queue_size, pool.blocked())
    with pytest.raises(BacklogFull):
        pool.submit(call(), timeout=0)
    gate.release.set()


def test_a_smaller_queue_keeps_what_waits_and_lets_no_more_in_until_fewer_wait(make_pool, call):
    pool = make_pool(1, 5, start=False)
    tasks = [pool.submit(call()) for _ in range(4)]

    pool.resize(queue_size=2)

    with pytest.raises(BacklogFull, match="4 waiting"):
        pool.submit(call(), timeout=0)
    tasks[0].cancel()
    tasks[1].cancel()
    with pytest.raises(BacklogFull, match="2 waiting"):
        pool.submit(call(), timeout=0)
    tasks[2].cancel()
    pool.submit(call(), timeout=0)
    assert 1 == pool.workers_wanted


def test_both_sizes_are_set_at_once_or_neither(make_pool):
    pool = make_pool(2, 5)

    pool.resize(3, queue_size=7)
    for wrong in ({"workers": 4, "queue_size": -1}, {"workers": 0, "queue_size": 8}):
        with pytest.raises(ValueError, match="must be"):
            pool.resize(**wrong)
    with pytest.raises(TypeError, match="a number of workers, a queue_size or both"):
        pool.resize()

    assert (3, 7) == (pool.workers_wanted, pool.queue_size)


@pytest.mark.parametrize(("old", "new"), [(0, 5), (5, 0)])
def test_a_pool_keeps_its_kind_of_backlog_while_it_is_in_use(old, new):
    pool = Pool(2, old, name="cpu")

    with pytest.raises(ValueError, match=f"queue_size of pool 'cpu' is {old}, and cannot become"):
        pool.resize(3, queue_size=new)

    assert (2, old) == (pool.workers_wanted, pool.queue_size)


def test_a_larger_queue_wakes_those_who_bring_older_tasks_in(make_pool, call):
    pool, woken = make_pool(1, 4, start=False), []
    state = state_of(pool)
    state.gate = Gate(lambda: woken.append(pool.queue_size))
    for _ in range(4):
        pool.submit(call())
    state.gate.waiting = 9
    assert 0 == room_for_older(state)

    pool.resize(queue_size=20)

    assert [20] == woken
