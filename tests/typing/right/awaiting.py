"""A program of coroutines that awaits tasks, and plain code that waits for many of them."""

from __future__ import annotations

import asyncio
from concurrent.futures import Future
from contextlib import suppress
from typing import assert_type

import chasqui
from chasqui import Cancelled, Engine, Pool, Task, WaitTimeout, as_completed, task


@task
def add(a: int, b: int = 2) -> int:
    return a + b


@task
async def fetch(url: str) -> bytes:
    return url.encode()


@task
def forever(ctx: chasqui.Context) -> None:
    while True:
        ctx.sleep(60)
        ctx.raise_if_cancelled()


def length(text: str) -> int:
    return len(text)


async def handler(engine: Engine, url: str) -> bytes:
    return await engine.call(fetch, url)


async def gathered(pool: Pool) -> list[int]:
    many = [pool.call(length, text) for text in ("a", "bc")]
    assert_type(await asyncio.gather(*many), list[int])
    assert_type(await asyncio.wait_for(pool.call(length, "abc"), timeout=10), int)
    return await asyncio.gather(*many)


async def first_come(engine: Engine) -> list[int]:
    found: list[int] = []
    tasks = [engine.call(add, number) for number in range(3)]
    async for one in as_completed(tasks, timeout=10):
        assert_type(one, Task[int])
        found.append(await one)
    return sorted(found)


async def in_a_loop(engine: Engine, pool: Pool) -> None:
    assert await handler(engine, "ab") == b"ab"
    assert await gathered(pool) == [1, 2]
    assert await first_come(engine) == [2, 3, 4]
    waiting = await engine.submit_async(add.work(1), priority=3, timeout=10)
    assert_type(waiting, Task[int])
    assert_type(await waiting, int)
    assert_type(await engine.submit_async("app.add", {"a": 1}), Task)
    stopped = engine.call(forever)
    assert not await stopped.wait_async(timeout=0.01)
    stopped.cancel()
    with suppress(Cancelled):
        await stopped
    found = await chasqui.wait_async([waiting, stopped], timeout=10)
    assert found.not_done == []
    wrapped = asyncio.wrap_future(engine.call(add, 1).future())
    assert_type(await wrapped, int)


def main() -> None:
    with Engine(workers=2) as engine, Pool(workers=2) as pool:
        for one in (add, fetch, forever):
            engine.register(one)
        asyncio.run(in_a_loop(engine, pool))

        tasks = [engine.call(add, number) for number in range(3)]
        for done in as_completed(tasks):
            assert_type(done.result(), int)
        found = chasqui.wait(tasks, timeout=10, return_when="FIRST_EXCEPTION")
        assert_type(found.done, list[Task[int]])
        assert len(found.done) == 3
        mixed: list[Task[object]] = [engine.call(add, 1), engine.call(fetch, "a")]
        assert len(chasqui.wait(mixed).done) == 2
        future = engine.call(add, 1).future()
        assert_type(future, Future[int])
        assert future.result(timeout=10) == 3
        slow = engine.call(forever)
        try:
            slow.result(timeout=0.01)
        except WaitTimeout as late:
            assert late.timeout == 0.01
        slow.cancel()


if __name__ == "__main__":
    main()
