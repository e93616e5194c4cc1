"""Calls of task types: arguments as in a call of the function, and options beside a work."""

from __future__ import annotations

from typing import Any

import pytest

from chasqui import Context, Engine, InvalidParameters, Pool, Retry, task

WAIT = 10.0


@task
def add(left: int, right: int = 2, *, scale: int = 1) -> int:
    return (left + right) * scale


@task
def place(ctx: Context, name: str) -> str:
    return f"{name} in {ctx.task.name}"


@task
async def later(number: int) -> int:
    return number


@pytest.fixture
def engine():
    with Engine(2) as engine:
        yield engine


def test_a_call_has_the_arguments_of_the_function_without_its_context(engine):
    assert 3 == engine.call(add, 1).result(WAIT)
    assert 40 == engine.call(add, 1, right=3, scale=10).result(WAIT)
    assert "here in app.place" == engine.call(place, "here").result(WAIT)
    assert 7 == engine.call(later, number=7).result(WAIT)


def test_a_called_type_is_registered_with_its_first_call(engine):
    assert "app.add" == engine.call(add, 1).name
    assert add is engine.type("app.add")


def test_the_policy_of_a_type_counts_for_a_call(engine):
    limited = task(time_limit=7, priority=3)(add.function)
    one = engine.call(limited, 1)

    assert (7, 3) == (one.time_limit, one.priority)


def test_arguments_are_validated_and_converted_as_parameters_are(engine):
    with pytest.raises(InvalidParameters, match=r"^app\.add: left .*; scael is not a parameter"):
        engine.call(add, "one", scael=1)

    assert 0 == engine.metrics().accepted


@pytest.mark.parametrize(
    ("args", "kwargs", "words"),
    [
        (
            (1, 2, 3),
            {},
            "app.add: argument 3 is too many: at most 2 can be given by position, got 3",
        ),
        ((1,), {"left": 2}, "app.add: left is given by position and by name"),
        ((), {}, "app.add: left is required"),
    ],
)
def test_a_call_that_the_function_would_refuse_is_refused(engine, args, kwargs, words):
    with pytest.raises(InvalidParameters) as refused:
        engine.call(add, *args, **kwargs)

    assert words == str(refused.value)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ("app.add", r"got the name 'app\.add'; submit\('app\.add', \{\.\.\.\}\) takes names"),
        (
            len,
            r"got <built-in function len>; decorate it with @task, or use pool\.call\(\)",
        ),
        (add.work(1), r"got the work <add left=1>; submit\(\) takes works"),
        (None, "type must be a task type, got None"),
    ],
)
def test_only_a_task_type_can_be_called(engine, wrong, words):
    for refuse in (
        lambda: engine.call(wrong),
        lambda: engine.map(wrong, []),
        lambda: engine.batch_of(wrong, []),
    ):
        with pytest.raises(TypeError, match=words):
            refuse()


def test_options_are_given_beside_a_work(engine):
    one = engine.submit(add.work(1, scale=2), priority=5, retry=Retry(attempts=2), key="once")

    assert (6, 5, "once", "app.add") == (one.result(WAIT), one.priority, one.key, one.name)


def test_a_work_runs_on_a_pool_without_an_engine():
    with Pool(1) as pool:
        assert 3 == pool.submit(add.work(1)).result(WAIT)


def test_a_misspelt_option_is_refused_with_the_option_that_was_meant(engine):
    wrong: Any = {"priorty": 1}
    for refuse in (
        lambda: engine.submit(add.work(1), **wrong),
        lambda: engine.try_submit(add.work(1), **wrong),
        lambda: engine.submit_batch(add, [{"left": 1}], **wrong),
        lambda: engine.batch([add.work(1)], **wrong),
        lambda: engine.map(add, [1], **wrong),
        lambda: engine.batch_of(add, [(1, 2)], **wrong),
    ):
        with pytest.raises(TypeError, match="has no priorty=; did you mean priority="):
            refuse()

    assert 0 == engine.metrics().accepted
