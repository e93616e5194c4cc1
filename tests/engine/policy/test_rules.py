"""Policies: whose word counts, what delays, priorities, keys and expiry do, and what is refused."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest

from chasqui import BacklogFull, Engine, Expired, Retry, task
from chasqui.engine.policy.rules import Policy, from_table
from chasqui.errors import InvalidTaskType
from chasqui.pool.state import state_of
from tests.engine.policy.flaky import EVERY_SECOND, WAIT, flaky, run
from tests.waiting import until


def test_a_submission_says_more_than_its_type_and_the_config_than_the_type(clock):
    said = {"app.flaky": Policy(retry=Retry(attempts=2, base=0))}
    with Engine(1, clock=clock, policies=said) as engine:
        assert 2 == run(engine, clock, flaky(9, retry=EVERY_SECOND)).attempts
        own = engine.submit("app.flaky", retry=Retry(attempts=4, base=0))
        assert own.wait(WAIT)
        assert 4 == own.attempts


def test_a_task_may_be_put_off_by_a_delay_or_to_a_moment(clock):
    with Engine(1, clock=clock) as engine:
        engine.register(flaky(0))
        later = engine.submit("app.flaky", delay=10)
        moment = datetime.fromtimestamp(clock.time() + 20, UTC)
        then = engine.submit("app.flaky", at=moment)
        past = engine.submit("app.flaky", at=datetime.fromtimestamp(0, UTC))
        assert past.wait(WAIT)
        assert ["scheduled", "scheduled"] == [later.state, then.state]
        clock.advance(10)
        assert later.wait(WAIT)
        assert "scheduled" == then.state
        clock.advance(10)
        assert then.wait(WAIT)


def test_the_type_that_waits_longest_is_not_the_one_that_starts_first_but_the_highest(clock):
    order = []

    def body(x: int) -> None:
        order.append(x)

    low, high = task(name="low", priority=-5)(body), task(name="high", priority=5)(body)
    engine = Engine(1, clock=clock)
    engine.register(low)
    engine.register(high)
    tasks = [engine.submit("app.low", {"x": 1}), engine.submit("app.high", {"x": 2})]
    tasks.append(engine.submit("app.low", {"x": 3}, priority=9))
    engine.start()
    for one in tasks:
        assert one.wait(WAIT)
    engine.shutdown()

    assert [3, 2, 1] == order


def test_a_task_that_could_not_start_in_time_fails_as_expired_and_does_not_run(clock):
    ran = []

    @task(expires=5, retry=EVERY_SECOND)
    def short_lived() -> None:
        ran.append(1)

    engine = Engine(1, clock=clock)
    engine.register(short_lived)
    late, patient = engine.submit("app.short_lived"), engine.submit("app.short_lived", expires=60)
    clock.advance(5)
    engine.start()
    assert late.wait(WAIT) and patient.wait(WAIT)
    engine.shutdown()

    assert ("failed", "completed", [1]) == (late.state, patient.state, ran)
    assert isinstance(late.error, Expired)
    assert "expired before it could start" in str(late.error)


def test_a_task_that_has_started_in_time_does_not_expire_before_another_attempt(clock):
    @task(expires=5, retry=Retry(attempts=3, base=4, backoff=1, jitter=0))
    def fails() -> None:
        raise ValueError("bad")

    engine = Engine(1, clock=clock)
    engine.register(fails)
    engine.start()
    failing = engine.submit("app.fails")
    for attempts in (1, 2):
        until(
            lambda attempts=attempts: failing.attempts == attempts and failing.state == "scheduled"
        )
        clock.advance(4)
    assert failing.wait(WAIT)
    engine.shutdown()

    assert (3, "bad") == (failing.attempts, str(failing.error))


# Keys


def test_while_a_task_of_a_key_waits_or_runs_it_is_returned_and_says_so(clock):
    entered, release = threading.Event(), threading.Event()

    @task
    def hold() -> None:
        entered.set()
        assert release.wait(WAIT)

    with Engine(1, clock=clock) as engine:
        engine.register(hold)
        first = engine.submit("app.hold", key="once")
        assert entered.wait(WAIT)
        again = engine.submit("app.hold", key="once", delay=5)
        other = engine.submit("app.hold", key="other", delay=5)
        assert again is first
        assert other is engine.submit("app.hold", key="other")
        assert ("once", 2) == (first.key, first.submissions)
        release.set()
        assert first.wait(WAIT)
        until(lambda: engine.submit("app.hold", key="once") is not first)
        assert 3 == engine.metrics().accepted
        clock.advance(5)


def test_one_of_many_that_submit_a_key_at_once_gets_it_in(clock):
    release = threading.Event()

    @task
    def hold() -> None:
        assert release.wait(WAIT)

    got = []
    with Engine(2, 1) as engine:
        engine.register(hold)
        threads = [
            threading.Thread(target=lambda: got.append(engine.submit("app.hold", key="k")))
            for _ in range(16)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(WAIT)
        release.set()

    assert 16 == len(got)
    assert (1, 16, 1) == (len(set(got)), got[0].submissions, engine.metrics().accepted)


def test_a_key_waits_for_room_as_any_submission_does(clock):
    release = threading.Event()

    @task
    def hold() -> None:
        assert release.wait(WAIT)

    with Engine(1, 1) as engine:
        engine.register(hold)
        engine.submit("app.hold")
        until(lambda: engine.metrics().running == 1)
        engine.submit("app.hold")
        with pytest.raises(BacklogFull):
            engine.submit("app.hold", key="k", timeout=0)
        got = []
        waiting = threading.Thread(target=lambda: got.append(engine.submit("app.hold", key="k")))
        waiting.start()
        until(lambda: engine.pool.blocked())
        release.set()
        waiting.join(WAIT)

    assert "k" == got[0].key


def test_a_key_whose_task_does_not_fit_into_the_schedule_is_refused_at_once(clock):
    engine = Engine(1, clock=clock)
    engine.register(flaky(0))
    state_of(engine.pool).schedule_size = 0

    with pytest.raises(BacklogFull, match="the schedule is full"):
        engine.submit("app.flaky", key="k", delay=5)
    assert 1 == engine.metrics().rejected
    engine.shutdown(0)


# What makes no sense


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda: Retry(attempts=0), "attempts must be at least 1, got 0"),
        (lambda: Retry(backoff=0.5), "backoff must be at least 1"),
        (lambda: Retry(base=-1), "base must be 0 seconds or more"),
        (lambda: Retry(cap=float("nan")), "cap must be 0 seconds or more"),
        (lambda: Retry(jitter=2), "jitter must be between 0 and 1"),
        (
            lambda: Retry(on=("x",)),  # type: ignore[arg-type]
            "on must hold classes of errors",
        ),
        (lambda: Retry.later(-1), "the delay of a retry must be 0 seconds or more"),
        (lambda: Policy(time_limit=0), "time_limit must be more than 0 seconds"),
        (lambda: Policy(expires=-1), "expires must be more than 0 seconds"),
        (lambda: from_table({"attempts": 0}), "attempts must be at least 1"),
    ],
)
def test_a_nonsense_policy_is_refused_where_it_is_made(make, reason):
    with pytest.raises(ValueError, match=reason):
        make()


def test_a_nonsense_policy_of_a_type_names_the_type():
    with pytest.raises(InvalidTaskType, match="flaky: time_limit must be more than 0"):
        flaky(0, time_limit=-1)


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({"retry": 3}, r"retry must be a Retry, such as Retry\(\), got 3"),
        ({"breaker": {"failures": 2}}, r"breaker must be a Breaker, such as Breaker\(\), got {"),
        ({"pool": 3}, "pool must be a name, got 3"),
        ({"on_interrupt": "stop"}, "on_interrupt must be retry or fail, got 'stop'"),
        ({"priority": "high"}, "priority must be a whole number, got 'high'"),
        ({"time_limit": "2s"}, "time_limit must be a number of seconds, got '2s'"),
        ({"concurrency": 2.5}, "concurrency must be a whole number, got 2.5"),
        ({"rate": 5}, "a rate is written as 10/s, 100/m or 10/s burst 20, got 5"),
    ],
)
def test_a_policy_of_another_kind_is_refused_where_the_type_is_made(said, reason):
    with pytest.raises(InvalidTaskType, match=f"flaky: {reason}"):
        flaky(0, **said)


def test_what_an_interruption_means_is_said_by_a_type_or_the_config_and_by_no_submission():
    assert "fail" == flaky(0, on_interrupt="fail").policy.on_interrupt
    over = from_table({"on_interrupt": "retry"})
    assert "retry" == Policy(on_interrupt="fail").under(over).on_interrupt
    assert "fails if its process ends while it runs" == str(Policy(on_interrupt="fail"))
    said: dict[str, Any] = {"on_interrupt": "fail"}
    with pytest.raises(TypeError, match="on_interrupt can only be set for a type"):
        Engine(1).submit(flaky(0), **said)


def test_every_wrong_rule_of_a_type_is_named_at_once():
    with pytest.raises(InvalidTaskType) as refused:
        flaky(0, time_limit=-1, keep="results", priority="high", pool=3)

    for name in ("priority must be", "time_limit must be", "keep must be", "pool must be"):
        assert name in str(refused.value)


def test_a_wrong_key_is_named_with_the_other_wrong_rules():
    with pytest.raises(InvalidTaskType, match=r"time_limit must be .*; by='customer' is not a par"):
        flaky(0, time_limit=-1, by="customer")


def test_a_word_that_no_type_has_is_refused_with_those_that_it_has():
    with pytest.raises(TypeError, match=r"no retries=; did you mean retry=\? it takes name, "):
        flaky(0, retries=3)


def test_a_nonsense_delay_is_refused_at_the_submission(clock):
    engine = Engine(1, clock=clock)
    engine.register(flaky(0))
    options: dict[str, Any]
    for options in ({"delay": -1}, {"delay": 1, "at": datetime.now(UTC)}, {"time_limit": 0}):
        with pytest.raises(ValueError):
            engine.submit("app.flaky", **options)
    ways: tuple[Any, ...] = (engine.submit, partial(engine.submit_batch, many=[{}]), engine.batch)
    for submit in ways:
        for said in ({"tries": 3}, {"retries": 2}, {"x": 1}):
            (name,) = said
            with pytest.raises(TypeError, match=f"a submission has no {name}=.*mapping.*{name}"):
                submit([("app.flaky", {})] if submit == engine.batch else "app.flaky", **said)
    for name in ("delay", "time_limit", "expires"):
        wrong: dict[str, Any] = {name: "2s"}
        with pytest.raises(TypeError, match=f"{name} must be a number of seconds, got '2s'"):
            engine.submit("app.flaky", **wrong)
    assert 0 == engine.metrics().accepted
