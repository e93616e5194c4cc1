"""PoolExecutor where others take an executor: asyncio, dask, Tornado, more-executors."""

from __future__ import annotations

import asyncio
import contextvars
import subprocess
import sys
import threading
from typing import Any

import dask
import dask.threaded
import pytest
import tornado.concurrent
import tornado.ioloop
from dask.base import compute
from dask.delayed import delayed
from more_executors import ExceptionRetryPolicy, MapExecutor, RetryExecutor, ThrottleExecutor

from chasqui import PoolExecutor
from tests.waiting import until

WAIT = 10.0


def name_of_thread(*_):
    return threading.current_thread().name


def test_asyncio_takes_it_as_the_default_and_ends_it_with_the_loop(make_pool):
    pool = make_pool(2)
    executor = PoolExecutor(pool)
    variable: contextvars.ContextVar[str] = contextvars.ContextVar("variable")

    async def main():
        loop = asyncio.get_running_loop()
        loop.set_default_executor(executor)
        variable.set("seen")
        threads = await asyncio.gather(
            asyncio.to_thread(name_of_thread), loop.run_in_executor(None, name_of_thread)
        )
        return threads, await asyncio.to_thread(variable.get)

    threads, seen = asyncio.run(main())

    assert {"chasqui-default"} == {one.rpartition("-")[0] for one in threads}
    assert "seen" == seen
    assert executor._shutdown and "running" == pool.state
    until(
        lambda: 3 == pool.metrics().completed
    )  # a future has its result before its task is counted


def test_a_loop_waits_at_its_end_for_what_still_runs_in_it(make_pool):
    executor = PoolExecutor(make_pool(1))
    ended = []
    release = threading.Event()

    async def main():
        loop = asyncio.get_running_loop()
        loop.set_default_executor(executor)
        loop.run_in_executor(None, lambda: ended.append(release.wait(WAIT)))
        loop.call_soon(release.set)
        await loop.shutdown_default_executor()

    asyncio.run(main())

    assert [True] == ended


def test_asyncio_cancels_what_has_not_begun(make_pool, call, gate):
    pool = make_pool(1)
    pool.submit(call(gate))
    gate.await_entered()

    async def main():
        future = asyncio.get_running_loop().run_in_executor(PoolExecutor(pool), name_of_thread)
        await asyncio.sleep(0)
        future.cancel()
        with pytest.raises(asyncio.CancelledError):
            await future

    asyncio.run(main())

    assert 0 == pool.metrics().queued


def test_a_program_that_has_it_as_the_default_of_its_loop_ends():
    program = """
import asyncio, time
from chasqui import Pool, PoolExecutor
pool = Pool(2)
pool.start()
async def main():
    asyncio.get_running_loop().set_default_executor(PoolExecutor(pool))
    print(await asyncio.to_thread(abs, -3))
asyncio.run(main())
executor = PoolExecutor(pool)
executor.submit(print, "ran")
executor.submit(time.sleep, 0.1)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, timeout=60)

    assert (0, b"3\nran\n", b"") == (done.returncode, done.stdout, done.stderr)


def test_dask_computes_in_it(make_pool):
    pool = make_pool(3)
    graph = [delayed(pow)(number, 2) for number in range(20)]

    with dask.config.set(pool=PoolExecutor(pool)):
        squares = compute(*graph, scheduler="threads")
        total = delayed(sum)(graph).compute()
    threads = compute(
        *(delayed(name_of_thread)(number) for number in range(5)), pool=PoolExecutor(pool)
    )

    assert tuple(number**2 for number in range(20)) == squares
    assert sum(squares) == total
    assert {"chasqui-default"} == {one.rpartition("-")[0] for one in threads}
    assert pool.metrics().completed > 20


def test_an_error_of_a_call_comes_out_of_dask_as_it_was(make_pool):
    with (
        dask.config.set(pool=PoolExecutor(make_pool(2))),
        pytest.raises(ZeroDivisionError),
    ):
        delayed(lambda: 1 / 0)().compute()


def test_tornado_runs_calls_in_it(make_pool):
    class Handler:
        executor = PoolExecutor(make_pool(2))

        @tornado.concurrent.run_on_executor
        def name(self):
            return name_of_thread()

    async def main():
        loop = tornado.ioloop.IOLoop.current()
        loop.set_default_executor(Handler.executor)
        return (
            await loop.run_in_executor(None, name_of_thread),
            await loop.run_in_executor(Handler.executor, name_of_thread),
            await Handler().name(),
        )

    threads = asyncio.run(main())

    assert {"chasqui-default"} == {one.rpartition("-")[0] for one in threads}


def an_executor(pool) -> Any:
    """Return one without its type, as more-executors asks for executors of its own."""
    return PoolExecutor(pool)


def test_more_executors_binds_to_it(make_pool):
    pool = make_pool(2)
    attempts = []

    def flaky():
        attempts.append(name_of_thread())
        if len(attempts) < 3:
            raise OSError("again")
        return "done"

    policy = ExceptionRetryPolicy(max_attempts=5, sleep=0.001, max_sleep=0.001)
    with RetryExecutor(PoolExecutor(pool), retry_policy=policy) as retrying:
        assert "done" == retrying.submit(flaky).result(WAIT)
    mapping: Any
    with MapExecutor(an_executor(pool), lambda value: value + 1) as mapping:
        assert 4 == mapping.submit(abs, -3).result(WAIT)
    with ThrottleExecutor(an_executor(pool), count=1) as throttled:
        futures = [throttled.submit(abs, -1), throttled.submit(abs, 2)]
        assert [1, 2] == [future.result(WAIT) for future in futures]

    assert {"chasqui-default"} == {one.rpartition("-")[0] for one in attempts}
