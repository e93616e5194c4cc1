"""Numbers at the doors of an engine: what is none is refused at once, with the name of it."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from chasqui import Breaker, Engine, LogCapture, PoolConfig, Retention, Retry, task
from chasqui.engine.events.bus import Bus
from chasqui.engine.failures.log import FailureLog
from chasqui.engine.policy.rules import Policy
from chasqui.errors import InvalidTaskType, TryLater
from chasqui.testing import Harness
from tests.no_numbers import NO_MOMENTS, NONE_AT_ALL, Door

WAIT = 10.0


@task
def nothing() -> None:
    """Do nothing."""


DOORS = (
    Door("workers", "some", lambda it: Engine(it)),
    Door("queue_size", "count", lambda it: Engine(1, it)),
    Door("grace", "duration", lambda it: Engine(grace=it)),
    Door("max_abandoned", "count", lambda it: Engine(max_abandoned=it), none=True),
    Door("shutdown_timeout", "wait", lambda it: Engine(shutdown_timeout=it)),
    Door("keep_failures", "some", lambda it: Engine(keep_failures=it), none=True),
    Door("workers", "some", lambda it: PoolConfig(workers=it)),
    Door("queue_size", "count", lambda it: PoolConfig(queue_size=it)),
    Door("time_limit", "period", lambda it: Policy(time_limit=it), none=True),
    Door("expires", "period", lambda it: Policy(expires=it), none=True),
    Door("priority", "priority", lambda it: Policy(priority=it), none=True),
    Door("concurrency", "some", lambda it: Policy(concurrency=it), none=True),
    Door("rate", "count", lambda it: Policy(rate=it), none=True),
    Door("attempts", "some", lambda it: Retry(attempts=it)),
    Door("backoff", "finite", lambda it: Retry(backoff=it)),
    Door("base", "duration", lambda it: Retry(base=it)),
    Door("cap", "duration", lambda it: Retry(cap=it)),
    Door("jitter", "amount", lambda it: Retry(jitter=it)),
    Door("delay", "duration", Retry.later),
    Door("delay", "duration", TryLater),
    Door("failures", "some", lambda it: Breaker(failures=it)),
    Door("probes", "some", lambda it: Breaker(probes=it)),
    Door("seconds", "period", lambda it: Breaker(seconds=it)),
    Door("cooldown", "period", lambda it: Breaker(cooldown=it)),
    Door("keep", "some", lambda it: Retention(keep=it)),
    Door("keep_days", "period", lambda it: Retention(keep_days=it)),
    Door("keep_bytes", "some", lambda it: Retention(keep_bytes=it)),
    Door("lines_per_task", "some", lambda it: LogCapture(lines_per_task=it)),
    Door("bytes_per_task", "some", lambda it: LogCapture(bytes_per_task=it)),
    Door("bytes_in_all", "some", lambda it: LogCapture(bytes_in_all=it)),
    Door("offset", "count", lambda it: FailureLog().window(it, 1)),
    Door("limit", "count", lambda it: FailureLog().window(0, it)),
    Door("capacity", "some", lambda it: Bus(it)),
    Door("timeout", "wait", lambda it: Bus().flush(it)),
    Door("workers", "some", lambda it: Harness(workers=it)),
    Door("timeout", "wait", lambda it: Harness(timeout=it)),
    Door("seconds", "duration", lambda it: Harness().advance(it)),
)
SUBMITTED = ("demo.sleep", {"seconds": 0})
ENGINE_DOORS = (
    *(
        Door(
            name, kind, lambda it, engine, name=name: engine.submit(*SUBMITTED, **{name: it}), none
        )
        for name, kind, none in (
            ("priority", "priority", True),
            ("timeout", "wait", True),
            ("delay", "duration", True),
            ("time_limit", "period", True),
            ("expires", "period", True),
        )
    ),
    Door("timeout", "wait", lambda it, engine: engine.submit_batch("demo.sleep", [], timeout=it)),
    Door("timeout", "wait", lambda it, engine: engine.batch([], timeout=it)),
    Door("timeout", "wait", lambda it, engine: engine.batch([]).wait(it)),
    Door("timeout", "wait", lambda it, engine: engine.batch([]).results(it)),
    Door("shutdown_timeout", "wait", lambda it, engine: setattr(engine, "shutdown_timeout", it)),
    Door("workers", "some", lambda it, engine: engine.resize(it), none=True),
    Door("queue_size", "count", lambda it, engine: engine.resize(queue_size=it), none=True),
    Door(
        "concurrency",
        "some",
        lambda it, engine: engine.limit("demo.sleep", concurrency=it),
        none=True,
    ),
    Door("rate", "count", lambda it, engine: engine.limit("demo.sleep", rate=it), none=True),
    Door("seconds", "some", lambda it, engine: engine.history(seconds=it)),
    Door("rows", "count", lambda it, engine: engine.history(rows=it)),
    Door("after", "count", lambda it, engine: engine.task_log(1, it)),
    Door("timeout", "wait", lambda it, engine: engine.drain("default", it)),
    Door("timeout", "wait", lambda it, engine: engine.shutdown(it)),
)


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.name)
def test_what_is_no_number_makes_nothing(door):
    for value in door.wrong():
        with pytest.raises(ValueError, match=door.name):
            door.give(value)


@pytest.mark.parametrize("door", ENGINE_DOORS, ids=lambda door: door.name)
def test_what_is_no_number_changes_nothing_in_an_engine(door, engine):
    before = (engine.state, engine.pool.workers_wanted, engine.metrics().accepted)

    for value in door.wrong():
        with pytest.raises(ValueError, match=door.name):
            door.give(value, engine)

    assert before == (engine.state, engine.pool.workers_wanted, engine.metrics().accepted)


@pytest.mark.parametrize("value", [value for value in NONE_AT_ALL if value is not None], ids=type)
@pytest.mark.parametrize("name", ["time_limit", "priority", "expires", "concurrency", "rate"])
def test_a_decorator_refuses_what_is_no_number(name, value):
    with pytest.raises(InvalidTaskType, match=f"nothing: .*{name}"):
        task(**{name: value})(nothing.function)


@pytest.mark.parametrize("at", NO_MOMENTS, ids=lambda at: type(at).__name__)
def test_what_is_no_moment_is_refused(engine, at):
    with pytest.raises(ValueError, match=r"^at (must be a datetime|is a moment)"):
        engine.submit(*SUBMITTED, at=at)


def test_moments_at_both_ends_of_the_calendar_have_a_meaning(engine):
    for past in (datetime(1, 1, 1, tzinfo=UTC), datetime(1970, 1, 1), datetime(2000, 1, 1)):
        assert engine.submit(*SUBMITTED, at=past).result(WAIT) is not None
    for future in (
        datetime(9999, 12, 31, tzinfo=UTC),
        datetime(9999, 12, 30),
        datetime.now(UTC) + timedelta(days=365 * 101),
    ):
        with pytest.raises(ValueError, match="at must come within 100 years, got datetime"):
            engine.submit(*SUBMITTED, at=future)


def test_numbers_of_a_policy_are_kept_as_exact_ones():
    class Odd(float):
        def __gt__(self, other):
            raise SystemExit

        __lt__ = __add__ = __radd__ = __format__ = __gt__

    assert float is type(Policy(time_limit=Odd(5)).time_limit)
    assert "time limit 5s" == str(Policy(time_limit=Odd(5)))
    assert 5.0 == Retry(base=Odd(5)).base and 5.0 == Breaker(seconds=Odd(5)).seconds


def test_a_delay_of_nothing_stays_nothing_however_often_it_doubles():
    class Chance(Random):
        def random(self):
            return 0.0

    assert 0.0 == Retry(attempts=10**9, base=0).delay(5000, ValueError(), Chance())
    assert 300.0 == Retry(attempts=10**9).delay(5000, ValueError(), Chance())


def test_a_shutdown_without_a_deadline_may_be_asked_for_by_an_infinity():
    engine = Engine(1, 10, shutdown_timeout=math.inf)
    engine.start()

    assert engine.shutdown_timeout is None
    assert engine.shutdown(math.inf).clean
