"""An engine takes work from a coroutine without blocking its event loop."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import pytest

from chasqui import BacklogFull, Engine, InvalidParameters, UnknownType, task
from chasqui.testing import FakeClock
from tests.waiting import WAIT


@task
def double(x: int) -> int:
    return 2 * x


@pytest.fixture
def gate():
    gate = threading.Event()
    yield gate
    gate.set()


@pytest.fixture
def engine(gate):
    """Return an engine of a worker that is held, whose backlog is full."""
    entered = threading.Event()

    @task
    def held() -> None:
        entered.set()
        assert gate.wait(WAIT)

    engine = Engine(1, 1)
    engine.register(held)
    engine.register(double)
    with engine:
        engine.submit(held)
        assert entered.wait(WAIT)
        engine.submit(double, {"x": 0})
        yield engine
        gate.set()


async def blocked(engine, count=1):
    while len(engine.pool.blocked()) != count:
        await asyncio.sleep(0)


@pytest.mark.parametrize("options", [{}, {"key": "once"}, {"priority": 4}], ids=str)
def test_a_full_engine_lets_the_loop_go_on_until_there_is_room(engine, gate, options):
    async def main():
        waiting = asyncio.ensure_future(engine.submit_async(double.work(2), **options))
        await blocked(engine)
        gate.set()
        task = await waiting
        return await task, task

    result, task = asyncio.run(main())
    assert (4, options.get("key"), options.get("priority", 0)) == (result, task.key, task.priority)
    assert 0 == engine.metrics().rejected


def test_all_who_wait_with_a_key_get_the_same_task(engine, gate):
    async def main():
        waits = [
            asyncio.ensure_future(engine.submit_async("app.double", {"x": 3}, key="one"))
            for _ in range(5)
        ]
        await blocked(engine, 5)
        gate.set()
        return await asyncio.gather(*waits)

    tasks = asyncio.run(main())
    assert 1 <= len(set(tasks)) <= 5  # it may have ended before the last got in
    assert all(one.key == "one" for one in tasks)
    assert 5 == sum({one: one.submissions for one in tasks}.values())


@pytest.mark.parametrize("options", [{}, {"key": "once"}], ids=str)
def test_a_cancelled_wait_has_submitted_nothing(engine, gate, options):
    async def main():
        waiting = asyncio.ensure_future(engine.submit_async(double.work(2), **options))
        await blocked(engine)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting

    asyncio.run(main())
    assert (2, 0, 0) == (
        engine.metrics().accepted,
        engine.metrics().rejected,
        engine.metrics().blocked,
    )
    gate.set()
    assert 6 == engine.submit(double.work(3), **options).result(WAIT)


@pytest.mark.parametrize("options", [{}, {"key": "once"}], ids=str)
def test_a_wait_that_is_too_long_is_refused_and_counted(engine, options):
    async def main():
        with pytest.raises(BacklogFull):
            await engine.submit_async(double.work(2), timeout=0.001, **options)

    asyncio.run(main())
    assert 1 == engine.metrics().rejected


def test_a_delay_needs_no_room():
    engine = Engine(1, 1, clock=FakeClock())
    engine.register(double)

    async def main():
        return await engine.submit_async(double.work(1), delay=60, key="later")

    task = asyncio.run(main())
    assert ("scheduled", "later") == (task.state, task.key)
    engine.shutdown(0, drain=False)


def test_wrong_submissions_are_refused_as_those_of_threads_are(engine):
    wrong: Any = {"tiemout": 3}

    async def main():
        with pytest.raises(UnknownType):
            await engine.submit_async("app.duoble")
        with pytest.raises(InvalidParameters):
            await engine.submit_async("app.double", {"x": "many"})
        with pytest.raises(TypeError, match="did you mean timeout="):
            await engine.submit_async(double.work(2), **wrong)

    asyncio.run(main())
