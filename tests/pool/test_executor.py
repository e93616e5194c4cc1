"""PoolExecutor: futures over a pool. CPython's own tests run over it too; see tests/conformance."""

from __future__ import annotations

import asyncio
import concurrent.futures
import gc
import traceback
import weakref

import pytest

from chasqui import PoolClosed, PoolExecutor

WAIT = 10.0


def test_a_future_has_what_the_call_returned(make_pool):
    executor = PoolExecutor(make_pool(2))

    assert 8 == executor.submit(pow, 2, 3).result(WAIT)
    assert [1, 4, 9] == list(executor.map(pow, (1, 2, 3), (2, 2, 2)))


def test_a_future_has_what_the_call_raised_with_the_frames_it_came_through(make_pool):
    def faulty():
        raise ValueError("bad")

    pool = make_pool(1)
    future = PoolExecutor(pool).submit(faulty)
    error = future.exception(WAIT)
    pool.shutdown(WAIT)

    assert "bad" == str(error)
    assert "faulty" in [frame.name for frame in traceback.extract_tb(error.__traceback__)]
    assert (1, 0) == (pool.metrics().failed, pool.metrics().completed)


@pytest.mark.parametrize("error", [SystemExit(3), KeyboardInterrupt()])
def test_whatever_a_call_raises_is_its_futures_error(make_pool, error):
    def leave():
        raise error

    executor = PoolExecutor(make_pool(1))

    assert error is executor.submit(leave).exception(WAIT)
    assert "on" == executor.submit(lambda: "on").result(WAIT)


def test_a_cancelled_future_leaves_the_backlog_at_once(make_pool, call, gate):
    pool = make_pool(1, 2)
    pool.submit(call(gate))
    gate.await_entered()
    executor = PoolExecutor(pool)
    ran = []
    futures = [executor.submit(ran.append, number) for number in range(2)]

    assert futures[0].cancel()
    assert 1 == pool.metrics().queued
    done, _ = concurrent.futures.wait(futures, 0)
    assert {futures[0]} == done
    gate.release.set()
    futures[1].result(WAIT)
    assert [1] == ran


def test_a_task_cancelled_by_the_pool_cancels_its_future(make_pool, call, gate):
    pool = make_pool(1)
    pool.submit(call(gate))
    gate.await_entered()
    future = PoolExecutor(pool).submit(int)

    pool.waiting()[0].cancel()

    assert future.cancelled()
    assert {future} == concurrent.futures.wait([future], 0).done


def test_a_future_whose_call_is_left_by_a_stopped_pool_is_told(make_pool, call, gate):
    pool = make_pool(1)
    pool.submit(call(gate))
    gate.await_entered()
    future = PoolExecutor(pool).submit(int)

    pool.shutdown(0)

    with pytest.raises(PoolClosed, match="left this call"):
        future.result(WAIT)


def test_the_shutdown_of_an_executor_waits_for_its_own_and_leaves_the_pool(make_pool, call):
    pool = make_pool(2)
    first, second = PoolExecutor(pool), PoolExecutor(pool)
    futures = [first.submit(int) for _ in range(20)]

    first.shutdown()

    assert all(future.done() for future in futures)
    with pytest.raises(RuntimeError, match="cannot schedule new futures"):
        first.submit(int)
    assert 0 == second.submit(int).result(WAIT)


def test_an_executor_over_a_stopped_pool_refuses(make_pool):
    pool = make_pool(1)
    executor = PoolExecutor(pool)
    pool.shutdown(WAIT)

    with pytest.raises(RuntimeError, match="cannot schedule new futures"):
        executor.submit(int)


def test_asyncio_runs_calls_in_it(make_pool):
    executor = PoolExecutor(make_pool(2))

    async def main():
        loop = asyncio.get_running_loop()
        return await asyncio.gather(*(loop.run_in_executor(executor, pow, 2, n) for n in range(5)))

    assert [1, 2, 4, 8, 16] == asyncio.run(main())


def test_nothing_but_the_future_keeps_a_result_alive(make_pool):
    class Big:
        pass

    executor = PoolExecutor(make_pool(1))
    future = executor.submit(Big)
    watched = weakref.ref(future.result(WAIT))
    executor.submit(int).result(WAIT)
    del future
    gc.collect()

    assert watched() is None


def test_it_is_an_executor_and_no_thread_pool_executor():
    names = [kind.__name__ for kind in PoolExecutor.__mro__]

    assert ["PoolExecutor", "Executor", "object"] == names
