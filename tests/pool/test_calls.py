"""A pool calls plain functions: one, or one for each item."""

from __future__ import annotations

import asyncio
import functools
import inspect
from typing import Any

import pytest

from chasqui import BacklogFull, Pool, WaitTimeout, task
from tests.pool.conftest import WAIT, Call


def joined(*words: str, by: str = "-") -> str:
    return by.join(words)


async def slowly(number: int) -> int:
    await asyncio.sleep(0)
    return number + 1


def rows():
    yield 1


@task
def add(a: int) -> int:
    return a


@pytest.fixture
def pool():
    with Pool(2, 100) as pool:
        yield pool


def test_a_call_passes_every_argument_to_the_function(pool):
    assert "a+b" == pool.call(joined, "a", "b", by="+").result(WAIT)


def test_a_call_may_be_given_arguments_that_submit_has_too(pool):
    def named(priority: str, timeout: str, fn: str) -> str:
        return priority + timeout + fn

    assert "abc" == pool.call(named, priority="a", timeout="b", fn="c").result(WAIT)


def test_a_coroutine_function_runs_on_its_worker(pool):
    assert 4 == pool.call(slowly, 3).result(WAIT)
    assert [2, 3] == [one.result(WAIT) for one in pool.map(slowly, [1, 2])]


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        (len, 3),
        (str.upper, "ABC"),
        (functools.partial(joined, "x"), "x-abc"),
        (list, ["a", "b", "c"]),
    ],
)
def test_whatever_can_be_called_is(pool, function, expected):
    assert expected == pool.call(function, "abc").result(WAIT)


def test_a_call_is_named_after_its_function(pool):
    class Nameless:
        def __call__(self) -> None: ...

    assert ["joined", "len", "Nameless"] == [
        one.name for one in (pool.call(joined), pool.call(len, ()), pool.call(Nameless()))
    ]


def test_what_a_function_raises_is_the_failure_of_its_task(pool):
    with pytest.raises(ZeroDivisionError):
        pool.call(divmod, 1, 0).result(WAIT)


def test_a_map_returns_the_tasks_in_the_order_of_the_items(pool):
    assert [1, 0, 2] == [one.result(WAIT) for one in pool.map(len, iter(["a", "", "bc"]))]
    assert [] == pool.map(len, [])


def test_a_map_has_the_options_of_a_batch():
    pool = Pool(1, 2)

    with pytest.raises(BacklogFull) as full:
        pool.map(len, ["a", "b", "c"], priority=3, timeout=0, time_limit=9)

    assert [(3, 9.0)] * 2 == [(one.priority, one.time_limit) for one in full.value.accepted]
    pool.shutdown(WAIT, drain=False)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (3, "fn must be a function, got 3"),
        (None, "fn must be a function, got None"),
        (rows, "got the generator function rows, whose body would never run"),
        (add, "got the task type add; submit add.work(...), or have an engine do it"),
        (Call(print), "; submit runs it"),
    ],
)
def test_what_cannot_be_called_is_refused_at_once(pool, wrong: Any, words):
    for refused in (lambda: pool.call(wrong), lambda: pool.map(wrong, [1])):
        with pytest.raises(TypeError) as error:
            refused()
        assert words in str(error.value)

    assert 0 == pool.metrics().accepted


def test_a_coroutine_in_place_of_its_function_is_refused(pool):
    coroutine: Any = slowly(1)

    for refused in (lambda: pool.call(coroutine), lambda: pool.submit(coroutine)):
        with pytest.raises(TypeError, match=r"a coroutine of slowly; give the function: pool.call"):
            refused()
    coroutine.close()


@pytest.mark.parametrize("wrong", ["text", {"a": 1}, 5, None])
def test_items_that_are_no_list_are_refused_by_name(pool, wrong: Any):
    with pytest.raises(TypeError, match="items must be a list, got "):
        pool.map(len, wrong)


@pytest.mark.parametrize("door", ["submit", "try_submit", "submit_async"])
def test_arguments_beside_a_function_are_refused_with_what_runs_it(pool, door):
    submit: Any = getattr(pool, door)

    with pytest.raises(TypeError) as refused:
        finished(submit(len, "text"))
    assert "len is a function, not a Work: pool.call(len, ...) runs it" == str(refused.value)


@pytest.mark.parametrize("door", ["submit", "try_submit", "submit_async"])
def test_an_option_of_a_submission_is_given_by_name(pool, door):
    submit: Any = getattr(pool, door)

    with pytest.raises(TypeError, match=f"Pool.{door} takes one work, and options by name: prio"):
        finished(submit(Call(print), 5))
    assert 0 == pool.metrics().accepted


def finished(submitted: Any) -> None:
    """Run a coroutine to its end; what is none has ended."""
    if inspect.iscoroutine(submitted):
        asyncio.run(submitted)


def test_a_wait_for_a_pool_that_was_never_started_says_so():
    waiting = Pool(1, name="mail").call(abs, -1)

    with pytest.raises(WaitTimeout) as late:
        waiting.result(timeout=0)
    assert "task 1 (abs) is queued after 0 s; pool 'mail' has not been started" == str(late.value)
