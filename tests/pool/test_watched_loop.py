"""A worker that goes from task to task reports each, and may be kept by its observer."""

from __future__ import annotations

import threading

import pytest

from chasqui.pool.reporting import watch_every
from chasqui.pool.state import state_of
from tests.pool.observing import Recorder
from tests.pool.submitting import Submitter
from tests.waiting import WAIT, until


@pytest.fixture
def watched(make_pool):
    def make(meanwhile, *args, **kwargs):
        heard = Recorder(meanwhile)
        pool = make_pool(*args, observer=heard, **kwargs)
        watch_every(state_of(pool), True)
        return pool, heard

    return make


def test_each_of_many_is_reported_before_its_body_and_after_it(watched, call):
    ran = []
    pool, heard = watched(lambda *_: None, 1, start=False)
    tasks = pool.submit_batch(
        [call(lambda ctx: ran.append(list(heard.heard[-1][1]))) for _ in range(200)]
    )
    pool.start()
    assert tasks[-1].wait(WAIT)

    numbers = [[task.number] for task in tasks]
    assert numbers == ran
    assert numbers == [one[1] for one in heard.heard if one[0] == "started"]
    assert numbers == [one[1] for one in heard.heard if one[0] == "ended"]


def test_an_end_is_reported_with_its_time_and_before_those_who_wait_wake(watched, call):
    seen = []

    def meanwhile(name, tasks):
        if name == "ended":
            (task,) = tasks
            seen.append((task.state, task.ran is not None, task.finished is not None))

    pool, _ = watched(meanwhile, 1, start=False)
    tasks = pool.submit_batch([call(), call(), call()])
    pool.start()
    assert tasks[-1].wait(WAIT)

    assert [("running", True, True)] * 3 == seen


def test_a_worker_that_is_held_while_it_reports_does_not_report_again(watched, call):
    def meanwhile(name, tasks):
        if name == "ended":  # as a reading does
            with state_of(pool).lock:
                for worker in state_of(pool).crew.workers:
                    worker.held = True

    pool, heard = watched(meanwhile, 1, start=False)
    tasks = pool.submit_batch([call(), call(), call()])
    pool.start()
    assert tasks[-1].wait(WAIT)

    assert [[1], [2], [3]] == [one[1] for one in heard.heard if one[0] == "ended"]
    assert (3, True) == (pool.metrics().completed, pool.metrics().balanced)


@pytest.mark.parametrize("care", [False, True])
def test_a_reading_does_not_wait_for_a_worker_that_its_observer_keeps(watched, call, care):
    entered, go_on, let_go = threading.Event(), threading.Event(), list[bool]()

    def meanwhile(name, tasks):
        if name == "ended" and not entered.is_set():
            entered.set()
            let_go.append(go_on.wait(WAIT))

    pool, heard = watched(meanwhile, 1)
    kept = pool.submit(call(), time_limit=60 if care else None)
    assert entered.wait(WAIT)
    waits = pool.submit(call())
    reading = pool.metrics()
    assert waits.cancel()
    shown = pool.waiting()
    go_on.set()
    assert kept.wait(WAIT)

    assert [True] == let_go
    assert (2, 1, 1, 0, True) == (
        reading.accepted, reading.running, reading.queued, reading.completed, reading.balanced
    )  # fmt: skip
    assert [] == shown
    assert "completed" == kept.state
    assert [[1], [2]] == [one[1] for one in heard.heard if one[0] == "ended"]


def test_a_shutdown_leaves_behind_a_worker_that_its_observer_keeps_too_long(watched, call):
    entered, go_on = threading.Event(), threading.Event()

    def meanwhile(name, tasks):
        if name == "ended":
            entered.set()
            assert go_on.wait(WAIT)

    pool, heard = watched(meanwhile, 1)
    kept, _ = pool.submit_batch([call(), call()])
    assert entered.wait(WAIT)
    ledger = pool.shutdown(0)
    go_on.set()
    until(lambda: kept.done)

    assert (True, 1, [2]) == (
        ledger.balanced, len(ledger.abandoned), [fate.number for fate in ledger.left]
    )  # fmt: skip
    assert [("ended", [1], "completed")] == [one for one in heard.heard if one[0] == "ended"]
    assert ("completed", True) == (kept.state, pool.metrics().balanced)


def test_readings_of_a_watched_pool_at_work_always_add_up(watched, call):
    pool, heard = watched(lambda *_: None, 3, 100)
    submitters = [
        Submitter(lambda: [pool.submit_batch([call()] * 20) for _ in range(20)]) for _ in range(2)
    ]
    readings = []
    while any(one.is_alive() for one in submitters):
        readings.append(pool.metrics())
    ledger = pool.shutdown(WAIT)

    assert all(one.balanced for one in readings)
    assert (800, 800) == (ledger.accepted, ledger.completed)
    assert 800 == len([one for one in heard.heard if one[0] == "ended"])
