"""A coroutine submits to a full backlog without blocking its event loop."""

from __future__ import annotations

import asyncio
import inspect
import threading
from typing import Any

import anyio
import pytest

from chasqui import BacklogFull, PoolClosed, WouldDeadlock
from chasqui.pool import clock
from chasqui.pool.bells import GONE, Place, RoomCondition
from chasqui.pool.state import state_of
from tests.pool.conftest import WAIT, Call
from tests.waiting import until


def full(make_pool, gate, size=1):
    """Make a pool whose only worker is held, and whose backlog is full."""
    pool = make_pool(1, size)
    held = pool.submit(Call(gate))
    gate.await_entered()
    return pool, [held, *(pool.submit(Call()) for _ in range(size))]


async def until_blocked(pool, count):
    with anyio.fail_after(WAIT):
        while len(pool.blocked()) != count:
            await anyio.lowlevel.checkpoint()


def line(pool):
    return [one for one in state_of(pool).room._sleepers if getattr(one, "stands", True)]


def test_with_room_a_submission_takes_no_step_of_the_loop(make_pool):
    pool = make_pool(1, 1)
    with pytest.raises(StopIteration) as stop:
        pool.submit_async(Call(lambda ctx: 7), priority=3, time_limit=60).send(None)

    task = stop.value.value
    assert (7, 3, 60) == (task.result(WAIT), task.priority, task.time_limit)
    assert inspect.iscoroutinefunction(pool.submit_async)


def test_a_full_backlog_lets_the_loop_go_on_until_there_is_room(run, make_pool, gate):
    pool, _ = full(make_pool, gate)

    async def main():
        async with anyio.create_task_group() as group:
            group.start_soon(release)
            task = await pool.submit_async(Call(lambda ctx: 7))
            return await task

    async def release():
        await until_blocked(pool, 1)
        gate.release.set()

    assert 7 == run(main)
    assert ([], [], 0) == (line(pool), list(pool.blocked()), pool.metrics().rejected)


def test_room_is_given_in_the_order_of_coming_to_threads_and_coroutines(run, make_pool, gate):
    pool, _ = full(make_pool, gate)
    order, threads = [], []

    def submit(name):
        pool.submit(Call(lambda ctx: order.append(name)))

    async def submit_async(name):
        await pool.submit_async(Call(lambda ctx: order.append(name)))

    async def main():
        async with anyio.create_task_group() as group:
            for at, name in enumerate("abcd"):
                if at % 2:
                    threads.append(threading.Thread(target=submit, args=(name,)))
                    threads[-1].start()
                else:
                    group.start_soon(submit_async, name)
                await until_blocked(pool, at + 1)
            gate.release.set()

    run(main)
    for thread in threads:
        thread.join(WAIT)
    pool.shutdown(WAIT)
    assert list("abcd") == order


def test_coroutines_that_were_called_for_nothing_keep_their_order_at_the_front():
    lock = threading.RLock()
    room = RoomCondition(lock)
    early = [Place(list) for _ in range(4)]
    late = [Place(list) for _ in range(2)]
    with lock:
        list(map(room.line_up, early))
        room.notify(3)
        list(map(room.line_up, late))
        list(map(room.line_up, [early[1], early[2], early[0]]))

        assert [*early[:3], early[3], *late] == list(room._sleepers)
        room.line_up(early[0])  # it stands there already
        assert 6 == len(room._sleepers)


def test_threads_that_were_woken_for_nothing_keep_their_order_at_the_front(make_pool, gate):
    pool, _ = full(make_pool, gate)
    room, order, threads = state_of(pool).room, list[str](), []
    for asleep, name in enumerate("abcd", 1):
        threads.append(threading.Thread(target=pool.call, args=(order.append, name)))
        threads[-1].start()
        until(lambda asleep=asleep: len(room._sleepers) == asleep)

    for number in (3, 2, 4, 2):  # among those that sleep; the first may have to go round
        with room._held_by:
            before = list(room._sleepers)
            room.notify(number)
        until(lambda before=before, number=number: all_sleep_again(room, before, number))
    gate.release.set()
    for thread in threads:
        thread.join(WAIT)
    pool.shutdown(WAIT)

    assert list("abcd") == order
    assert {} == room._woken


def all_sleep_again(room, before, number):
    """Tell whether those that were woken, the first of the line, sleep on new locks."""
    with room._held_by:
        now = list(room._sleepers)
    return len(now) == len(before) and not set(before[:number]) & set(now)


def test_a_refused_submission_takes_no_turn_of_those_that_wait(make_pool, gate):
    pool, _ = full(make_pool, gate)
    thread = threading.Thread(target=pool.submit, args=(Call(),))
    thread.start()
    until(lambda: line(pool))
    before = line(pool)

    with pytest.raises(BacklogFull):
        pool.try_submit(Call())
    with pytest.raises(BacklogFull):
        asyncio.run(pool.submit_async(Call(), timeout=0))

    assert before == line(pool)
    gate.release.set()
    thread.join(WAIT)


def test_who_waits_is_listed_with_the_line_that_submits(run, make_pool, gate):
    pool, _ = full(make_pool, gate)
    sites: list[str] = []

    async def main():
        async with anyio.create_task_group() as group:
            group.start_soon(pool.submit_async, Call())
            await until_blocked(pool, 1)
            sites.extend(one.site for one in pool.blocked())
            assert pool.metrics().blocked == 1
            group.cancel_scope.cancel()

    run(main)
    assert 1 == len(sites)
    gate.release.set()


def test_a_cancelled_wait_has_submitted_nothing_and_leaves_the_line(run, make_pool, gate):
    pool, tasks = full(make_pool, gate)

    async def main():
        async with anyio.create_task_group() as group:
            group.start_soon(pool.submit_async, Call())
            await until_blocked(pool, 1)
            group.cancel_scope.cancel()

    run(main)
    assert ([], [], 2) == (line(pool), list(pool.blocked()), pool.metrics().accepted)
    gate.release.set()
    assert all(task.wait(WAIT) for task in tasks)
    assert (2, 0) == (pool.metrics().accepted, pool.metrics().rejected)


def test_a_turn_that_a_cancelled_coroutine_does_not_use_goes_to_the_next(run, make_pool, gate):
    pool, (_, queued) = full(make_pool, gate)
    got = []

    async def main():
        async with anyio.create_task_group() as group:
            scope = anyio.CancelScope()
            group.start_soon(submit, scope)
            await until_blocked(pool, 1)
            group.start_soon(submit, anyio.CancelScope())
            await until_blocked(pool, 2)
            queued.cancel()  # which calls the first, on this very thread
            assert [] == line(pool)[1:]
            scope.cancel()

    async def submit(scope):
        with scope, anyio.fail_after(WAIT):
            got.append(await pool.submit_async(Call()))

    run(main)
    assert 1 == len(got)
    gate.release.set()


def test_all_of_a_long_line_can_leave_it_in_no_time(run, make_pool, gate):
    pool, _ = full(make_pool, gate)
    count = 4 * GONE

    async def main():
        async with anyio.create_task_group() as group:
            for _ in range(count):
                group.start_soon(pool.submit_async, Call())
            await until_blocked(pool, count)
            group.cancel_scope.cancel()

    run(main)
    assert len(state_of(pool).room._sleepers) <= 2 * GONE
    gate.release.set()


def test_a_wait_that_is_too_long_says_that_the_backlog_is_full(run, make_pool, gate):
    pool, _ = full(make_pool, gate)

    async def main():
        for timeout in (0, 0.001):
            with pytest.raises(BacklogFull, match="task queue is full: pool default, 1 waiting"):
                await pool.submit_async(Call(), timeout=timeout)

    run(main)
    assert (2, [], []) == (pool.metrics().rejected, line(pool), list(pool.blocked()))
    gate.release.set()


def test_a_pool_that_closes_refuses_a_coroutine_that_waits(run, make_pool, gate):
    pool, _ = full(make_pool, gate)

    async def main():
        async with anyio.create_task_group() as group:
            group.start_soon(close)
            with pytest.raises(PoolClosed):
                await pool.submit_async(Call())
            with pytest.raises(PoolClosed):
                await pool.submit_async(Call())

    async def close():
        await until_blocked(pool, 1)
        gate.release.set()
        pool.shutdown(WAIT)

    run(main)
    assert 2 == pool.metrics().rejected


def test_a_hand_off_without_a_backlog_waits_for_an_idle_worker(run, make_pool, gate):
    pool = make_pool(1, 0)
    until(lambda: pool.metrics().workers == 1 and state_of(pool).idle)
    pool.submit(Call(gate))
    gate.await_entered()

    async def main():
        async with anyio.create_task_group() as group:
            group.start_soon(release)
            return await (await pool.submit_async(Call(lambda ctx: 7)))

    async def release():
        await until_blocked(pool, 1)
        gate.release.set()

    assert 7 == run(main)


def test_a_closed_loop_holds_up_no_submitter(make_pool, gate):
    pool, _ = full(make_pool, gate)
    loop = asyncio.new_event_loop()
    waiting: Any = loop.create_task(pool.submit_async(Call()))
    loop.run_until_complete(until_blocked(pool, 1))
    loop.close()
    waiting._log_destroy_pending = False
    thread = threading.Thread(target=pool.submit, args=(Call(),))
    thread.start()
    until(lambda: len(pool.blocked()) == 2)

    gate.release.set()

    thread.join(WAIT)
    assert not thread.is_alive()
    waiting.get_coro().close()


def test_a_loop_that_stands_still_holds_up_a_coroutine_of_another_for_a_moment_only(
    make_pool, gate, monkeypatch
):
    monkeypatch.setattr(clock, "LOOK_SECONDS", 0.01)
    pool, _ = full(make_pool, gate)
    still = asyncio.new_event_loop()
    waiting = still.create_task(pool.submit_async(Call()))
    still.run_until_complete(until_blocked(pool, 1))

    async def main():
        other = asyncio.ensure_future(pool.submit_async(Call()))
        await until_blocked(pool, 2)
        gate.release.set()
        return await asyncio.wait_for(other, WAIT)

    assert asyncio.run(main()).wait(WAIT)
    still.run_until_complete(waiting)
    still.close()


@pytest.mark.parametrize("size", [1, 0])
def test_an_async_body_that_waits_for_room_of_its_own_pool_is_refused(make_pool, size):
    pool = make_pool(1, size)

    class Parent:
        id = name = "parent"

        async def execute(self, ctx):
            for _ in range(2):
                await pool.submit_async(Call())

    until(lambda: state_of(pool).idle)
    with pytest.raises(WouldDeadlock, match="its own full pool"):
        pool.submit(Parent()).result(WAIT)


def test_wrong_options_are_refused_by_name(make_pool):
    pool = make_pool(1)

    for options, words in (
        ({"tiemout": 3}, "did you mean timeout="),
        ({"timeout": "soon"}, "timeout must be a number of seconds"),
        ({"priority": "5"}, "priority must be"),
    ):
        with pytest.raises((TypeError, ValueError), match=words):
            pool.submit_async(Call(), **options).send(None)
    with pytest.raises(TypeError, match="a work is needed"):
        pool.submit_async(3).send(None)
