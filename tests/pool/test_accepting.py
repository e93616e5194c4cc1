"""Accepting work: order, room, refusals."""

from __future__ import annotations

import threading
import time

import pytest

from chasqui import BacklogFull, Pool, PoolClosed, WouldDeadlock
from chasqui.pool.state import state_of
from chasqui.testing import FakeClock

WAIT = 10.0


@pytest.mark.parametrize(
    ("name", "least"),
    [("workers", 1), ("queue_size", 0), ("schedule_size", 0), ("max_abandoned", 0)],
)
def test_a_pool_refuses_a_size_that_makes_no_sense(name, least):
    with pytest.raises(ValueError, match=f"{name} must be at least {least}, got {least - 1}"):
        Pool(**{name: least - 1})
    for size in (2.5, float("nan"), "5", True):
        with pytest.raises(ValueError, match=f"{name} must be a whole number, got {size!r}"):
            Pool(**{name: size})  # type: ignore[arg-type]


def test_a_pool_refuses_to_be_resized_to_what_makes_no_sense(make_pool):
    pool = make_pool(2)
    for size in (0, 2.5, float("nan"), "5"):
        with pytest.raises(ValueError, match="workers must be"):
            pool.resize(size)

    assert 2 == pool.workers_wanted


def test_a_task_has_the_result_of_its_work(make_pool, call):
    task = make_pool(1).submit(call(lambda ctx: 42))

    assert 42 == task.result(WAIT)
    assert "completed" == task.state


def test_tasks_of_one_priority_start_in_order_of_submission(make_pool, call):
    pool = make_pool(1, start=False)
    ran = []
    tasks = [pool.submit(call(lambda ctx, n=n: ran.append(n))) for n in range(50)]

    pool.start()

    assert all(task.wait(WAIT) for task in tasks)
    assert list(range(50)) == ran


def test_a_higher_priority_starts_first(make_pool, call):
    pool = make_pool(1, start=False)
    ran = []
    for priority in (0, 5, -3, 5, 0):
        pool.submit(call(lambda ctx, p=priority: ran.append(p)), priority=priority)

    pool.start()
    pool.shutdown(WAIT)

    assert [5, 5, 0, 0, -3] == ran


def test_a_full_backlog_refuses_at_once_and_counts_it(make_pool, call):
    pool = make_pool(1, 2, start=False)
    for _ in range(2):
        pool.try_submit(call())

    with pytest.raises(BacklogFull, match="task queue is full"):
        pool.try_submit(call())
    assert (2, 1, 2) == (pool.metrics().accepted, pool.metrics().rejected, pool.metrics().queued)


def test_a_submit_with_a_timeout_gives_up_when_it_has_passed(make_pool, call):
    clock = FakeClock()
    pool = make_pool(1, 1, clock=clock, start=False)
    pool.submit(call())
    refused = []

    def submit():
        with pytest.raises(BacklogFull):
            pool.submit(call(), timeout=5)
        refused.append(clock.monotonic())

    submitter = threading.Thread(target=submit)
    began = clock.monotonic()
    submitter.start()
    clock.await_sleepers(1)
    clock.advance(4.9)
    assert submitter.is_alive()
    clock.await_sleepers(1)
    clock.advance(0.2)
    submitter.join(WAIT)

    assert [began + 5.1] == pytest.approx(refused)


def test_a_blocked_submit_goes_on_when_there_is_room(make_pool, call, gate):
    pool = make_pool(1, 1)
    pool.submit(call(gate))
    gate.await_entered()
    pool.submit(call())
    got = []
    submitter = threading.Thread(target=lambda: got.append(pool.submit(call(lambda ctx: "in"))))
    submitter.start()

    gate.release.set()
    submitter.join(WAIT)

    assert "in" == got[0].result(WAIT)


def test_a_hand_off_pool_accepts_only_while_a_worker_is_idle(make_pool, call, gate):
    pool = make_pool(1, 0)
    pool.submit(call(gate), timeout=WAIT)
    gate.await_entered()

    with pytest.raises(BacklogFull):
        pool.try_submit(call())
    gate.release.set()

    assert pool.submit(call(), timeout=WAIT).wait(WAIT)


def test_a_submitter_that_waits_for_a_hand_off_is_told_of_an_idle_worker(make_pool, call, gate):
    pool = make_pool(1, 0)
    pool.submit(call(gate), timeout=WAIT)
    gate.await_entered()
    got = []
    # Without a timeout: at the end of one it would look again, told or not.
    submitter = threading.Thread(target=lambda: got.append(pool.submit(call())))
    submitter.start()
    while not pool.blocked():
        pass
    gate.release.set()
    submitter.join(WAIT)

    assert got and got[0].wait(WAIT)


def test_a_batch_that_stops_early_says_what_it_accepted(make_pool, call):
    pool = make_pool(1, 3, start=False)

    with pytest.raises(BacklogFull) as refused:
        pool.submit_batch([call() for _ in range(5)], timeout=0)

    assert [1, 2, 3] == [task.number for task in refused.value.accepted]
    assert (3, 2) == (pool.metrics().accepted, pool.metrics().rejected)


def test_what_a_refused_batch_got_in_starts_at_once(make_pool, call):
    pool = make_pool(1, 2)
    pool.submit(call()).wait(WAIT)
    while pool.metrics().running or not state_of(pool).idle:  # until its worker sleeps
        time.sleep(0)

    with pytest.raises(BacklogFull) as refused:
        pool.submit_batch([call() for _ in range(3)], timeout=0)

    assert all(task.wait(WAIT) for task in refused.value.accepted)


def test_a_batch_larger_than_the_backlog_waits_for_room(make_pool, call):
    pool = make_pool(2, 5)

    tasks = pool.submit_batch([call(lambda ctx, n=n: n) for n in range(100)])

    assert list(range(100)) == [task.result(WAIT) for task in tasks]


def test_submitting_to_a_stopped_pool_is_refused(make_pool, call):
    pool = make_pool(1)
    pool.shutdown(WAIT)

    for submit in (pool.submit, pool.try_submit, lambda work: pool.submit_batch([work])):
        with pytest.raises(PoolClosed, match="stopped"):
            submit(call())


def test_a_submitter_that_waits_for_room_is_refused_when_the_pool_stops(make_pool, call, gate):
    pool = make_pool(1, 1)
    pool.submit(call(gate))
    gate.await_entered()
    pool.submit(call())
    refusals = []

    def submit():
        try:
            pool.submit(call())
        except PoolClosed as error:
            refusals.append(str(error))

    submitter = threading.Thread(target=submit)
    submitter.start()
    stopper = threading.Thread(target=pool.shutdown, args=(WAIT,))
    stopper.start()
    submitter.join(WAIT)
    gate.release.set()
    stopper.join(WAIT)

    assert 1 == len(refusals)


def test_starting_twice_or_after_a_shutdown_is_refused(make_pool):
    pool = make_pool(1)

    with pytest.raises(PoolClosed, match="running"):
        pool.start()
    pool.shutdown(WAIT)
    with pytest.raises(PoolClosed, match="stopped"):
        pool.start()


def test_a_task_that_blocks_on_its_own_full_pool_is_told_so(make_pool, call):
    pool = make_pool(1, 1)

    def greedy(ctx):
        pool.submit(call())
        pool.submit(call())

    task = pool.submit(call(greedy))

    with pytest.raises(WouldDeadlock, match="full pool"):
        task.result(WAIT)


def test_a_task_may_wait_for_another_while_a_worker_is_left(make_pool, call):
    pool = make_pool(2, 10)

    task = pool.submit(call(lambda ctx: pool.submit(call(lambda ctx: "inner")).result(WAIT)))

    assert "inner" == task.result(WAIT)


def test_the_last_free_worker_is_refused_a_wait_for_a_queued_task(make_pool, call):
    pool = make_pool(2, 10)
    both_run = threading.Barrier(2, timeout=WAIT)

    def wait_for_another(ctx):
        both_run.wait()
        return pool.submit(call(lambda ctx: "inner")).result(WAIT)

    outer = [pool.submit(call(wait_for_another)) for _ in range(2)]
    for task in outer:
        task.wait(WAIT)

    assert ["completed", "failed"] == sorted(task.state for task in outer)
    assert {"WouldDeadlock"} == {type(t.error).__name__ for t in outer if t.error}


def test_a_task_that_waits_for_itself_is_told_so(make_pool, call):
    pool = make_pool(2, 10)
    task = pool.submit(call(lambda ctx: ctx.task.result()))

    with pytest.raises(WouldDeadlock, match="itself"):
        task.result(WAIT)
