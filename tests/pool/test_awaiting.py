"""A coroutine waits for a task, on a loop of asyncio, uvloop or trio."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import anyio
import pytest

from chasqui import Cancelled, PoolClosed, WouldDeadlock
from chasqui.pool.event_loops import bell_here, is_rung
from chasqui.pool.waiters import leave_call
from tests.pool.conftest import WAIT, Call
from tests.waiting import until


def raises(error):
    def body(ctx):
        raise error

    return Call(body)


def waiters(task):
    return 0 if task._more is None else len(task._more.waiters or ())


async def until_it_waits(task, count=1):
    with anyio.fail_after(WAIT):
        while waiters(task) < count:
            await anyio.lowlevel.checkpoint()


def test_a_coroutine_awaits_the_result_of_a_task_that_runs(run, make_pool, gate):
    pool = make_pool(1)
    task = pool.submit(Call(gate))

    async def main():
        async with anyio.create_task_group() as group:
            group.start_soon(release)
            return await task

    async def release():
        await until_it_waits(task)
        gate.release.set()

    assert "through" == run(main)
    assert 0 == waiters(task)


def test_an_ended_task_is_awaited_without_a_loop_step(run, make_pool):
    task = make_pool(1).submit(Call(lambda ctx: 7))
    task.wait(WAIT)

    async def main():
        steps = task.__await__()
        with pytest.raises(StopIteration) as stop:
            next(steps)
        return stop.value.value, await task.wait_async()

    assert (7, True) == run(main)


def test_what_the_body_raised_and_a_cancel_reach_the_coroutine(run, make_pool):
    pool = make_pool(1, start=False)
    failed, cancelled = pool.submit(raises(KeyError("x"))), pool.submit(Call())

    async def main():
        async with anyio.create_task_group() as group:
            group.start_soon(go_on)
            with pytest.raises(Cancelled):
                await cancelled
            with pytest.raises(KeyError):
                await failed

    async def go_on():
        await until_it_waits(cancelled)
        cancelled.cancel()
        pool.start()

    run(main)


@pytest.mark.parametrize(
    "error", [StopIteration(3), asyncio.CancelledError(), GeneratorExit(), SystemExit(2)], ids=repr
)
def test_an_error_that_would_mislead_the_coroutine_is_the_cause_of_a_runtime_error(
    run, make_pool, error
):
    task = make_pool(1).submit(raises(error))

    words = rf"^task 1 \(call\) raised {type(error).__name__}"

    async def main():
        with pytest.raises(RuntimeError, match=words) as caught:
            await task
        return caught.value.__cause__

    assert run(main) is error


def test_a_wait_says_whether_the_task_ended_in_time(run, make_pool, gate):
    pool = make_pool(1)
    task = pool.submit(Call(gate))

    async def main():
        found = [await task.wait_async(0), await task.wait_async(0.001)]
        assert 0 == waiters(task)
        gate.release.set()
        return [*found, await task.wait_async(WAIT), await task.wait_async(0)]

    assert [False, False, True, True] == run(main)


def test_a_cancelled_coroutine_leaves_the_task_alone_and_nothing_behind(run, make_pool, gate):
    pool = make_pool(1)
    running, queued = pool.submit(Call(gate)), pool.submit(Call())

    async def main():
        async with anyio.create_task_group() as group:
            group.start_soon(wait_for, queued)
            group.start_soon(wait_for, running)
            await until_it_waits(queued)
            await until_it_waits(running)
            group.cancel_scope.cancel()

    async def wait_for(task):
        await task

    run(main)
    assert (0, 0) == (waiters(running), waiters(queued))
    assert not running.stop_asked
    gate.release.set()
    assert queued.wait(WAIT)
    assert "completed" == queued.state


def test_a_cancelled_coroutine_cancels_its_task_where_that_was_asked(run, make_pool):
    pool = make_pool(1)
    begun = threading.Event()
    both = threading.Event()  # are cancelled: of a group, in any order

    def body(ctx):
        begun.set()
        ctx.sleep(60)
        assert both.wait(WAIT)
        ctx.raise_if_cancelled()

    stopped = pool.submit(Call(body))
    assert begun.wait(WAIT)  # else it is cancelled in the backlog, and the other may start
    queued = pool.submit(Call())

    async def main():
        async with anyio.create_task_group() as group:
            group.start_soon(lambda: queued.wait_async(cancel=True))
            group.start_soon(lambda: stopped.wait_async(cancel=True))
            await until_it_waits(queued)
            await until_it_waits(stopped)
            group.cancel_scope.cancel()

    run(main)
    both.set()
    assert stopped.wait(WAIT)
    assert ["cancelled", "cancelled"] == [stopped.state, queued.state]


def test_a_task_left_by_a_shutdown_ends_the_wait(run, make_pool):
    pool = make_pool(1, start=False)
    task, other = pool.submit(Call()), pool.submit(Call())

    async def main():
        async with anyio.create_task_group() as group:
            group.start_soon(shut_down)
            assert not await other.wait_async()
            with pytest.raises(PoolClosed, match="left in the backlog"):
                await task

    async def shut_down():
        await until_it_waits(other)
        pool.shutdown(0)

    run(main)
    assert "queued" == task.state


def test_a_thousand_coroutines_await_one_task(run, make_pool, gate):
    pool = make_pool(1)
    task = pool.submit(Call(gate))
    got = []

    async def main():
        async with anyio.create_task_group() as group:
            for _ in range(1000):
                group.start_soon(get)
            await until_it_waits(task, 1000)
            gate.release.set()

    async def get():
        got.append(await task)

    run(main)
    assert ["through"] * 1000 == got


def test_a_task_ends_in_peace_when_the_loop_of_a_coroutine_was_closed(make_pool, gate, caplog):
    task = make_pool(1).submit(Call(gate))
    loop = asyncio.new_event_loop()
    waiting: Any = loop.create_task(task.wait_async())
    loop.run_until_complete(until_it_waits(task))
    loop.close()
    waiting._log_destroy_pending = False

    gate.release.set()

    assert task.wait(WAIT)
    until(lambda: waiters(task) == 0)
    assert [] == caplog.records
    waiting.get_coro().close()


def test_a_task_ends_in_peace_when_the_run_of_trio_is_over(make_pool, gate, caplog):
    trio = pytest.importorskip("trio", reason="trio is not installed")
    task, bells = make_pool(1).submit(Call(gate)), list[Any]()

    async def main():
        bells.append(bell_here())

    trio.run(main)
    leave_call(task._pool, task, 1, lambda task: bells.append(is_rung(bells[0])))
    gate.release.set()

    until(lambda: len(bells) == 2)
    assert [False] == bells[1:]
    assert [] == caplog.records


def test_without_a_loop_an_await_says_what_to_use(make_pool, gate):
    task = make_pool(1).submit(Call(gate))

    with pytest.raises(RuntimeError, match=r"no event loop of asyncio or trio.*wait\(\)"):
        task.wait_async().send(None)
    gate.release.set()


# On a worker of the task's own pool


def test_an_async_body_that_awaits_what_no_worker_is_left_to_run_is_refused(make_pool):
    pool = make_pool(1)

    class Parent:
        id = name = "parent"

        async def execute(self, ctx):
            return await pool.submit(Call())

    parent = pool.submit(Parent())
    with pytest.raises(WouldDeadlock, match="task 2 of its own pool"):
        parent.result(WAIT)


def test_an_async_body_that_awaits_itself_is_refused(make_pool):
    class Own:
        id = name = "own"

        async def execute(self, ctx):
            await ctx.task

    with pytest.raises(WouldDeadlock, match="waits for itself"):
        make_pool(2).submit(Own()).result(WAIT)


def test_two_awaits_of_a_body_count_until_both_are_over(make_pool, gate):
    pool = make_pool(2)
    first, second = Call(gate), Call(lambda ctx: "second")
    held = []

    class Parent:
        id = name = "parent"

        async def execute(self, ctx):
            (worker,) = [one for one in pool.workers() if one.task is ctx.task]
            one, two = pool.submit(first), pool.submit(second)
            waits = [asyncio.ensure_future(one), asyncio.ensure_future(two)]
            await asyncio.sleep(0)
            held.append(len(worker.waits))
            gate.release.set()
            await asyncio.gather(*waits)
            held.append(len(worker.waits))

    pool.submit(Parent()).result(WAIT)
    assert [2, 0] == held


def test_a_body_that_awaits_in_a_paused_pool_is_refused_once_it_is_resumed(make_pool, monkeypatch):
    from chasqui.pool import clock

    monkeypatch.setattr(clock, "LOOK_SECONDS", 0.01)
    pool = make_pool(1)

    class Parent:
        id = name = "parent"

        async def execute(self, ctx):
            pool.pause()
            child = pool.submit(Call())
            asyncio.get_running_loop().call_soon(pool.resume)
            await child

    with pytest.raises(WouldDeadlock):
        pool.submit(Parent()).result(WAIT)
