"""Futures of a pool: what they keep alive, what they raise, and waits that could never end."""

from __future__ import annotations

import asyncio
import concurrent.futures
import gc
import threading
import time
import weakref
from concurrent.futures import ThreadPoolExecutor

import pytest

from chasqui import PoolClosed, PoolExecutor, WouldDeadlock

WAIT = 10.0


class Thing:
    """Can be referred to weakly."""


class Broken(Exception):
    """Can be too."""


def refuse(*_):
    raise Broken("no")


def returned(executor):
    future = executor.submit(Thing)
    return weakref.ref(future), weakref.ref(future.result(WAIT))


def raised(executor):
    try:  # no frame that the error keeps has the future: that cycle would be the caller's own
        executor.submit(refuse).result(WAIT)
    except Broken as error:
        return (weakref.ref(error),)


def given(executor):
    thing = Thing()
    future = executor.submit(refuse, thing)
    future.exception(WAIT)
    return weakref.ref(future), weakref.ref(thing)


def called_back(executor):
    ended = threading.Event()
    future = executor.submit(Thing)
    future.add_done_callback(lambda done: ended.set())
    assert ended.wait(WAIT)
    return weakref.ref(future), weakref.ref(future.result(WAIT))


def mapped(executor):
    (thing,) = executor.map(lambda _: Thing(), [1])
    return (weakref.ref(thing),)


def completed(executor):
    futures = [executor.submit(Thing) for _ in range(3)]
    return tuple(weakref.ref(one) for one in concurrent.futures.as_completed(futures, WAIT))


def cancelled(executor):
    entered, release = threading.Barrier(3), threading.Event()
    for _ in range(2):
        executor.submit(lambda: (entered.wait(WAIT), release.wait(WAIT)))
    entered.wait(WAIT)
    thing = Thing()
    future = executor.submit(refuse, thing)
    assert future.cancel()
    release.set()
    return weakref.ref(future), weakref.ref(thing)


def within(executor):
    def outer():
        inner = executor.submit(refuse)
        try:
            inner.result(WAIT)
        finally:
            del inner

    future = executor.submit(outer)
    return weakref.ref(future), weakref.ref(future.exception(WAIT))


def awaited(executor):
    async def main():
        return await asyncio.get_running_loop().run_in_executor(executor, Thing)

    return (weakref.ref(asyncio.run(main())),)


SCENES = (returned, raised, given, called_back, mapped, completed)
OTHERS = (cancelled, within, awaited)


@pytest.fixture
def no_collector():
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def left_alive(scene, executor):
    watched = scene(executor)
    deadline = time.monotonic() + WAIT
    executor.submit(int).result(WAIT)
    while any(one() is not None for one in watched) and time.monotonic() < deadline:
        time.sleep(0.001)  # its worker is still on the way out of the call
    return [one() for one in watched if one() is not None]


@pytest.mark.slow
@pytest.mark.parametrize("scene", [*SCENES, *OTHERS], ids=lambda scene: scene.__name__)
def test_what_nobody_holds_is_freed_without_the_collector(no_collector, make_pool, scene):
    with ThreadPoolExecutor(2) as original:
        assert [] == left_alive(scene, original)
    assert [] == left_alive(scene, PoolExecutor(make_pool(2)))


@pytest.mark.slow
def test_a_future_that_was_left_is_freed_without_the_collector(no_collector, make_pool, call, gate):
    pool = make_pool(1)
    pool.submit(call(gate))
    gate.await_entered()
    future = PoolExecutor(pool).submit(int)
    watched = weakref.ref(future)
    pool.shutdown(0)
    assert isinstance(future.exception(WAIT), PoolClosed)

    del future

    assert watched() is None


@pytest.mark.slow
def test_an_executor_that_is_dropped_is_freed_before_its_futures(no_collector, make_pool):
    executor = PoolExecutor(make_pool(1))
    futures = [executor.submit(int) for _ in range(3)]
    watched = weakref.ref(executor)

    del executor

    assert watched() is None
    assert [0, 0, 0] == [future.result(WAIT) for future in futures]


class Falsy(Exception):
    def __bool__(self):
        raise SystemExit(3)

    __len__ = __eq__ = __bool__  # type: ignore


def test_an_error_is_raised_whatever_its_truth_value(make_pool):
    error = Falsy("no")

    def fail():
        raise error

    future = PoolExecutor(make_pool(1)).submit(fail)

    with pytest.raises(Falsy) as raised:
        future.result(WAIT)
    assert raised.value is error


def test_a_call_whose_name_raises_is_called_all_the_same(make_pool):
    class Nameless:
        def __getattr__(self, name):
            raise SystemExit(3)

        def __call__(self):
            return "called"

    pool = make_pool(1)

    assert "called" == PoolExecutor(pool).submit(Nameless()).result(WAIT)


# Waits that no worker is left to end


@pytest.mark.parametrize("ask", ["result", "exception"])
@pytest.mark.parametrize("workers", [1, 2, 3])
def test_the_last_worker_that_would_wait_for_a_future_is_refused(make_pool, ask, workers):
    executor = PoolExecutor(make_pool(workers))
    entered = threading.Barrier(workers)

    def outer():
        entered.wait(WAIT)
        return getattr(executor.submit(abs, -1), ask)()

    errors = [one.exception(WAIT) for one in [executor.submit(outer) for _ in range(workers)]]

    assert 1 <= sum(isinstance(error, WouldDeadlock) for error in errors)
    assert workers - 1 >= sum(error is None for error in errors)


def test_a_nested_map_and_a_nested_shutdown_are_refused_too(make_pool):
    pool = make_pool(1)
    executor = PoolExecutor(pool)

    def shut_down():
        with PoolExecutor(pool) as own:
            own.submit(int)

    for body in (lambda: list(executor.map(abs, [-1])), shut_down):
        with pytest.raises(WouldDeadlock):
            executor.submit(body).result(WAIT)


def test_a_call_cannot_wait_for_the_end_of_its_own_executor(make_pool):
    executor = PoolExecutor(make_pool(2))
    called = threading.Event()

    def shut_down():
        called.wait(WAIT)
        executor.shutdown()

    future = executor.submit(shut_down)
    called.set()

    with pytest.raises(WouldDeadlock, match="waits for itself"):
        future.result(WAIT)


def test_a_wait_that_a_worker_is_left_to_end_is_not_refused(make_pool):
    executor = PoolExecutor(make_pool(2))

    assert 1 == executor.submit(lambda: executor.submit(abs, -1).result(WAIT)).result(WAIT)


def test_a_future_of_another_pool_may_be_waited_for(make_pool):
    first, second = PoolExecutor(make_pool(1)), PoolExecutor(make_pool(1))

    assert 1 == first.submit(lambda: second.submit(abs, -1).result(WAIT)).result(WAIT)


def test_a_look_without_waiting_is_never_a_deadlock(make_pool):
    executor = PoolExecutor(make_pool(1))

    def outer():
        inner = executor.submit(abs, -1)
        with pytest.raises(TimeoutError):
            inner.result(0)
        with pytest.raises(TimeoutError):
            inner.exception(-1)
        inner.cancel()
        with pytest.raises(concurrent.futures.CancelledError):
            inner.result()
        return "looked"

    assert "looked" == executor.submit(outer).result(WAIT)


def test_a_future_that_is_left_or_cancelled_ends_the_wait_of_a_worker(make_pool):
    pool = make_pool(2)
    executor = PoolExecutor(pool)
    started = threading.Event()

    def wait_for(future):
        started.set()
        return future.result()

    hold = threading.Event()
    executor.submit(hold.wait, WAIT)
    future = executor.submit(int)
    waiting = executor.submit(wait_for, future)  # never starts: no worker is free
    assert future.cancel()
    hold.set()

    with pytest.raises(concurrent.futures.CancelledError):
        waiting.result(WAIT)


@pytest.mark.parametrize("timeout", [float("nan"), "5", True, b"1"])
def test_a_timeout_that_is_none_is_refused_by_a_future(make_pool, timeout):
    future = PoolExecutor(make_pool(1)).submit(int)
    future.result(float("inf"))

    for ask in (future.result, future.exception):
        with pytest.raises(ValueError, match="timeout must be a number of seconds"):
            ask(timeout)
