"""Bodies: coroutines on the worker's loop, and the context variables that they see."""

from __future__ import annotations

import asyncio
import contextvars
import threading

import pytest

from chasqui import Cancelled, TimeLimit
from chasqui.pool.state import state_of

WAIT = 10.0
name = contextvars.ContextVar("name", default="none")


class Coroutine:
    """A work whose body is a coroutine function."""

    id = name = "coroutine"

    def __init__(self, function):
        self.function = function

    async def execute(self, ctx):
        return await self.function(ctx)


def test_a_coroutine_runs_to_its_result(make_pool):
    async def body(ctx):
        await asyncio.sleep(0)
        return ctx.task.number

    pool = make_pool(2)

    assert [1, 2, 3] == [pool.submit(Coroutine(body)).result(WAIT) for _ in range(3)]


def test_the_coroutines_of_a_worker_share_its_loop(make_pool):
    async def body(ctx):
        return asyncio.get_running_loop()

    pool = make_pool(1)
    loops = {pool.submit(Coroutine(body)).result(WAIT) for _ in range(3)}
    pool.shutdown(WAIT)

    assert 1 == len(loops)
    assert loops.pop().is_closed()


def test_a_coroutine_that_raises_has_failed(make_pool):
    async def body(ctx):
        raise ValueError("bad")

    task = make_pool(1).submit(Coroutine(body))

    with pytest.raises(ValueError, match="bad"):
        task.result(WAIT)


def test_a_coroutine_that_sleeps_is_woken_by_a_cancel(make_pool):
    begun = threading.Event()

    async def body(ctx):
        begun.set()
        await asyncio.sleep(3600)

    task = make_pool(1).submit(Coroutine(body))
    assert begun.wait(WAIT)

    assert task.cancel()
    with pytest.raises(Cancelled):
        task.result(WAIT)
    assert "cancelled" == task.state


def test_a_coroutine_past_its_time_limit_fails_with_it(make_pool):
    async def body(ctx):
        await asyncio.sleep(3600)

    task = make_pool(1).submit(Coroutine(body), time_limit=0.01)

    with pytest.raises(TimeLimit, match=r"0\.01 s"):
        task.result(WAIT)


def test_a_body_sees_the_variables_of_its_submitter_as_they_were(make_pool, call):
    pool = make_pool(1, start=False)
    tasks = []
    for value in ("a", "b"):
        name.set(value)
        tasks.append(pool.submit(call(lambda ctx: name.get())))
    tasks += pool.submit_batch([call(lambda ctx: name.get())])
    name.set("later")
    pool.start()

    assert ["a", "b", "b"] == [task.result(WAIT) for task in tasks]


def test_a_coroutine_sees_them_too(make_pool):
    async def body(ctx):
        return name.get()

    pool = make_pool(1)

    def submit():
        name.set("mine")
        return pool.submit(Coroutine(body))

    assert "mine" == contextvars.Context().run(submit).result(WAIT)


def test_a_variable_that_a_body_sets_is_seen_by_no_other(make_pool, call):
    pool = make_pool(1)

    def body(ctx):
        before = name.get()
        name.set("left behind")
        return before

    def submit():
        return [pool.submit(call(body)) for _ in range(3)]

    tasks = contextvars.Context().run(submit)

    assert ["none"] * 3 == [task.result(WAIT) for task in tasks]


def leaves(ctx):
    """Say what was left behind, and leave something."""
    before = name.get()
    name.set("left behind")
    return before


async def leaves_later(ctx):
    return leaves(ctx)


def outside_any(pool, works):
    """Return the results of works whose submitter has no context variables, one after another."""
    tasks = contextvars.Context().run(lambda: [pool.submit(work) for work in works])
    return [task.result(WAIT) for task in tasks]


def test_a_variable_that_a_coroutine_sets_is_seen_by_no_other_body(make_pool, call):
    works = [Coroutine(leaves_later), call(leaves), Coroutine(leaves_later), call(leaves)]

    assert ["none"] * 4 == outside_any(make_pool(1), works)


def test_a_variable_that_a_body_sets_before_it_fails_is_seen_by_no_other(make_pool, call):
    def fails(ctx):
        leaves(ctx)
        raise ValueError("bad")

    pool = make_pool(1)

    assert contextvars.Context().run(pool.submit, call(fails)).wait(WAIT)
    assert ["none"] == outside_any(pool, [call(leaves)])


def test_a_variable_that_the_text_of_an_error_sets_is_seen_by_no_body(make_pool, call):
    class Saying(Exception):
        def __str__(self):
            name.set("left behind")
            return "said"

    def fails(ctx):
        raise Saying

    pool = make_pool(1)

    assert contextvars.Context().run(pool.submit, call(fails)).wait(WAIT)
    assert ["none"] == outside_any(pool, [call(leaves)])


@pytest.mark.parametrize("given", [[], ["the submitter's"]])
def test_a_coroutine_sees_what_the_function_that_made_it_has_set(make_pool, call, given):
    async def later():
        return name.get()

    def begins(ctx):
        name.set("set on the way")
        return later()

    def submit():
        for value in given:
            name.set(value)
        return [pool.submit(call(begins)), pool.submit(Coroutine(leaves_later))]

    pool = make_pool(1)
    outside_any(pool, [Coroutine(leaves_later)])  # now the worker has a loop, made elsewhere
    began, after = contextvars.Context().run(submit)

    assert "set on the way" == began.result(WAIT)
    assert (given or ["none"])[0] == after.result(WAIT)


@pytest.mark.parametrize("kind", ["plain", "coroutine"])
def test_another_attempt_sees_the_variables_of_its_submitter_as_they_were(make_pool, call, kind):
    seen = []

    def body(ctx):
        seen.append(leaves(ctx))
        if ctx.attempt == 1:
            raise ValueError("bad")

    async def later(ctx):
        body(ctx)

    def submit():
        name.set("mine")
        return pool.submit(call(body) if kind == "plain" else Coroutine(later))

    pool = make_pool(1)
    state_of(pool).retry = lambda task: 0.0 if task.attempts == 1 else None
    contextvars.Context().run(submit).result(WAIT)

    assert ["mine", "mine"] == seen


def test_a_pool_may_be_told_not_to_pass_variables_on(make_pool, call):
    pool = make_pool(1, inherit=False)
    name.set("mine")

    assert "none" == pool.submit(call(lambda ctx: name.get())).result(WAIT)
