"""Tasks that wait for a time hold no worker, are counted, and are never lost."""

from __future__ import annotations

import itertools
import threading
from typing import Any

import pytest

from chasqui import BacklogFull, Cancelled, PoolClosed
from chasqui.pool.schedule import call_at
from chasqui.pool.state import state_of
from chasqui.testing import FakeClock
from tests.pool.conftest import WAIT
from tests.pool.observing import Recorder
from tests.waiting import Meeting, until

A_WHILE = 0.1  # real seconds


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


def counts(pool):
    now = pool.metrics()
    assert now.balanced
    return now.scheduled, now.queued, now.running, now.completed, now.failed, now.cancelled


def test_a_delayed_task_waits_in_the_schedule_and_runs_when_it_is_due(make_pool, call, clock):
    pool = make_pool(1, clock=clock)
    task = pool.submit_later(call(lambda ctx: "late"), 10)

    assert ("scheduled", (1, 0, 0, 0, 0, 0)) == (task.state, counts(pool))
    assert task is pool.find(task.number)
    assert clock.time() + 10 == pytest.approx(task.due)
    clock.advance(9.9)
    assert ("scheduled", 0) == (task.state, task.attempts)
    clock.advance(0.2)

    assert "late" == task.result(WAIT)
    assert (0, 0, 0, 1, 0, 0) == counts(pool)
    assert 10 == pytest.approx(task.started - task.created, abs=0.2)


def test_tasks_come_due_in_the_order_of_their_time(make_pool, call, clock):
    pool = make_pool(1, clock=clock)
    ran = []
    tasks = [
        pool.submit_later(call(lambda ctx, after=after: ran.append(after)), after)
        for after in (3, 1, 2)
    ]

    assert [tasks[1], tasks[2], tasks[0]] == pool.scheduled()
    for _ in range(3):
        clock.advance(1)
        until(lambda: len(ran) == int(clock.monotonic() - 1_000_000))
    assert [1, 2, 3] == ran


def test_a_task_that_is_due_enters_a_full_backlog(make_pool, call, clock, gate):
    pool = make_pool(1, 1, clock=clock)
    pool.submit(call(gate))
    gate.await_entered()
    late = pool.submit_later(call(), 1)
    pool.submit(call())
    with pytest.raises(BacklogFull):
        pool.try_submit(call())

    clock.advance(1)
    until(lambda: late.state == "queued")

    assert (0, 2, 1, 0, 0, 0) == counts(pool)
    gate.release.set()
    assert late.wait(WAIT)


def test_a_failed_task_is_tried_again_when_the_observer_says_so(make_pool, call, clock):
    attempts = []

    def body(ctx):
        attempts.append(ctx.task.attempts)
        if len(attempts) < 3:
            raise OSError("not yet")
        return "third time"

    pool = make_pool(1, clock=clock, retry=lambda task: 5.0)
    task = pool.submit(call(body))
    for number in (1, 2):
        until(lambda number=number: task.state == "scheduled" and len(attempts) == number)
        assert (1, 0, 0, 0, 0, 0) == counts(pool)
        assert (None, None) == (task.error, task.started)
        assert number == task.attempts
        clock.advance(5)

    assert "third time" == task.result(WAIT)
    assert (3, 3) == (task.attempts, len(attempts))
    assert (0, 0, 0, 1, 0, 0) == counts(pool)
    assert 3 == pool.metrics().run.count


def test_callbacks_and_waiters_hear_of_the_last_attempt_only(make_pool, call, clock):
    told = []
    pool = make_pool(1, clock=clock, retry=lambda task: 1.0 if task.attempts < 2 else None)
    task = pool.submit(call(lambda ctx: 1 / 0))
    task.add_done_callback(lambda task: told.append((task.state, task.attempts)))
    until(lambda: task.state == "scheduled")
    assert not task.wait(0)
    clock.advance(1)

    assert task.wait(WAIT)
    until(lambda: told)
    assert [("failed", 2)] == told


def test_a_retry_function_that_raises_leaves_the_task_failed(make_pool, call, caplog):
    pool = make_pool(1, retry=lambda task: 1 / 0)

    task = pool.submit(call(lambda ctx: int("x")))

    assert task.wait(WAIT)
    assert "failed" == task.state
    assert "its retry function raised" in caplog.text


def test_a_scheduled_task_can_be_cancelled(make_pool, call, clock):
    pool = make_pool(1, clock=clock)
    task = pool.submit_later(call(), 10)

    assert task.cancel()
    assert (0, 0, 0, 0, 0, 1) == counts(pool)
    with pytest.raises(Cancelled):
        task.result(0)
    clock.advance(20)
    assert (0, 0, 0, 0, 0, 1) == counts(pool)
    assert pool.shutdown(WAIT).clean


def test_the_schedule_is_bounded(make_pool, call, clock):
    pool = make_pool(1, clock=clock, schedule_size=2)
    for _ in range(2):
        pool.submit_later(call(), 10)

    with pytest.raises(BacklogFull, match="the schedule is full"):
        pool.submit_later(call(), 10)
    assert (2, 1) == (pool.metrics().accepted, pool.metrics().rejected)


def test_a_pool_that_stops_accepts_nothing_for_later(make_pool, call):
    pool = make_pool(1)
    pool.shutdown(WAIT)

    with pytest.raises(PoolClosed):
        pool.submit_later(call(), 10)


def test_a_drain_runs_what_comes_due_before_its_deadline_and_leaves_the_rest(
    make_pool, call, clock
):
    pool = make_pool(1, clock=clock)
    soon, later = pool.submit_later(call(), 5), pool.submit_later(call(), 50)
    ledgers = []
    closer = threading.Thread(target=lambda: ledgers.append(pool.shutdown(10)))
    closer.start()
    until(lambda: pool.state == "stopping")
    clock.advance(5)
    closer.join(WAIT)

    assert ("completed", "scheduled") == (soon.state, later.state)
    (ledger,) = ledgers
    assert ([(later.number, "scheduled")], True) == (
        [(fate.number, fate.state) for fate in ledger.left],
        ledger.balanced,
    )
    with pytest.raises(PoolClosed, match="left in the schedule"):
        later.result(0)


def test_a_drain_without_a_deadline_waits_for_retries_and_leaves_delays(make_pool, call, clock):
    failed = []

    def body(ctx):
        failed.append(1)
        if len(failed) == 1:
            raise OSError

    pool = make_pool(1, clock=clock, retry=lambda task: 3600.0)
    retried, delayed = pool.submit(call(body)), pool.submit_later(call(), 7200)
    until(lambda: retried.state == "scheduled")
    closer = threading.Thread(target=pool.shutdown)
    closer.start()
    until(lambda: pool.state == "stopping")
    clock.advance(3600)
    closer.join(WAIT)

    assert ("completed", "scheduled") == (retried.state, delayed.state)


def test_a_drain_without_a_deadline_runs_what_is_due_already(make_pool, call):
    pool = make_pool(1)
    reached, release = threading.Event(), threading.Event()
    call_at(state_of(pool), 0.0, lambda: (reached.set(), release.wait(WAIT)))
    assert reached.wait(WAIT)  # the thread that would put the task in gets to it later
    due = pool.submit_later(call(), 0)
    closer = threading.Thread(target=pool.shutdown)
    closer.start()
    until(lambda: pool.state != "running")
    closer.join(A_WHILE)  # a worker that does not wait for it would be gone by now
    release.set()
    closer.join(WAIT)

    assert "completed" == due.state


def test_a_drain_waits_for_the_retry_of_a_task_whose_worker_was_surplus(
    make_pool, call, clock, gate
):
    fail = threading.Event()

    def body(ctx):
        gate(ctx)
        if ctx.task is surplus and ctx.task.attempts == 1:
            assert fail.wait(WAIT)
            raise OSError

    pool = make_pool(2, clock=clock, retry=lambda task: 5.0)
    tasks = [pool.submit(call(body)) for _ in range(2)]
    gate.await_entered(2)
    pool.resize(1)
    surplus = next(worker.task for worker in pool.workers() if worker.retired)
    closer = threading.Thread(target=pool.shutdown)
    closer.start()
    until(lambda: pool.state == "stopping")
    gate.release.set()
    until(lambda: len(pool.workers()) == 1)  # the other has left, since nothing waits
    fail.set()
    until(lambda: surplus.state == "scheduled")
    clock.advance(5)
    closer.join(WAIT)

    assert [("completed", 2)] == [(one.state, one.attempts) for one in tasks if one is surplus]


def test_whoever_waits_for_a_cancelled_delay_is_told_before_anything_can_interrupt_it(
    make_pool, call, clock, monkeypatch
):
    told: list[Any] = []
    pool = make_pool(1, clock=clock, observer=Recorder(lambda name, tasks: told.extend(tasks)))
    task = pool.submit_later(call(), 10)
    task.add_done_callback(told.append)
    monkeypatch.setattr(
        state_of(pool).timer, "forget", lambda number: 1 / 0
    )  # as a handler may raise

    with pytest.raises(ZeroDivisionError):
        task.cancel()
    assert [task, task] == told


def test_a_shutdown_that_drops_cancels_the_schedule_as_well(make_pool, call, clock):
    pool = make_pool(1, clock=clock)
    task = pool.submit_later(call(), 10)

    ledger = pool.shutdown(WAIT, drain=False)

    assert ("cancelled", 1, True) == (task.state, ledger.cancelled, ledger.clean)


def test_a_task_that_fails_while_the_pool_drops_is_not_tried_again(make_pool, call, gate):
    def body(ctx):
        gate(ctx)
        raise OSError

    pool = make_pool(1, retry=lambda task: 0.0)
    task = pool.submit(call(body))
    gate.await_entered()
    closer = threading.Thread(target=pool.shutdown, kwargs={"timeout": WAIT, "drain": False})
    closer.start()
    until(lambda: pool.state == "stopping")
    gate.release.set()
    closer.join(WAIT)

    assert ("failed", 1) == (task.state, task.attempts)


def test_a_pool_without_a_schedule_starts_no_timer(make_pool, call):
    pool = make_pool(1)
    pool.submit(call()).wait(WAIT)

    assert not [one for one in threading.enumerate() if "timer" in one.name]


def test_readings_stay_exact_while_tasks_fail_and_come_back(make_pool, call):
    numbers, workers, stops = itertools.count(), 4, range(50, 500, 50)
    pool = make_pool(workers, retry=lambda task: 0.0 if task.attempts < 3 else None)
    meeting, readings, held = Meeting(workers), [], []

    def body(ctx):
        number = next(numbers)
        if 50 <= number < 500 and number % 50 < workers:  # all of them are held at once
            meeting.attend()
        if number % 3:
            raise OSError

    def read():
        readings.append(pool.metrics())

    tasks = [pool.submit(call(body)) for _ in range(500)]
    for _ in stops:
        with meeting.held(meanwhile=read):
            held.append(pool.metrics())
    until(lambda: read() or all(task.done for task in tasks))
    ledger = pool.shutdown(WAIT)

    assert all(reading.balanced for reading in readings + held)
    assert [(workers, attempts) for attempts in stops] == [
        (now.running, now.run.count) for now in held
    ]
    assert ledger.clean and ledger.balanced
    assert 500 == ledger.completed + ledger.failed
    assert sum(task.attempts for task in tasks) == pool.metrics().run.count


def test_what_was_put_off_and_cancelled_takes_no_room_until_it_would_have_been_due(
    make_pool, call, clock
):
    pool = make_pool(1, clock=clock, retry=lambda task: 3600)
    ran = []
    kept = [
        pool.submit_later(call(lambda ctx, after=after: ran.append(after)), after)
        for after in (30, 10, 20)
    ]
    for number in range(1000):
        assert pool.submit_later(call(lambda ctx: ran.append("no")), 1 + number % 50).cancel()
    failed = pool.submit_batch([call(lambda ctx: 1 / 0) for _ in range(1000)])
    until(lambda: len(kept) + len(failed) == pool.metrics().scheduled)
    assert all(task.cancel() for task in failed)

    assert len(state_of(pool).timer._calls) < 200
    clock.advance(60)
    assert all(task.wait(WAIT) for task in kept)
    assert [10, 20, 30] == ran
    assert 2000 == pool.metrics().cancelled
