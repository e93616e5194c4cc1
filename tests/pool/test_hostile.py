"""Hostile objects in a pool: they are the trouble of their own task, and of nothing else."""

from __future__ import annotations

import dataclasses
import logging
import threading
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chasqui import Pool, foreign
from tests import hostile
from tests.hostile.shapes import raises

WAIT = 10.0


class Work:
    """Raises an error, or returns a value."""

    id = name = "work"

    def __init__(self, error=None, value=None, is_async=False):
        self.error, self.value, self.is_async = error, value, is_async

    def execute(self, ctx):
        return self.later() if self.is_async else self.now()

    async def later(self):
        return self.now()

    def now(self):
        if self.error is not None:
            raise self.error
        return self.value


@pytest.fixture(scope="module")
def pool():
    pool = Pool(workers=1)
    pool.start()
    yield pool
    pool.shutdown(WAIT)


QUICK: dict[str, Any] = {
    "deadline": None,
    "database": None,
    "suppress_health_check": [*HealthCheck],
}


@pytest.mark.slow
@settings(max_examples=150, **QUICK)
@given(st.lists(hostile.errors(), min_size=4, max_size=4), st.booleans())
def test_the_error_that_a_handle_shows_is_the_one_that_was_raised(pool, makers, is_async):
    assert [] == [wrong for make in makers for wrong in failing(pool, make, is_async)]


@pytest.mark.slow
@settings(max_examples=100, **QUICK)
@given(st.lists(hostile.values(), min_size=4, max_size=4), st.booleans())
def test_the_result_of_a_handle_is_the_one_that_was_returned(pool, makers, is_async):
    assert [] == [wrong for make in makers for wrong in returning(pool, make, is_async)]


# What is wrong comes back in words: pytest must not look at the objects, either.


def failing(pool, make, is_async):
    error, before = make(), pool.metrics()
    # In a coroutine Python itself makes a RuntimeError of it.
    stops = foreign.is_a(error, StopIteration) and is_async
    task = pool.submit(Work(error, is_async=is_async))
    if not task.wait(WAIT):
        return ["it does not end"]
    wrong = []
    if task.state != "failed":
        wrong.append(task.state)
    if not stops and task.error is not error:
        wrong.append(f"{foreign.repr_of(task.error)} instead of {foreign.kind_of(error)}")
    if type(task.traceback) is not str:
        wrong.append("no traceback")
    try:
        task.result(WAIT)
    except BaseException as raised:
        if raised is not task.error:
            wrong.append(f"result() raises {foreign.repr_of(raised)}")
    else:
        wrong.append("result() does not raise")
    after = pool.metrics()
    if (before.failed + 1, 0) != (after.failed, pool.workers_lost):
        wrong.append(f"{after.failed - before.failed} failed, {pool.workers_lost} lost")
    if after.accepted != after.queued + after.running + after.processed + after.cancelled:
        wrong.append(f"{after} does not add up")
    return wrong


def returning(pool, make, is_async):
    value = make()
    task = pool.submit(Work(value=value, is_async=is_async))
    if not task.wait(WAIT):
        return ["it does not end"]
    if task.state != "completed":
        return [f"{task.state}: {foreign.repr_of(task.error)}"]
    return [] if task.result() is value and not pool.workers_lost else ["another result"]


@pytest.mark.parametrize("is_async", [False, True])
def test_a_frozen_error_is_the_one_that_the_handle_shows(pool, is_async):
    @dataclasses.dataclass(frozen=True)
    class Gone(Exception):
        code: int

    task = pool.submit(Work(Gone(4), is_async=is_async))

    with pytest.raises(Gone):
        task.result(WAIT)
    assert "Gone: 4" in task.traceback


def test_the_cause_of_an_error_is_shown_though_it_counts_as_false(pool):
    class Empty(Exception):
        def __len__(self):
            return 0

    error = ValueError("outer")
    error.__cause__ = Empty("inner text")

    task = pool.submit(Work(error))

    assert task.wait(WAIT)
    assert "inner text" in task.traceback


def test_a_result_whose_class_cannot_be_asked_for_is_a_result(pool):
    value = hostile.made(object, {"__class__": property(raises(lambda: ReferenceError("gone")))})()

    task = pool.submit(Work(value=value))

    assert task.wait(WAIT)
    assert task.result() is value


def test_a_body_whose_other_asyncio_task_leaves_costs_the_next_body_nothing(pool):
    import asyncio

    ended = threading.Event()

    class Leaves:
        id = name = "leaves"

        async def execute(self, ctx):
            async def exits():
                raise SystemExit(3)

            child = asyncio.create_task(exits())
            try:
                await asyncio.sleep(60)
            finally:
                ended.set()
                child.cancel()

    first = pool.submit(Leaves())
    assert first.wait(WAIT)
    assert ended.wait(WAIT)  # before the next body begins, not inside of it

    assert "fine" == pool.submit(Work(value="fine", is_async=True)).result(WAIT)
    assert isinstance(first.error, SystemExit)


def test_a_callback_that_raises_what_cannot_be_logged_costs_nothing(pool, caplog):
    class Odd(Exception):
        __str__ = raises(lambda: SystemExit(1))

    def callback(task):
        raise Odd

    task = pool.submit(Work(value=1))
    with caplog.at_level(logging.ERROR, "chasqui.pool"):
        task.add_done_callback(callback)
        assert task.wait(WAIT)
        assert 2 == pool.submit(Work(value=2)).result(WAIT)

    assert 0 == pool.workers_lost
    assert "a callback raised" in caplog.text
    assert "Odd: (its text cannot be had: SystemExit: 1)" in caplog.text


def test_a_work_whose_name_cannot_be_had_is_run_and_says_so(pool):
    class Nameless(Work):
        name = property(raises(lambda: SystemExit(2)))

    task = pool.submit(Nameless(value=1))

    assert 1 == task.result(WAIT)
    assert "Nameless" == task.name
    assert str(task.number) in repr(task)


@pytest.mark.parametrize("level", [logging.WARNING, logging.CRITICAL + 1])
def test_what_a_body_logs_never_raises_for_its_arguments(pool, caplog, level):
    class Half:
        name: str

        def __repr__(self):
            return f"<Half {self.name}>"

    class Falsy(Exception):
        __bool__ = raises(lambda: TypeError("ambiguous"))

    class Logs:
        id = name = "logs"

        def execute(self, ctx):
            ctx.log.warning("got %s", Half())
            ctx.log.warning(
                "got %s and %d", 1, hostile.made(dict, {"__len__": raises(SystemExit)})()
            )
            ctx.log.warning(hostile.made(object, {"__str__": raises(SystemExit)})())
            ctx.log.warning("failed", exc_info=Falsy("x"))
            return "done"

    with caplog.at_level(level, "chasqui.task"):
        assert "done" == pool.submit(Logs()).result(WAIT)

    lines = [record.getMessage().partition(": ")[2] for record in caplog.records]
    if level > logging.CRITICAL:
        assert [] == lines
        return
    why = "AttributeError: 'Half' object has no attribute 'name'"
    half = f"<Half, its repr cannot be had: {why}>"
    assert f"got %s ({half},) (its text cannot be had: {why})" == lines[0]
    assert "got %s and %d (1, {})" == lines[1]
    assert "(its text cannot be had: SystemExit)" == lines[2]
    assert lines[3].startswith("failed\n") and lines[3].endswith("Falsy: x")
