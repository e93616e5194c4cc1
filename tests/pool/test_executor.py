"""PoolExecutor: futures over a pool. CPython's own tests run over it too; see tests/conformance."""

from __future__ import annotations

import asyncio
import concurrent.futures
import gc
import pickle
import subprocess
import sys
import threading
import traceback
import weakref
from concurrent.futures import thread
from typing import Any

import pytest

from chasqui import Engine, Pool, PoolClosed, PoolExecutor
from chasqui.pool.futures import Call
from tests.no_numbers import Refuses
from tests.present import present

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
    assert "faulty" in [frame.name for frame in traceback.extract_tb(present(error).__traceback__)]
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
    ran: list[Any] = []
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


def test_a_pool_that_drops_its_backlog_cancels_the_futures(make_pool, call, gate):
    pool = make_pool(1)
    pool.submit(call(gate))
    gate.await_entered()
    futures = [PoolExecutor(pool).submit(int) for _ in range(3)]

    pool.shutdown(0, drain=False)

    assert [True] * 3 == [future.cancelled() for future in futures]


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


@pytest.mark.slow
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


def test_it_is_a_thread_pool_executor_of_which_no_machinery_runs(make_pool):
    before = set(threading.enumerate())
    pool = make_pool(3)
    executor = PoolExecutor(pool)
    assert isinstance(executor, concurrent.futures.ThreadPoolExecutor)

    executor.submit(int).result(WAIT)

    started = set(threading.enumerate()) - before
    assert {f"chasqui-default-w0{number}" for number in (1, 2, 3)} <= {one.name for one in started}
    assert set() == started & set(thread._threads_queues)
    assert {"_closed", "_pending", "_pool"} == set(vars(executor))


def test_what_libraries_read_of_it_is_answered_from_the_pool(make_pool, call, gate):
    pool = make_pool(2)
    executor = PoolExecutor(pool)
    for _ in range(2):
        pool.submit(call(gate))
    gate.await_entered(2)
    executor.submit(int)

    assert (2, 2, 1) == (
        executor._max_workers,
        len(executor._threads),
        executor._work_queue.qsize(),
    )
    assert not (executor._shutdown or executor._broken or executor._work_queue.empty())
    assert ("chasqui-default", None, ()) == (
        executor._thread_name_prefix,
        executor._initializer,
        executor._initargs,
    )
    pool.resize(5)
    assert 5 == executor._max_workers
    gate.release.set()
    executor.shutdown()
    assert executor._shutdown and executor._work_queue.empty()


@pytest.mark.parametrize("wrong", [None, 4, "pool", Pool, object(), Refuses()], ids=type)
def test_what_is_no_pool_is_refused_when_it_is_given(wrong):
    with pytest.raises(TypeError, match="a PoolExecutor is over a Pool, got"):
        PoolExecutor(wrong)


def test_an_engine_is_refused_with_what_to_give_instead():
    with pytest.raises(TypeError, match=r"over one pool, got an Engine; give engine\.pool"):
        PoolExecutor(Engine(1))  # type: ignore[arg-type]


def test_it_says_what_it_is_over_and_cannot_be_pickled(make_pool):
    executor = PoolExecutor(make_pool(1, name="mine"))

    assert "<PoolExecutor over <Pool mine running, 1 workers (0 busy), 0 waiting>>" == repr(
        executor
    )
    with pytest.raises(TypeError, match="a PoolExecutor cannot be pickled"):
        pickle.dumps(executor)


def test_a_call_that_the_pool_ends_by_itself_ends_its_future(make_pool, monkeypatch):
    executor = PoolExecutor(make_pool(1))

    def fail(*_):
        raise MemoryError

    monkeypatch.setattr(Call, "execute", fail)
    future = executor.submit(int)

    assert isinstance(future.exception(WAIT), MemoryError)


def test_a_call_is_made_once_though_its_task_is_tried_again(make_pool):
    ended = []
    pool = make_pool(1, retry=lambda task: 0 if task.attempts == 1 else None)
    executor = PoolExecutor(pool)

    future = executor.submit(lambda: ended.append(True) or 1 / 0)

    assert isinstance(future.exception(WAIT), ZeroDivisionError)
    pool.shutdown(WAIT)
    assert [True] == ended
    assert (1, 0) == (pool.metrics().completed, pool.metrics().failed)


def test_a_submission_that_fails_is_not_waited_for(make_pool):
    pool = make_pool(1)
    executor = PoolExecutor(pool)
    pool.shutdown(WAIT)

    with pytest.raises(RuntimeError):
        executor.submit(int)

    executor.shutdown()


def test_a_forked_child_is_refused_its_parents_executor_and_never_hangs():
    program = """
import os, threading
from chasqui import Pool, PoolExecutor, PoolForked
pool = Pool(1)
pool.start()
executor = PoolExecutor(pool)
hold = threading.Event()
executor.submit(hold.wait, 10)
future = executor.submit(int)
pid = os.fork()
if pid == 0:
    for ask in (lambda: executor.submit(int), lambda: future.result(), future.exception):
        try:
            ask()
        except PoolForked:
            os.write(1, b"refused ")
    executor.shutdown()
    with Pool(1) as own:
        os.write(1, b"%d" % PoolExecutor(own).submit(abs, -3).result(10))
    os._exit(0)
os.waitpid(pid, 0)
hold.set()
assert 0 == future.result(10)
pool.shutdown()
"""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program], capture_output=True, timeout=60
    )

    assert (b"refused refused refused 3", b"", 0) == (done.stdout, done.stderr, done.returncode)
