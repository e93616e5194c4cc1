"""Limits for each value of a parameter: from their own words, from the config, and changed live."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import date
from enum import Enum
from pathlib import Path
from uuid import UUID

import pytest

from chasqui import Engine, InvalidTaskType, Retry, Secret, task
from chasqui.engine.config.loading import load
from chasqui.engine.policy.rules import Policy
from chasqui.testing import FakeClock
from tests.waiting import WAIT, until


class Colour(Enum):
    RED = "red"
    BLUE = "blue"


class Bodies:
    """Says how many bodies of each value run at once, and lets none end before it is told."""

    def __init__(self) -> None:
        self.running: Counter[object] = Counter()
        self.entered, self.release = threading.Semaphore(0), threading.Event()

    def run(self, value: object) -> None:
        self.running[value] += 1
        self.entered.release()
        assert self.release.wait(WAIT)

    def await_entered(self, count: int) -> None:
        assert all(self.entered.acquire(timeout=WAIT) for _ in range(count))


@pytest.fixture
def bodies():
    bodies = Bodies()
    yield bodies
    bodies.release.set()


def charge_of(bodies, **policy):
    @task(**policy)
    def charge(customer: str, amount: int = 1) -> None:
        bodies.run(customer)

    return charge


def submit(engine, customers, **options):
    return [engine.submit("app.charge", {"customer": one}, **options) for one in customers]


def reading(engine):
    return engine.metrics().types["app.charge"]


def test_as_many_of_each_value_run_at_once_as_the_type_says(bodies):
    with Engine(6) as engine:
        engine.register(charge_of(bodies, concurrency=2, by="customer"))
        tasks = submit(engine, "aaaabb")
        bodies.await_entered(4)

        assert {"a": 2, "b": 2} == bodies.running
        assert 2 == engine.metrics().queued
        assert ("customer", 2, False) == (
            reading(engine).by,
            reading(engine).values,
            reading(engine).full,
        )
        bodies.release.set()
        assert all(one.wait(WAIT) for one in tasks)


def test_a_diagnosis_counts_only_tasks_of_values_that_may_start(bodies):
    with Engine(3) as engine:
        engine.register(charge_of(bodies, concurrency=1, by="customer"))
        submit(engine, "aaaaab")
        bodies.await_entered(2)
        until(lambda: reading(engine).closed == 4)  # the worker that is left has sorted them

        assert (4, 0) == (engine.metrics().queued, engine.metrics().pools["default"].waiting)
        bodies.release.set()


def test_a_rate_is_for_each_value():
    clock, ran = FakeClock(), []

    @task(rate="1/m", by="customer")
    def charge(customer: str) -> None:
        ran.append(customer)

    with Engine(2, clock=clock) as engine:
        engine.register(charge)
        tasks = submit(engine, "aabb")
        assert all(tasks[at].wait(WAIT) for at in (0, 2))
        assert ["a", "b"] == sorted(ran)
        clock.advance(60)
        assert all(one.wait(WAIT) for one in tasks)


def test_a_parameter_that_is_left_out_counts_as_its_default(bodies):
    @task(concurrency=1, by="customer")
    def charge(customer: str = "c0") -> None:
        bodies.run(customer)

    with Engine(4) as engine:
        engine.register(charge)
        engine.submit("app.charge")
        bodies.await_entered(1)
        waiting = engine.submit("app.charge", {"customer": "c0"})
        engine.submit("app.charge", {"customer": "other"})
        bodies.await_entered(1)

        assert "queued" == waiting.state
        bodies.release.set()


@pytest.mark.parametrize(
    ("kind", "same", "other"),
    [
        (Colour, ["red", Colour.RED], "blue"),
        (date, ["2026-11-25", date(2026, 11, 25)], "2026-11-26"),
        (Path, ["a/b", Path("a/b")], "a"),
        (UUID, [str(UUID(int=1)), UUID(int=1)], UUID(int=2)),
        (int | None, [None, None], 0),
        (float, [1, 1.0], 1.5),
        (bytes, ["YQ==", b"a"], b"b"),
    ],
)
def test_values_that_are_equal_share_a_limit_whatever_they_were_given_as(bodies, kind, same, other):
    def body(customer):
        bodies.run(1)

    body.__annotations__ = {"customer": kind}
    with Engine(4) as engine:
        engine.register(task(name="charge", concurrency=1, by="customer")(body))
        submit(engine, same)
        bodies.await_entered(1)
        submit(engine, [other])
        bodies.await_entered(1)

        assert 1 == engine.metrics().queued
        bodies.release.set()


def test_a_key_that_is_no_parameter_is_refused_where_it_is_declared_with_the_nearest():
    with pytest.raises(InvalidTaskType) as refused:

        @task(concurrency=1, by="custmer")
        def charge(customer: str, amount: int) -> None: ...

    assert "by='custmer' is not a parameter of this task type; did you mean customer?" in str(
        refused.value
    )
    assert "test_by.py" in str(refused.value)


@pytest.mark.parametrize(
    ("kind", "why"),
    [
        (Secret[str], "is a secret"),
        (list[str], "may hold many values"),
        (dict[str, int], "may hold many values"),
    ],
)
def test_a_secret_or_a_structure_is_no_key(kind, why):
    def charge(customer): ...

    charge.__annotations__ = {"customer": kind}
    with pytest.raises(InvalidTaskType, match=f"by='customer' {why}"):
        task(concurrency=1, by="customer")(charge)


def test_the_config_says_by_which_parameter_a_type_is_limited(bodies, tmp_path):
    file = tmp_path / "config.toml"
    file.write_text('[types."app.charge"]\nconcurrency = 1\nby = "customer"\n')
    with Engine.from_config(file) as engine:
        engine.register(charge_of(bodies))
        submit(engine, "aab")
        bodies.await_entered(2)

        assert {"a": 1, "b": 1} == bodies.running
        bodies.release.set()


def test_a_config_that_names_no_parameter_is_refused_when_the_type_is_known(bodies, tmp_path):
    file = tmp_path / "config.toml"
    file.write_text('[types."app.charge"]\nby = "custmer"\n')
    engine = Engine.from_settings(load(file))

    with pytest.raises(ValueError, match=r"by='custmer' is not.*mean customer") as wrong:
        engine.register(charge_of(bodies))
    assert "Traceback" not in str(wrong.value)


def test_a_config_can_make_limits_those_of_the_whole_type_again(bodies):
    policies = {"app.charge": Policy(by="")}
    with Engine(4, policies=policies) as engine:
        engine.register(charge_of(bodies, concurrency=2, by="customer"))
        submit(engine, "abc")
        bodies.await_entered(2)

        assert ("", True) == (reading(engine).by, reading(engine).full)
        bodies.release.set()


def test_limits_are_made_ones_for_each_value_while_the_engine_runs(bodies):
    with Engine(6) as engine:
        engine.register(charge_of(bodies, concurrency=1))
        submit(engine, "aabbcc")
        bodies.await_entered(1)
        engine.limit("app.charge", by="customer")
        bodies.await_entered(2)
        assert {"a": 1, "b": 1, "c": 1} == bodies.running
        engine.limit("app.charge", concurrency=2)
        bodies.await_entered(3)

        assert {"a": 2, "b": 2, "c": 2} == bodies.running
        assert 6 == engine.metrics().running
        bodies.release.set()


def test_limits_of_each_value_are_taken_away_while_the_engine_runs(bodies):
    with Engine(3) as engine:
        engine.register(charge_of(bodies, concurrency=1, by="customer"))
        submit(engine, "aaa")
        bodies.await_entered(1)
        engine.limit("app.charge", concurrency=2, by=None)
        bodies.await_entered(1)
        assert "" == reading(engine).by
        engine.limit("app.charge", concurrency=None)
        bodies.await_entered(1)
        bodies.release.set()


def test_a_live_limit_by_no_parameter_is_refused_and_changes_nothing(bodies):
    with Engine(2) as engine:
        engine.register(charge_of(bodies, concurrency=1, by="customer"))
        for by in ("custmer", "ctx"):
            with pytest.raises(ValueError, match="is not a parameter"):
                engine.limit("app.charge", concurrency=2, by=by)
        submit(engine, "aa")
        bodies.await_entered(1)

        assert (1, "customer") == (reading(engine).concurrency, reading(engine).by)
        bodies.release.set()


def test_a_submission_cannot_say_by_what_it_is_limited(bodies):
    engine = Engine(2)
    engine.register(charge_of(bodies))

    with pytest.raises(TypeError, match="by can only be set for a type"):
        submit(engine, "a", by="customer")


def test_a_retry_waits_for_its_turn_among_its_value():
    clock, ran = FakeClock(), []

    @task(concurrency=1, by="customer", retry=None)
    def charge(customer: str) -> None:
        ran.append(customer)
        if ran.count("a") == 1 and customer == "a":
            raise OSError

    with Engine(2, clock=clock) as engine:
        engine.register(charge)
        first = engine.submit(
            "app.charge", {"customer": "a"}, retry=Retry(attempts=2, base=5, jitter=0)
        )
        assert submit(engine, "b")[0].wait(WAIT)
        until(lambda: first.state == "scheduled")
        clock.advance(10)

        assert first.wait(WAIT)
        assert ("completed", 2) == (first.state, first.attempts)
