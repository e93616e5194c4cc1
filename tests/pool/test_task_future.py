"""The future of a task, and what of asyncio takes a task."""

from __future__ import annotations

import asyncio
import concurrent.futures
import threading
from concurrent.futures import CancelledError
from functools import partial
from typing import Any

import pytest

from chasqui import Context, PoolClosed
from tests.pool.conftest import WAIT, Call


def add(number: int, ctx: Context) -> int:
    return number + 1


def test_a_future_ends_as_its_task_does(make_pool, gate):
    pool = make_pool(1)
    task, wrong = pool.submit(Call(gate)), pool.submit(Call(lambda ctx: 1 / 0))
    futures = [task.future(), wrong.future()]
    gate.await_entered()

    assert [True, False] == [one.running() for one in futures]
    gate.release.set()
    assert "through" == futures[0].result(WAIT)
    assert isinstance(futures[1].exception(WAIT), ZeroDivisionError)
    assert [True, True] == [one.done() for one in futures]
    assert "through" == task.future().result(0)


def test_libraries_of_futures_take_the_future_of_a_task(make_pool):
    pool = make_pool(2)
    futures = [pool.submit(Call(partial(add, n))).future() for n in range(9)]

    found = concurrent.futures.as_completed(futures, timeout=WAIT)
    assert set(range(1, 10)) == {future.result() for future in found}
    assert set(futures) == concurrent.futures.wait(futures, WAIT).done


def test_the_cancel_of_a_future_cancels_a_task_that_waits_and_no_other(make_pool, gate):
    pool = make_pool(1)
    running, queued = pool.submit(Call(gate)), pool.submit(Call())
    gate.await_entered()
    futures = [running.future(), queued.future()]

    assert [False, True] == [one.cancel() for one in futures]
    assert "cancelled" == queued.state
    with pytest.raises(CancelledError):
        futures[1].result(0)
    assert futures[1].cancel()
    gate.release.set()
    assert "through" == futures[0].result(WAIT)
    assert not running.stop_asked


def test_the_future_of_a_cancelled_task_is_cancelled(make_pool):
    task = make_pool(1, start=False).submit(Call())
    before = task.future()
    task.cancel()

    for future in (before, task.future()):
        assert future.cancelled()
        assert future.cancel()


def test_the_future_of_a_task_that_a_shutdown_left_says_so(make_pool):
    pool = make_pool(1, start=False)
    task = pool.submit(Call())
    before = task.future()
    pool.shutdown(0)

    for future in (before, task.future()):
        assert isinstance(future.exception(0), PoolClosed)


def test_asyncio_waits_for_the_future_of_a_task(make_pool):
    pool = make_pool(2)

    def stop(ctx):
        raise StopIteration(3)

    async def main():
        task, wrong = pool.submit(Call(lambda ctx: 7)), pool.submit(Call(stop))
        wrapped = [asyncio.wrap_future(one.future()) for one in (task, wrong)]
        await asyncio.wait(wrapped, timeout=WAIT)
        return wrapped[0].result(), wrapped[1].exception()

    result, error = asyncio.run(main())
    assert 7 == result
    assert isinstance(error, RuntimeError)
    assert isinstance(error.__cause__, StopIteration)


def test_asyncio_takes_a_task_where_it_takes_an_awaitable(make_pool):
    pool = make_pool(2)

    async def main():
        tasks = [pool.submit(Call(partial(add, n))) for n in range(4)]
        found = [
            *await asyncio.gather(tasks[0], tasks[1]),
            await asyncio.wait_for(tasks[2], WAIT),
            await asyncio.shield(tasks[3]),
            await asyncio.ensure_future(tasks[0]),
        ]
        with pytest.raises(TypeError, match="a coroutine was expected"):
            await asyncio.create_task(tasks[0])
        return found

    assert [1, 2, 3, 4, 1] == asyncio.run(main())


def test_asyncio_wait_refuses_a_task_and_says_what_to_give_it_instead(make_pool, gate):
    task = make_pool(1).submit(Call(gate))

    async def main():
        with pytest.raises(TypeError, match=r"asyncio\.ensure_future\(task\)"):
            await asyncio.wait({task}, timeout=WAIT)
        done, _ = await asyncio.wait({asyncio.ensure_future(task)}, timeout=0)
        gate.release.set()
        return done

    assert set() == asyncio.run(main())
    assert task.wait(WAIT)


def test_methods_of_asyncio_are_refused_as_callbacks(make_pool):
    task = make_pool(1).submit(Call())
    task.wait(WAIT)

    async def main():
        future = asyncio.get_running_loop().create_future()
        callbacks: list[Any] = [asyncio.Queue().put_nowait, future.set_result, future.cancel]
        for callback in callbacks:
            with pytest.raises(TypeError, match="asyncio"):
                task.add_done_callback(callback)

    asyncio.run(main())


# Done callbacks


def test_a_removed_callback_is_not_called(make_pool, gate):
    task, called, last = make_pool(1).submit(Call(gate)), list[Any](), threading.Event()
    for one in (called.append, called.remove, called.append, lambda _task: last.set()):
        task.add_done_callback(one)

    assert [2, 1, 0] == [
        task.remove_done_callback(one) for one in (called.append, called.remove, called.clear)
    ]
    gate.release.set()
    assert last.wait(WAIT)
    assert [] == called
    assert 0 == task.remove_done_callback(called.append)
