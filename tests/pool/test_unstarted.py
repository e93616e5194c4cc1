"""A wait in a pool that was not started: it is warned of, once, if it lasts."""

from __future__ import annotations

import asyncio
import threading

import pytest

import chasqui
from chasqui import PoolExecutor
from chasqui.pool.state import state_of
from chasqui.testing import FakeClock
from tests.pool.conftest import WAIT, Call
from tests.waiting import until

WARNING = "pool default was not started: call start() or use `with`; task 1 waits for that"


@pytest.fixture
def clock():
    return FakeClock()


def by_result(pool):
    pool.submit(Call()).result()


def by_wait(pool):
    pool.submit(Call()).wait()


def by_future(pool):
    pool.submit(Call()).future().result()


def by_executor(pool):
    with PoolExecutor(pool) as executor:
        executor.submit(int)


def by_await(pool):
    async def main():
        await pool.submit(Call())

    asyncio.run(main())


def by_as_completed(pool):
    list(chasqui.as_completed([pool.submit(Call())]))


def by_async_wait(pool):
    asyncio.run(chasqui.wait_async([pool.submit(Call())]))


WAYS = [by_result, by_wait, by_future, by_executor, by_await, by_as_completed, by_async_wait]


def waiting(pool, way=by_result):
    thread = threading.Thread(target=way, args=(pool,))
    thread.start()
    return thread


def warnings(caplog):
    return [one.getMessage() for one in caplog.records if one.name == "chasqui.pool"]


@pytest.mark.parametrize("way", WAYS)
def test_a_wait_that_lasts_is_warned_of_once_and_goes_on(make_pool, clock, caplog, way):
    pool = make_pool(1, start=False, clock=clock)
    threads = [waiting(pool, way)]
    until(lambda: state_of(pool).timer.next_moment < clock.monotonic() + 2)
    threads.append(waiting(pool))
    until(lambda: len(state_of(pool).timer._calls) == 2)
    clock.advance(0.9)
    early = warnings(caplog)
    clock.advance(0.2)
    until(lambda: not state_of(pool).timer._calls)
    threads.append(waiting(pool))
    pool.start()
    for thread in threads:
        thread.join(WAIT)

    assert ([], [WARNING]) == (early, warnings(caplog))
    assert not any(thread.is_alive() for thread in threads)


def test_a_pool_that_is_started_in_time_is_not_warned_of(make_pool, clock, caplog, gate):
    pool = make_pool(1, start=False, clock=clock)
    pool.submit(Call(gate))
    thread = waiting(pool)
    until(lambda: state_of(pool).timer._calls)
    pool.start()
    gate.await_entered()
    clock.advance(2)
    until(lambda: not state_of(pool).timer._calls)
    gate.release.set()
    thread.join(WAIT)
    state_of(pool).timer.close(WAIT)  # what it was calling has returned

    assert [] == warnings(caplog)


def test_a_wait_that_was_given_up_is_not_warned_of(make_pool, clock, caplog):
    pool = make_pool(1, start=False, clock=clock)

    async def main():
        waits = asyncio.ensure_future(pool.submit(Call()).wait_async())
        await asyncio.sleep(0)
        waits.cancel()

    asyncio.run(main())
    clock.advance(2)
    until(lambda: not state_of(pool).timer._calls)
    state_of(pool).timer.close(WAIT)  # what it was calling has returned

    assert [] == warnings(caplog)


def test_a_wait_with_a_timeout_and_a_wait_in_a_started_pool_have_no_timer(make_pool):
    new, started = make_pool(1, start=False), make_pool(1)
    assert not new.submit(Call()).wait(0.01)
    by_result(started)

    assert (None, None) == (state_of(new).timer.thread, state_of(started).timer.thread)


def test_without_a_thread_to_be_had_it_is_warned_of_at_once(make_pool, caplog):
    def start(target, name):
        raise OSError("no more threads")

    pool = make_pool(1, start=False, start_thread=start)
    thread = waiting(pool, by_wait)
    until(lambda: warnings(caplog))
    pool.shutdown(0)
    thread.join(WAIT)

    assert [WARNING] == warnings(caplog)
