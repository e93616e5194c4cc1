"""Reading: rates, utilisation, blocked submitters, windows."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from chasqui import Pool, PoolClosed
from chasqui.testing import FakeClock

WAIT = 10.0


def test_rates_and_utilisation_cover_the_last_ten_seconds(make_pool, call):
    clock = FakeClock()
    pool = make_pool(2, clock=clock)
    for _ in range(4):
        task = pool.submit(call(lambda ctx: ctx.sleep(4)))
        clock.await_sleepers(1)
        clock.advance(4)
        task.wait()
        reading = pool.metrics()

    # Of sixteen seconds; readings were taken at 4, 8 and 12, and the one at 4 is long enough ago.
    assert (12.0, 3 / 12, 0.5) == (reading.window, reading.rate, reading.utilisation)


def test_a_task_that_is_still_running_counts_as_used_time(make_pool, call):
    clock = FakeClock()
    pool = make_pool(4, clock=clock)
    task = pool.submit(call(lambda ctx: ctx.sleep(100)))
    clock.await_sleepers(1)
    clock.advance(8)

    assert 0.25 == pool.metrics().utilisation
    clock.advance(92)
    task.wait()


def test_a_first_reading_without_time_passed_has_no_rates(make_pool):
    reading = make_pool(1, clock=FakeClock()).metrics()

    assert (0, 0, 0) == (reading.rate, reading.utilisation, reading.window)


def test_waits_and_runs_are_measured(make_pool, call):
    clock = FakeClock()
    pool = make_pool(1, clock=clock, start=False)
    tasks = [pool.submit(call(lambda ctx: ctx.sleep(2))) for _ in range(2)]
    clock.advance(5)
    pool.start()
    for task in tasks:
        clock.await_sleepers(1)
        clock.advance(2)
        task.wait()
    reading = pool.metrics()

    assert (2, 7.0, 2, 2.0) == (
        reading.wait.count,
        reading.wait.max,
        reading.run.count,
        reading.run.max,
    )


def test_a_submitter_that_waits_for_room_is_listed_with_its_call_and_since_when(make_pool, call):
    clock = FakeClock()
    pool = make_pool(1, 1, clock=clock, start=False)
    pool.submit(call())

    def submit():
        with pytest.raises(PoolClosed):
            pool.submit(call(), timeout=3600)

    submitter = threading.Thread(target=submit, name="the-producer")
    submitter.start()
    clock.await_sleepers(1)
    (blocked,) = pool.blocked()

    assert "the-producer" == blocked.thread
    assert clock.time() == pytest.approx(blocked.since)
    assert Path(__file__).name in blocked.site
    assert 1 == pool.metrics().blocked
    pool.shutdown(0)
    submitter.join(WAIT)
    assert () == pool.blocked()


def test_times_stay_the_same_to_the_last_digit_and_follow_a_clock_that_is_set(make_pool, call):
    clock = FakeClock()
    pool = make_pool(1, clock=clock)
    task = pool.submit(call())
    task.wait()
    before = task.created, task.started, task.finished
    clock.advance(3)

    assert (clock.time() - 3,) * 3 == before == (task.created, task.started, task.finished)
    clock._time += 3600
    assert before[0] + 3600 == task.created


def test_a_waiting_task_has_neither_begun_nor_ended(make_pool, call):
    task = make_pool(1, start=False).submit(call())

    assert (None,) * 5 == (task.started, task.finished, task.waited, task.ran, task.worker)
    assert (0, None, None, None) == (task.attempts, task.error, task.traceback, task.progress)


def test_pausing_twice_is_as_pausing_once(make_pool, call):
    pool = make_pool(1)
    pool.pause()
    pool.pause()
    task = pool.submit(call(lambda ctx: "ran"))
    pool.resume()

    assert "ran" == task.result(WAIT)


def test_a_pool_that_is_stopping_is_not_paused(make_pool, call, gate):
    pool = make_pool(1)
    pool.submit(call(gate))
    gate.await_entered()
    stopper = threading.Thread(target=pool.shutdown, args=(WAIT,))
    stopper.start()
    while pool.state != "stopping":
        pass

    for refused in (pool.pause, pool.resume, lambda: pool.resize(2)):
        with pytest.raises(PoolClosed, match="stopping"):
            refused()
    gate.release.set()
    stopper.join(WAIT)


def test_a_pool_of_any_priority_listed_in_order(make_pool, call):
    pool = make_pool(1, start=False)
    for priority in (0, 7, -1, 7):
        pool.submit(call(), priority=priority)

    assert [2, 4, 1, 3] == [task.number for task in pool.waiting()]
    assert [4, 1] == [task.number for task in pool.waiting(1, 2)]
    assert 7 == pool.find(2).priority


def test_the_exit_of_a_program_ends_what_it_has_left_running():
    code = (
        "import threading\n"
        "from chasqui import Pool\n"
        "class Say:\n"
        "    id = name = 'say'\n"
        "    def execute(self, ctx): threading.main_thread().join(); print('said', flush=True)\n"
        "pool = Pool(1); pool.start(); pool.submit(Say()); pool.submit(Say())\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=30)

    assert ("said\nsaid\n", "") == (done.stdout, done.stderr)


def test_a_pool_that_nobody_started_is_not_waited_for():
    assert "new" == Pool(1).state
