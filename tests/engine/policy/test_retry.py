"""Retries: which failures are tried again, how often, and how long after."""

from __future__ import annotations

import random
import threading
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chasqui import Context, Engine, Retry, TimeLimit, task
from chasqui.engine.events.records import EngineChanged, TaskFailed, TaskRetried
from tests.engine.policy.flaky import EVERY_SECOND, WAIT, flaky, run
from tests.waiting import until


def test_a_failing_task_is_tried_again_after_its_delay_and_keeps_every_error(clock):
    with Engine(1, clock=clock) as engine:
        done = run(engine, clock, flaky(2, retry=EVERY_SECOND))
        now = engine.metrics()

    assert (3, "completed", 3) == (done.result(0), done.state, done.attempts)
    assert [(1, "OSError", "attempt 1"), (2, "OSError", "attempt 2")] == [
        (one.number, one.exception, one.message) for one in done.earlier
    ]
    assert all("raise error" in one.traceback for one in done.earlier)
    assert (1, 0, []) == (now.completed, now.failed, list(engine.failures))


def test_a_task_that_fails_every_time_fails_with_its_last_error_once(clock):
    with Engine(1, clock=clock) as engine:
        done = run(engine, clock, flaky(9, retry=EVERY_SECOND))

    assert ("failed", 3, "attempt 3") == (done.state, done.attempts, str(done.error))
    (failure,) = engine.failures
    assert (3, "attempt 3") == (failure.attempts, failure.message)


def test_without_a_policy_a_failure_is_final(clock):
    with Engine(1, clock=clock) as engine:
        assert 1 == run(engine, clock, flaky(9)).attempts


def test_only_the_errors_that_are_named_are_tried_again(clock):
    retry = Retry(attempts=5, base=0, on=(OSError,))
    with Engine(1, clock=clock) as engine:
        assert 5 == run(engine, clock, flaky(9, FileNotFoundError, retry=retry)).attempts
    with Engine(1, clock=clock) as engine:
        assert 1 == run(engine, clock, flaky(9, ValueError, retry=retry)).attempts


@pytest.mark.parametrize("error", [SystemExit, KeyboardInterrupt])
def test_what_is_no_ordinary_error_is_not_tried_again(clock, error):
    with Engine(1, clock=clock) as engine:
        assert 1 == run(engine, clock, flaky(9, error, retry=Retry(base=0))).attempts


def test_a_body_may_say_when_it_wants_to_be_tried_again(clock):
    @task
    def later(ctx: Context) -> int:
        if ctx.task.attempts == 1:
            raise Retry.later(60)
        return ctx.task.attempts

    with Engine(1, clock=clock) as engine:
        engine.register(later)
        asked = engine.submit("app.later")
        until(lambda: asked.state == "scheduled")
        assert clock.time() + 60 == pytest.approx(asked.due)
        clock.advance(60)
        assert 2 == asked.result(WAIT)


def test_a_body_that_asks_for_ever_fails_when_its_attempts_are_used_up(clock):
    @task(retry=Retry(attempts=2))
    def later() -> None:
        raise Retry.later(0)

    with Engine(1, clock=clock) as engine:
        done = run(engine, clock, later)

    assert ("failed", 2) == (done.state, done.attempts)
    assert "asks to be tried again in 0 s" in str(done.error)


def test_a_cancelled_task_is_not_tried_again(clock):
    entered = threading.Event()

    @task(retry=EVERY_SECOND)
    def stubborn(ctx: Context) -> None:
        entered.set()
        ctx.sleep(100)
        raise OSError

    with Engine(1, clock=clock) as engine:
        engine.register(stubborn)
        running = engine.submit("app.stubborn")
        assert entered.wait(WAIT)
        running.cancel()
        assert running.wait(WAIT)

    assert ("failed", 1) == (running.state, running.attempts)


def test_a_failure_that_comes_while_the_engine_drops_is_final_and_noted(clock):
    seen: list[Any] = []
    entered, release = threading.Event(), threading.Event()

    @task(retry=EVERY_SECOND)
    def late_failure() -> None:
        entered.set()
        assert release.wait(WAIT)
        raise OSError("too late to try again")

    with Engine(1, clock=clock) as engine:
        engine.bus.subscribe(seen.append)
        engine.register(late_failure)
        failing = engine.submit("app.late_failure")
        assert entered.wait(WAIT)
        closer = threading.Thread(target=engine.shutdown, kwargs={"drain": False})
        closer.start()
        until(lambda: engine.state == "stopping")
        release.set()
        closer.join(WAIT)

    assert ("failed", 1, ()) == (failing.state, failing.attempts, failing.earlier)
    assert [failing.number] == [failure.number for failure in engine.failures]
    assert [TaskFailed] == [type(one) for one in seen if not isinstance(one, EngineChanged)]


def test_a_time_limit_of_the_type_holds_and_may_be_tried_again(clock):
    @task(time_limit=5, retry=Retry(attempts=2, base=0))
    def slow(ctx: Context) -> None:
        ctx.sleep(60)
        ctx.raise_if_cancelled()

    with Engine(1, clock=clock) as engine:
        engine.register(slow)
        late = engine.submit("app.slow")
        for attempt in (1, 2):
            until(lambda attempt=attempt: (late.state, late.attempts) == ("running", attempt))
            clock.advance(5.5)
        assert late.wait(WAIT)

    assert isinstance(late.error, TimeLimit)
    assert (2, "TimeLimit") == (late.attempts, late.earlier[0].exception)


def test_events_tell_of_retries_and_failures(clock):
    seen: list[Any] = []
    with Engine(1, clock=clock) as engine:
        engine.bus.subscribe(seen.append)
        done = run(engine, clock, flaky(9, retry=Retry(attempts=2, base=1, jitter=0)))
        assert engine.bus.flush(WAIT)

    retried, failed = [one for one in seen if not isinstance(one, EngineChanged)]
    assert isinstance(retried, TaskRetried) and isinstance(failed, TaskFailed)
    assert f"task {done.number} app.flaky: attempt 1 failed, next in 1s: OSError: attempt 1" == str(
        retried
    )
    assert f"task {done.number} app.flaky: failed after 2 attempts: OSError: attempt 2" == str(
        failed
    )


# Delays


@given(
    st.builds(
        Retry,
        attempts=st.integers(2, 10**6),
        backoff=st.floats(1, 1000),
        base=st.floats(0, 1e6),
        cap=st.floats(0, 1e9),
        jitter=st.floats(0, 1),
    ),
    st.integers(1, 10**6),
    st.integers(),
)
def test_a_delay_is_never_longer_than_its_cap_nor_negative(retry, attempt, seed):
    delay = retry.delay(attempt, OSError(), random.Random(seed))

    assert (delay is None) == (attempt >= retry.attempts)
    assert delay is None or 0 <= delay <= retry.cap


def test_a_delay_too_large_for_a_number_is_the_cap():
    retry = Retry(attempts=10**6, backoff=1e300, cap=7, jitter=0)

    assert 7 == retry.delay(90, OSError(), random.Random(1))


def test_delays_grow_by_the_backoff_up_to_the_cap():
    retry = Retry(attempts=9, base=2, backoff=3, cap=100, jitter=0)

    delays = [retry.delay(attempt, OSError(), random.Random(1)) for attempt in range(1, 10)]

    assert [2, 6, 18, 54, 100, 100, 100, 100, None] == delays
