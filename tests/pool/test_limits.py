"""A body that ignores its time limit costs its worker, never the pool's capacity."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from chasqui import TimeLimit
from chasqui.pool.state import state_of
from chasqui.pool.threads import start_daemon
from chasqui.testing import FakeClock
from tests.pool.conftest import WAIT, Gate
from tests.waiting import until


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


def test_a_worker_whose_task_ignores_its_limit_is_abandoned_and_replaced(
    make_pool, call, gate, clock
):
    pool = make_pool(1, grace=1, clock=clock)
    stuck = pool.submit(call(gate), time_limit=5)
    gate.await_entered()
    clock.advance(5.5)
    assert "running" == stuck.state
    clock.advance(1)

    assert stuck.wait(WAIT)
    assert isinstance(stuck.error, TimeLimit)
    assert "self.release.wait" in stuck.traceback
    head, first, *_, last = stuck.traceback.splitlines()
    assert "Traceback (most recent call last):" == head
    assert "in execute" in first, "it begins at the task's own code"
    assert "chasqui.errors.TimeLimit: the task ran past its time limit of 5 s" == last
    assert "in" == pool.submit(call(lambda ctx: "in")).result(WAIT)
    (worker,) = pool.workers_abandoned
    assert ("abandoned", ["w02"]) == (worker.state, [one.name for one in pool.workers()])
    now = pool.metrics()
    assert (now.balanced, now.failed, now.completed, now.workers) == (True, 1, 1, 1)


def test_what_comes_late_is_counted_and_dropped(make_pool, call, gate, clock):
    pool = make_pool(1, grace=1, clock=clock)
    stuck = pool.submit(call(gate), time_limit=5)
    gate.await_entered()
    clock.advance(6.5)
    assert stuck.wait(WAIT)
    gate.release.set()
    until(lambda: state_of(pool).crew.late == 1)

    assert ("failed", ()) == (stuck.state, pool.workers_abandoned)
    with pytest.raises(TimeLimit):
        stuck.result(0)
    assert (1, 0) == (pool.metrics().failed, pool.metrics().completed)
    assert pool.shutdown(WAIT).clean


def test_a_late_attempt_does_not_touch_the_one_after_it(make_pool, call, clock):
    first, second = threading.Event(), threading.Event()
    entered, seen = threading.Semaphore(0), []

    def body(ctx):
        attempt = ctx.task.attempts
        entered.release()
        assert (first if attempt == 1 else second).wait(WAIT)
        ctx.progress(attempt, 2)
        seen.append((attempt, ctx.cancelled))
        return attempt

    failed = []

    def again(task):
        failed.append(task.traceback)
        return 0.0 if len(failed) < 3 else None

    pool = make_pool(1, grace=1, clock=clock, retry=again)
    task = pool.submit(call(body), time_limit=5)
    assert entered.acquire(timeout=WAIT)
    clock.advance(6.5)
    assert entered.acquire(timeout=WAIT), failed
    first.set()
    until(lambda: state_of(pool).crew.late == 1)
    assert ("running", None) == (task.state, task.progress)
    second.set()

    assert 2 == task.result(WAIT)
    assert [(1, True), (2, False)] == seen
    assert (2, (2, 2, "")) == (task.attempts, task.progress)
    now = pool.metrics()
    assert (now.balanced, now.completed, now.failed) == (True, 1, 0)


def test_a_body_that_heeds_its_limit_keeps_its_worker(make_pool, call, clock):
    pool = make_pool(1, grace=1, clock=clock)
    task = pool.submit(call(lambda ctx: (ctx.sleep(60), ctx.raise_if_cancelled())), time_limit=5)
    clock.await_sleepers(2)  # the task, and the timer
    clock.advance(5)

    assert task.wait(WAIT)
    assert isinstance(task.error, TimeLimit)
    assert (["w01"], ()) == ([one.name for one in pool.workers()], pool.workers_abandoned)


def test_a_worker_that_was_stuck_is_shown_as_running_with_its_next_task(make_pool, call, gate):
    clock = FakeClock()
    pool = make_pool(1, clock=clock, max_abandoned=0)
    release = threading.Event()
    late = pool.submit(call(lambda ctx: release.wait(WAIT)), time_limit=5)
    until(lambda: late.state == "running")
    after = pool.submit(call(gate))
    until(lambda: clock.advance(1) or pool.workers()[0].state == "stuck")
    release.set()
    gate.await_entered()

    assert ("failed", "running") == (late.state, after.state)
    assert "running" == pool.workers()[0].state
    gate.release.set()


def test_no_more_workers_are_given_up_than_may_be_and_the_rest_is_shown_as_stuck(
    make_pool, call, gate, clock
):
    pool = make_pool(2, grace=1, clock=clock, max_abandoned=1)
    tasks = [pool.submit(call(gate), time_limit=5) for _ in range(2)]
    gate.await_entered(2)
    clock.advance(6.5)
    until(lambda: any(task.done for task in tasks))
    until(lambda: any(worker.state == "stuck" for worker in pool.workers()))

    assert 1 == len(pool.workers_abandoned)
    assert sorted(task.state for task in tasks) == ["failed", "running"]
    gate.release.set()
    until(lambda: all(task.done for task in tasks))
    until(lambda: all(worker.state == "idle" for worker in pool.workers()))
    assert pool.metrics().balanced


def test_a_lane_that_a_surplus_worker_leaves_when_it_is_given_up_is_served_by_one_that_sleeps(
    make_pool, call, gate, clock
):
    pool = make_pool(1, grace=1, clock=clock)
    lane = pool.lane("narrow")
    pool.limit("narrow", concurrency=1)
    stuck = pool.submit(call(gate), time_limit=5, lane=lane)
    gate.await_entered()
    pool.resize(2)
    other = Gate()
    busy = pool.submit(call(other))
    other.await_entered()
    waiting = pool.submit(call(), lane=lane)
    pool.resize(1)
    assert [True, False] == [worker.retired for worker in pool.workers()]
    other.release.set()
    assert busy.wait(WAIT)
    until(lambda: [worker.parked.locked() for worker in state_of(pool).idle] == [True])
    clock.advance(6.5)

    until(lambda: waiting.done)  # nobody moves the clock, on which a wait would last for ever
    assert ("failed", "completed") == (stuck.state, waiting.state)
    gate.release.set()


def test_a_worker_that_was_to_leave_stays_in_place_of_one_that_is_given_up(
    make_pool, call, gate, clock
):
    pool = make_pool(3, grace=1, clock=clock)
    busy = [pool.submit(call(gate)) for _ in range(2)]
    gate.await_entered(2)
    stuck = pool.submit(call(gate), time_limit=5)
    gate.await_entered()
    pool.resize(2)
    assert [True, False, False] == [worker.retired for worker in pool.workers()]
    waiting = pool.submit(call())
    clock.advance(6.5)
    assert stuck.wait(WAIT)

    assert [False, False] == [worker.retired for worker in pool.workers()]
    assert {task.worker for task in busy} == {worker.name for worker in pool.workers()}
    assert ("queued", 2) == (waiting.state, pool.metrics().busy)
    gate.release.set()
    assert waiting.wait(WAIT)


def test_abandoned_threads_do_not_delay_a_shutdown(make_pool, call, gate, clock):
    pool = make_pool(1, grace=1, clock=clock)
    stuck = pool.submit(call(gate), time_limit=5)
    gate.await_entered()
    clock.advance(6.5)
    assert stuck.wait(WAIT)

    ledger = pool.shutdown(WAIT)

    assert (1, True, True) == (ledger.failed, ledger.clean, ledger.balanced)


def test_readings_stay_exact_while_workers_are_given_up(make_pool, call, clock):
    pool = make_pool(4, grace=1, max_abandoned=50, clock=clock)
    release = threading.Event()
    stuck = [pool.submit(call(lambda ctx: release.wait(WAIT)), time_limit=1) for _ in range(8)]
    readings = []

    def look():
        readings.append(pool.metrics())
        clock.advance(0.125)  # time passes only after a reading
        return all(task.done for task in stuck)

    until(look)
    release.set()
    until(lambda: state_of(pool).crew.late == 8)

    assert all(reading.balanced for reading in readings)
    assert len(readings) >= 4 / 0.125  # two rounds, of a limit and a grace each
    assert pool.shutdown(WAIT).balanced
    assert (8, 0) == (pool.metrics().failed, pool.metrics().running)


def test_a_drain_loses_nothing_while_its_last_worker_is_given_up(make_pool, call):
    pool = make_pool(1, grace=0)
    release, called = threading.Event(), threading.Event()
    stuck = pool.submit(call(lambda ctx: release.wait(WAIT)), time_limit=0.05)
    # Its callback takes its time, on the thread that gives the worker up.
    stuck.add_done_callback(lambda task: (called.set(), release.wait(0.2)))
    rest = pool.submit_batch([call() for _ in range(5)])

    ledger = pool.shutdown()
    assert called.wait(WAIT)
    release.set()

    assert ledger.clean and ledger.balanced
    assert {"completed"} == {task.state for task in rest}


def test_a_callback_of_a_task_given_up_may_wait_for_the_room_that_the_next_worker_makes(
    make_pool, call
):
    pool = make_pool(1, 1, grace=0)
    release, got = threading.Event(), []
    stuck = pool.submit(call(lambda ctx: release.wait(WAIT)), time_limit=0.05)
    stuck.add_done_callback(lambda task: got.append(pool.submit(call(), timeout=WAIT)))
    until(lambda: pool.metrics().running == 1)
    waiting = pool.submit(call())

    assert waiting.wait(WAIT)
    until(lambda: got and got[0].done)
    release.set()
    assert "completed" == got[0].state


@pytest.mark.parametrize("of", [lambda task: task, lambda task: task.future()])
def test_a_callback_of_a_task_given_up_that_takes_long_delays_no_schedule(
    make_pool, call, gate, clock, of
):
    pool = make_pool(1, grace=1, clock=clock)
    stuck, slow = pool.submit(call(gate), time_limit=5), Gate()
    of(stuck).add_done_callback(slow)
    later = pool.submit_later(call(), 60)
    gate.await_entered()
    clock.advance(6.5)
    slow.await_entered()
    clock.advance(60)

    until(lambda: later.done)
    slow.release.set()


def test_what_a_callback_raises_on_the_timer_s_thread_stops_no_schedule(make_pool, call, caplog):
    pool = make_pool(1, grace=0)
    release = threading.Event()

    def leave(task):
        raise SystemExit(1)

    stuck = pool.submit(call(lambda ctx: release.wait(WAIT)), time_limit=0.05)
    stuck.add_done_callback(leave)
    later = pool.submit_later(call(), 0.2)

    assert later.wait(WAIT)
    release.set()
    assert "a callback raised" in caplog.text


@pytest.mark.parametrize("shuts_down", [True, False])
def test_a_callback_on_the_timer_s_thread_may_wait_for_retries(make_pool, call, shuts_down):
    release = threading.Event()
    ledgers: list[Any] = []

    def wait(task):
        known.wait(WAIT)
        if not shuts_down:
            again.wait()
        ledgers.append(pool.shutdown())

    pool: Any
    stuck: Any
    again: Any
    known = threading.Event()
    pool = make_pool(2, grace=0, retry=lambda task: None if task is stuck else 0.2)
    stuck = pool.submit(call(lambda ctx: release.wait(WAIT)), time_limit=0.05)
    stuck.add_done_callback(wait)
    attempts = []

    def body(ctx):
        attempts.append(ctx)
        if len(attempts) == 1:
            raise OSError

    again = pool.submit(call(body))
    known.set()

    until(lambda: ledgers)
    release.set()
    assert ("completed", 2) == (again.state, len(attempts))
    assert ledgers[0].balanced and ledgers[0].completed == 1


def test_callbacks_of_two_that_are_given_up_at_once_may_both_shut_down(make_pool, call, clock):
    pool, gates, ledgers = make_pool(2, grace=1, clock=clock), [Gate(), Gate()], []
    stuck = [pool.submit(call(gate), time_limit=5) for gate in gates]
    for gate, task in zip(gates, stuck, strict=True):
        gate.await_entered()
        task.add_done_callback(lambda task: ledgers.append(pool.shutdown()))
    clock.advance(10)

    until(lambda: len(ledgers) == 2)
    assert (2, True) == (ledgers[0].failed, ledgers[0].balanced)
    for gate in gates:
        gate.release.set()
    until(lambda: not pool.workers_abandoned)


def test_an_observer_on_the_timer_s_thread_may_shut_down_and_no_more_are_given_up_meanwhile(
    make_pool, call, clock
):
    def end(task):
        if not ledgers:
            ledgers.append(None)
            ledgers.append(pool.shutdown())

    pool = make_pool(2, grace=1, clock=clock, retry=end, max_abandoned=1)
    ledgers: list[Any] = []
    gates = [Gate(), Gate()]
    tasks = [pool.submit(call(gate), time_limit=5) for gate in gates]
    for gate in gates:
        gate.await_entered()
    first, second = pool.workers()
    clock.advance(10)
    until(lambda: "stuck" in (first.state, second.state))
    stays = first if first.state == "stuck" else second
    assert () == pool.workers_abandoned
    assert "running" == stays.task.state
    gates[tasks.index(stays.task)].release.set()

    until(lambda: len(ledgers) == 2)
    assert (1, 1, True) == (ledgers[1].failed, len(ledgers[1].abandoned), ledgers[1].balanced)
    for gate in gates:
        gate.release.set()
    until(lambda: all(task.done for task in tasks))


def test_a_shutdown_on_the_timer_s_thread_ends_the_pool_though_there_are_no_more_threads(
    make_pool, call, gate, caplog
):
    def start(target, name):
        if full.is_set():
            raise OSError("no more threads")
        return start_daemon(target, name)

    full, ledgers = threading.Event(), []
    pool = make_pool(1, grace=0, start_thread=start)
    stuck = pool.submit(call(gate), time_limit=0.05)
    full.set()
    stuck.add_done_callback(lambda task: ledgers.append(pool.shutdown(0)))

    until(lambda: ledgers)
    assert ("stopped", 1) == (pool.state, ledgers[0].failed)
    assert "its calls wait for one that takes long" in caplog.text


def test_code_whose_module_has_no_sensible_name_fails_and_is_given_up_as_any_other(
    make_pool, call, gate
):
    scope = {"__name__": ["x"], "gate": gate}
    exec("def fail(ctx):\n    raise ValueError(1)\n\ndef hang(ctx):\n    gate(ctx)\n", scope)
    pool = make_pool(1, grace=0)
    failed = pool.submit(call(scope["fail"]))
    stuck = pool.submit(call(scope["hang"]), time_limit=0.05)

    assert failed.wait(WAIT) and stuck.wait(WAIT)
    assert [ValueError, TimeLimit] == [type(failed.error), type(stuck.error)]
    assert 0 == pool.workers_lost
