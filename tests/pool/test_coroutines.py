"""Coroutines on the loop of a worker: what they leave in it, and that the loop goes on."""

from __future__ import annotations

import asyncio
import logging
import sys

import pytest

from chasqui.pool import coroutines
from tests.pool.conftest import WAIT
from tests.pool.test_bodies import Coroutine

TURNS = 20  # of a loop, more than anything here takes to end


async def turn():
    """Let everything else of the loop go on for a while."""
    for _ in range(TURNS):
        await asyncio.sleep(0)


async def others_here(ctx):
    """Return the loop, and the names of all other asyncio tasks that are in it."""
    await turn()
    others = asyncio.all_tasks() - {asyncio.current_task()}
    return asyncio.get_running_loop(), sorted(other.get_name() for other in others)


@pytest.fixture
def heard():
    """Return what the asyncio tasks that bodies leave have noted."""
    return []


@pytest.fixture
def leaving(heard):
    """Return a function that makes a body which leaves an asyncio task, and ends as it is told."""

    def make(end=lambda: None, left=None):
        async def beat():
            try:
                await asyncio.sleep(3600)
            except asyncio.CancelledError:
                heard.append("cancelled")
                raise

        async def body(ctx):
            heard.append(asyncio.create_task((left or beat)(), name="left"))
            await asyncio.sleep(0)
            end()
            return asyncio.get_running_loop()

        return Coroutine(body)

    return make


def fails():
    raise ValueError("bad")


@pytest.mark.parametrize("end", [lambda: None, fails, sys.exit], ids=["returns", "fails", "exits"])
def test_what_a_body_leaves_in_its_loop_is_cancelled_at_its_end(make_pool, leaving, heard, end):
    pool = make_pool(1)
    assert pool.submit(leaving(end)).wait(WAIT)

    assert ["cancelled"] == heard[1:]
    assert [] == pool.submit(Coroutine(others_here)).result(WAIT)[1]


def test_what_a_cancelled_body_leaves_is_cancelled_too(make_pool, heard):
    async def body(ctx):
        heard.append(asyncio.create_task(asyncio.sleep(3600)))
        ctx.task.cancel()
        await asyncio.sleep(3600)

    pool = make_pool(1)
    left = pool.submit(Coroutine(body))

    assert left.wait(WAIT)
    assert "cancelled" == left.state
    assert heard[0].cancelled()


def test_a_loop_lives_on_when_a_body_has_left_something_in_it(make_pool, leaving):
    pool = make_pool(1)
    loops = [pool.submit(leaving()).result(WAIT) for _ in range(3)]

    assert loops[:1] * 3 == loops


def test_what_would_leave_by_an_exit_fails_no_later_body(make_pool, leaving):
    async def exits():
        await turn()
        sys.exit("left behind")

    pool = make_pool(1)
    pool.submit(leaving(left=exits)).result(WAIT)

    assert [] == pool.submit(Coroutine(others_here)).result(WAIT)[1]


def test_what_is_begun_while_something_left_cleans_up_is_cancelled_as_well(
    make_pool, leaving, heard
):
    async def begins_another():
        try:
            await asyncio.sleep(3600)
        finally:
            heard.append(asyncio.create_task(asyncio.sleep(3600)))

    pool = make_pool(1)
    pool.submit(leaving(left=begins_another)).result(WAIT)

    assert [True, True] == [left.cancelled() for left in heard]


def test_what_ignores_its_cancel_is_left_with_its_loop(make_pool, leaving, monkeypatch, caplog):
    monkeypatch.setattr(coroutines, "LEFTOVER_SECONDS", 0.01)

    async def ignores():
        while True:
            try:
                await asyncio.sleep(3600)
            except asyncio.CancelledError:
                continue

    pool = make_pool(1)
    with caplog.at_level(logging.WARNING, "chasqui.pool"):
        loop = pool.submit(leaving(left=ignores)).result(WAIT)
    following, others = pool.submit(Coroutine(others_here)).result(WAIT)

    assert loop.is_closed()
    assert following is not loop
    assert [] == others
    assert "task 1: asyncio tasks that it has left ignore their cancel" in caplog.text


def test_what_answers_its_cancel_by_an_exit_costs_no_result(make_pool, leaving, caplog):
    async def exits():
        try:
            await asyncio.sleep(3600)
        finally:
            sys.exit("left behind")

    pool = make_pool(1)
    with caplog.at_level(logging.ERROR, "chasqui.pool"):
        loop = pool.submit(leaving(left=exits)).result(WAIT)

    assert "task 1: an asyncio task that it has left raised" in caplog.text
    assert loop is not pool.submit(Coroutine(others_here)).result(WAIT)[0]


def test_a_body_that_an_exit_has_interrupted_is_not_in_the_loop_of_the_next(make_pool):
    async def body(ctx):
        asyncio.get_running_loop().call_soon(sys.exit, "a callback")
        await asyncio.sleep(3600)

    pool = make_pool(1)
    interrupted = pool.submit(Coroutine(body))

    assert interrupted.wait(WAIT)
    assert isinstance(interrupted.error, SystemExit)
    assert [] == pool.submit(Coroutine(others_here)).result(WAIT)[1]


def test_what_a_body_leaves_is_found_though_it_has_the_loop_make_tasks_in_its_own_way(
    make_pool, heard
):
    async def body(ctx):
        loop = asyncio.get_running_loop()
        loop.set_task_factory(None)
        heard.append(loop.create_task(asyncio.sleep(3600)))

    make_pool(1).submit(Coroutine(body)).result(WAIT)

    assert heard[0].cancelled()


def test_the_asyncio_tasks_of_other_threads_are_looked_at_only_if_a_body_has_made_some(
    make_pool, leaving, monkeypatch
):
    looks, all_tasks = [], asyncio.all_tasks
    monkeypatch.setattr(asyncio, "all_tasks", lambda: looks.append(1) or all_tasks())

    async def body(ctx):
        await turn()

    pool = make_pool(1)
    pool.submit(Coroutine(body)).result(WAIT)
    assert [] == looks
    pool.submit(leaving()).result(WAIT)
    assert looks
