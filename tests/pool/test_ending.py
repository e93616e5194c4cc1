"""How tasks end: failing, cancelling, time limits, callbacks."""

from __future__ import annotations

import gc
import threading
import time
import weakref

import pytest

from chasqui import Cancelled, TimeLimit
from chasqui.testing import FakeClock

WAIT = 10.0


@pytest.mark.parametrize("error", [ValueError("bad"), SystemExit(3), KeyboardInterrupt()])
def test_whatever_a_task_raises_is_its_own_failure(make_pool, call, error):
    pool = make_pool(1)

    def body(ctx):
        raise error

    failing = pool.submit(call(body))
    after = pool.submit(call(lambda ctx: "still here"))

    with pytest.raises(type(error)):
        failing.result(WAIT)
    assert "still here" == after.result(WAIT)
    assert "failed" == failing.state
    assert type(error).__name__ in failing.traceback
    assert 1 == pool.metrics().failed


def test_an_error_whose_text_cannot_be_had_is_still_a_failure(make_pool, call):
    class Rude(Exception):
        def __str__(self):
            raise RuntimeError("no")

    def body(ctx):
        raise Rude

    task = make_pool(1).submit(call(body))

    assert task.wait(WAIT)
    assert "failed" == task.state
    assert "Rude" in task.traceback


def test_a_waiting_task_that_is_cancelled_never_runs(make_pool, call, gate):
    pool = make_pool(1)
    pool.submit(call(gate))
    gate.await_entered()
    ran = []
    waiting = pool.submit(call(lambda ctx: ran.append(1)))

    assert waiting.cancel()
    gate.release.set()
    pool.shutdown(WAIT)

    with pytest.raises(Cancelled):
        waiting.result(WAIT)
    assert ([], False) == (ran, waiting.cancel())


def test_a_task_that_its_pool_has_left_is_not_cancelled(make_pool, call, gate):
    pool = make_pool(1)
    pool.submit(call(gate))
    gate.await_entered()
    left = [pool.submit(call()), pool.submit_later(call(), 60)]
    ledger = pool.shutdown(0)

    assert [False, False] == [task.cancel() for task in left]
    assert ["queued", "scheduled"] == [task.state for task in left]
    assert [task.number for task in left] == [fate.number for fate in ledger.left]
    now = pool.metrics()
    assert (1, 1, 0) == (now.queued, now.scheduled, now.cancelled)
    gate.release.set()


def test_a_sleeping_task_wakes_when_it_is_cancelled(make_pool, call):
    clock = FakeClock()
    pool = make_pool(1, clock=clock)
    slept = []

    def body(ctx):
        slept.append(ctx.sleep(3600))
        ctx.raise_if_cancelled()

    task = pool.submit(call(body))
    clock.await_sleepers(1)

    assert task.cancel()
    assert task.wait()
    assert ("cancelled", [False]) == (task.state, slept)


def test_a_sleep_that_nobody_disturbs_lasts_its_time(make_pool, call):
    clock = FakeClock()
    pool = make_pool(1, clock=clock)
    task = pool.submit(call(lambda ctx: ctx.sleep(60)))
    clock.await_sleepers(1)

    clock.advance(59)
    clock.await_sleepers(1)
    assert "running" == task.state
    clock.advance(1)

    assert task.result() is True
    assert 60 == pytest.approx(task.ran)


def test_a_body_that_raises_cancelled_unasked_has_failed(make_pool, call):
    def body(ctx):
        raise Cancelled("on my own")

    task = make_pool(1).submit(call(body))

    task.wait(WAIT)
    assert "failed" == task.state


def test_a_task_that_ends_before_it_heeds_the_cancel_has_completed(make_pool, call, gate):
    task = make_pool(1).submit(call(gate))
    gate.await_entered()

    assert task.cancel()
    gate.release.set()

    assert "through" == task.result(WAIT)


def test_a_task_past_its_time_limit_fails_with_it(make_pool, call):
    clock = FakeClock()
    pool = make_pool(1, clock=clock)

    def body(ctx):
        ctx.sleep(100)
        ctx.raise_if_cancelled()

    task = pool.submit(call(body), time_limit=5)
    clock.await_sleepers(1)
    clock.advance(5)

    with pytest.raises(TimeLimit, match="5 s"):
        task.result()


def test_a_body_that_returns_too_late_fails_with_its_time_limit(make_pool, call, gate):
    clock = FakeClock()
    task = make_pool(1, clock=clock).submit(call(gate), time_limit=5)
    gate.await_entered()
    clock.advance(6)
    gate.release.set()

    with pytest.raises(TimeLimit):
        task.result()


@pytest.mark.parametrize("error", [RuntimeError("cleanup"), Cancelled(), SystemExit(3)])
def test_what_a_body_raises_past_its_time_limit_is_behind_the_limit(make_pool, call, error):
    clock = FakeClock()

    def body(ctx):
        ctx.sleep(100)
        raise error

    task = make_pool(1, clock=clock).submit(call(body), time_limit=5)
    clock.await_sleepers(1)
    clock.advance(5.1)
    task.wait(WAIT)

    assert ("failed", TimeLimit, error) == (task.state, type(task.error), task.error.__cause__)
    first, last = task.traceback.index("raise error"), task.traceback.index("time limit of 5 s")
    assert first < last


def test_a_body_that_was_asked_to_stop_is_cancelled_though_its_time_is_up(make_pool, call, gate):
    clock = FakeClock()

    def body(ctx):
        gate(ctx)
        raise Cancelled

    task = make_pool(1, clock=clock).submit(call(body), time_limit=5)
    gate.await_entered()
    assert task.cancel()
    clock.advance(5.1)
    gate.release.set()
    task.wait(WAIT)

    assert "cancelled" == task.state


def test_a_context_knows_its_deadline_and_reports_progress(make_pool, call):
    clock = FakeClock()
    pool = make_pool(1, clock=clock)

    def body(ctx):
        ctx.progress(3, 10, "three")
        return ctx.deadline - clock.monotonic(), ctx.cancelled

    task = pool.submit(call(body), time_limit=7)

    assert (7.0, False) == task.result()
    assert (3, 10, "three") == task.progress


def test_callbacks_are_called_once_the_task_is_final(make_pool, call, gate):
    pool = make_pool(1)
    task = pool.submit(call(gate))
    seen = []
    called = threading.Event()
    task.add_done_callback(lambda task: seen.append(task.state))
    task.add_done_callback(lambda task: called.set())

    gate.release.set()
    assert called.wait(WAIT)
    task.add_done_callback(lambda task: seen.append("late"))

    assert ["completed", "late"] == seen


def test_a_callback_that_raises_hurts_nobody_and_is_logged(make_pool, call, caplog):
    pool = make_pool(1)
    pool.pause()
    task = pool.submit(call())
    task.add_done_callback(lambda task: 1 / 0)
    pool.resume()
    pool.shutdown(WAIT)

    assert "completed" == task.state
    assert "a callback raised" in caplog.text


def test_a_result_in_time_or_a_timeout(make_pool, call, gate):
    task = make_pool(1).submit(call(gate))
    gate.await_entered()

    with pytest.raises(TimeoutError, match="is running"):
        task.result(0)


@pytest.mark.parametrize("fails", [False, True])
def test_nothing_but_the_handle_keeps_a_finished_task_alive(make_pool, call, fails):
    class Big:
        pass

    pool = make_pool(1)
    big = Big()

    def body(ctx, big=big):
        mine = big
        if fails:
            raise ValueError("with a frame that holds it")
        return mine

    task = pool.submit(call(body))
    task.wait(WAIT)
    watched = weakref.ref(big)
    del big, body, task
    # Until the worker has come to rest, without another task that would push this one out.
    until = time.monotonic() + WAIT
    while watched() is not None and time.monotonic() < until:
        gc.collect()

    assert watched() is None


@pytest.mark.slow
@pytest.mark.parametrize("chained", [False, True])
def test_the_handle_of_a_failed_task_keeps_nothing_that_its_body_had_at_hand(
    make_pool, call, chained
):
    class Big:
        pass

    watched = []

    def body(ctx):
        mine = Big()
        watched.append(weakref.ref(mine))
        try:
            raise ValueError("first")
        except ValueError as error:
            if chained:
                raise KeyError("second") from error
        raise ValueError("alone")

    task = make_pool(1).submit(call(body))
    assert task.wait(WAIT)
    gc.collect()

    assert watched[0]() is None
    assert ("first" in task.traceback) == chained


def test_asking_for_a_result_again_does_not_pile_up_frames(make_pool, call):
    def body(ctx):
        raise ValueError("once")

    task = make_pool(1).submit(call(body))
    depths = []
    for _ in range(3):
        with pytest.raises(ValueError) as raised:
            task.result(WAIT)
        depths.append(len(raised.traceback))

    assert 1 == len(set(depths))


def test_a_traceback_begins_at_the_tasks_own_code(make_pool, call):
    def body(ctx):
        raise ValueError("deep")

    task = make_pool(1).submit(call(body))

    assert task.wait(WAIT)
    first_frame = task.traceback.splitlines()[1]
    assert __file__ in first_frame or "conftest" in first_frame
    assert "chasqui/pool" not in task.traceback
