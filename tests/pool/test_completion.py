"""Waiting for the first, the next or all of many tasks, in a thread and in a coroutine."""

from __future__ import annotations

import concurrent.futures
from typing import Any

import anyio
import pytest

import chasqui
from chasqui import PoolClosed, Task, WaitTimeout, WouldDeadlock
from chasqui.pool import clock
from tests.pool.conftest import WAIT, Call, Gate


def waiters(task):
    return 0 if task._more is None else len(task._more.waiters or ())


def gated(pool, count):
    """Submit tasks, each with the gate that holds it."""
    gates = [Gate() for _ in range(count)]
    return gates, [pool.submit(Call(gate)) for gate in gates]


def test_a_loop_gets_each_task_as_it_ends(make_pool):
    pool = make_pool(3)
    ended = pool.submit(Call())
    ended.wait(WAIT)
    gates, tasks = gated(pool, 3)
    gates[1].release.set()
    got = []
    for task in chasqui.as_completed([ended, *tasks, ended], timeout=WAIT):
        got.append(task)
        if len(got) == 2:
            gates[2].release.set()
        elif len(got) == 3:
            gates[0].release.set()

    assert [ended, tasks[1], tasks[2], tasks[0]] == got
    assert [0] * 4 == [waiters(task) for task in got]


def test_a_coroutine_gets_each_task_as_it_ends(run, make_pool):
    gates, tasks = gated(make_pool(3), 3)
    order = iter((2, 0, 1))

    async def main():
        gates[next(order)].release.set()
        got = []
        async for task in chasqui.as_completed(tasks):
            got.append(tasks.index(task))
            for at in [next(order, None)]:
                if at is not None:
                    gates[at].release.set()
        return got

    assert [2, 0, 1] == run(main)
    assert [0] * 3 == [waiters(task) for task in tasks]


def test_a_task_whose_end_is_noted_twice_comes_once(make_pool, gate):
    pool = make_pool(2)
    (other,), (held,) = gated(pool, 1)
    task = pool.submit(Call(gate))
    found = chasqui.as_completed([task, held])
    gate.release.set()
    task.wait(WAIT)
    task.add_done_callback(lambda task: None)  # which has all who wait look again

    assert task is next(found)
    other.release.set()
    assert [held] == list(found)


def test_a_dict_of_tasks_is_gone_over_by_its_keys(make_pool):
    pool = make_pool(2)
    numbers = {pool.call(abs, -number): number for number in range(5)}
    no_tasks: Any = {"a": 1}

    found = {numbers[task]: task.result() for task in chasqui.as_completed(numbers)}
    assert {number: number for number in range(5)} == found
    assert list(numbers) == chasqui.wait(numbers).done
    with pytest.raises(TypeError, match=r"^tasks\[0\]: a Task is needed"):
        chasqui.wait(no_tasks)


def test_one_object_goes_on_from_one_kind_of_loop_to_the_other(run, make_pool):
    pool = make_pool(1)
    tasks = [pool.submit(Call()) for _ in range(4)]
    found = chasqui.as_completed(tasks)
    first = [next(found), next(found)]

    async def main():
        return [task async for task in found]

    assert set(tasks) == {*first, *run(main)}
    assert [] == list(found)


def test_tasks_that_do_not_end_in_time_raise_an_error_that_counts_them(run, make_pool):
    gates, tasks = gated(make_pool(2), 2)
    gates[0].release.set()

    async def main():
        return [task async for task in chasqui.as_completed(tasks, timeout=0.02)]

    for late in (lambda: list(chasqui.as_completed(tasks, timeout=0.02)), lambda: run(main)):
        tasks[0].wait(WAIT)
        with pytest.raises(WaitTimeout, match="1 of 2 tasks have not") as caught:
            late()
        assert (0.02, 1) == (caught.value.timeout, caught.value.left)
    gates[1].release.set()


def test_a_loop_that_is_left_early_leaves_nothing_with_its_tasks(make_pool):
    gates, tasks = gated(make_pool(2), 2)
    gates[1].release.set()
    for task in chasqui.as_completed(tasks):
        assert [1, 0] == [waiters(one) for one in tasks]
        assert task is tasks[1]
        break

    assert 0 == waiters(tasks[0])
    gates[0].release.set()


def test_a_cancelled_loop_leaves_the_tasks_alone_and_can_go_on(run, make_pool, gate):
    task = make_pool(1).submit(Call(gate))
    found = chasqui.as_completed([task])

    async def main():
        with anyio.move_on_after(0.001):
            await anext(found)
        assert not task.stop_asked
        gate.release.set()
        return await anext(found)

    assert task is run(main)


def test_a_task_that_a_stopped_pool_has_left_comes_too(run, make_pool):
    pool = make_pool(1, start=False)
    task: Task[Any] = pool.submit(Call())
    early = chasqui.as_completed([task])
    pool.shutdown(0)

    async def main():
        return [task async for task in chasqui.as_completed([task])]

    assert [[task]] * 3 == [list(early), list(chasqui.as_completed([task])), run(main)]
    with pytest.raises(PoolClosed):
        task.result()
    assert ([], [task]) == chasqui.wait([task])


def test_nothing_to_wait_for_is_over_at_once(run):
    async def main():
        none: list[Task] = []
        found = [task async for task in chasqui.as_completed(none)]
        return found, await chasqui.wait_async(none)

    assert [] == list(chasqui.as_completed([]))
    assert ([], ([], [])) == run(main)
    assert ([], []) == chasqui.wait([], timeout=0)


def test_a_wait_for_all_returns_when_all_are_final(run, make_pool):
    gates, tasks = gated(make_pool(2), 2)

    async def main():
        return await chasqui.wait_async(tasks, timeout=0.01)

    gates[0].release.set()
    tasks[0].wait(WAIT)
    for found in (chasqui.wait(tasks, timeout=0), run(main)):
        assert ([tasks[0]], [tasks[1]]) == (found.done, found.not_done)
    assert [0, 0] == [waiters(task) for task in tasks]
    gates[1].release.set()
    done, not_done = chasqui.wait(tasks, timeout=WAIT)
    assert (tasks, []) == (done, not_done)


def test_a_wait_returns_at_the_first_that_ends_or_the_first_that_fails(make_pool):
    gates, tasks = gated(make_pool(2), 2)
    gates[1].release.set()

    done, _ = chasqui.wait(tasks, return_when=concurrent.futures.FIRST_COMPLETED)
    assert [tasks[1]] == done

    wrong = make_pool(1).submit(Call(lambda ctx: 1 / 0))
    done, not_done = chasqui.wait([*tasks, wrong], return_when="FIRST_EXCEPTION", timeout=WAIT)
    assert wrong in done
    assert [tasks[0]] == not_done
    gates[0].release.set()


@pytest.mark.parametrize("wait", [chasqui.as_completed, chasqui.wait])
def test_an_argument_that_is_not_a_list_of_tasks_is_refused_by_name(wait, make_pool):
    task: Any = make_pool(1).submit(Call())

    with pytest.raises(TypeError, match="tasks must be a list of tasks, got <Task 1"):
        wait(task)
    with pytest.raises(TypeError, match=r"tasks\[1\]: a Task is needed, got 3"):
        wait([task, 3])
    with pytest.raises(ValueError, match="timeout must be a number of seconds"):
        wait([task], timeout="soon")


def test_a_wrong_return_when_is_refused(make_pool):
    wrong: Any = "first"
    with pytest.raises(ValueError, match="return_when must be ALL_COMPLETED, FIRST_COMPLETED or"):
        chasqui.wait([], return_when=wrong)


# On a worker of the tasks' own pool


def test_a_task_that_waits_for_many_with_no_worker_left_is_refused(make_pool):
    pool = make_pool(1)

    def parent(ctx):
        return list(chasqui.as_completed([pool.submit(Call()), pool.submit(Call())]))

    async def async_parent(ctx):
        children = [pool.submit(Call()), pool.submit(Call())]
        return [task async for task in chasqui.as_completed(children)]

    for body in (parent, async_parent):
        with pytest.raises(WouldDeadlock, match="2 tasks of its own pool"):
            pool.submit(Call(body)).result(WAIT)


def test_a_task_may_wait_for_tasks_of_its_own_and_of_another_pool(make_pool, gate):
    pool, other = make_pool(1), make_pool(1, name="other")

    def parent(ctx):
        theirs, own = other.submit(Call()), pool.submit(Call())
        found = chasqui.as_completed([own, theirs])
        first = next(found)
        with pytest.raises(WouldDeadlock, match="1 tasks of its own pool"):
            next(found)
        return first is theirs

    assert pool.submit(Call(parent)).result(WAIT)


def test_a_task_that_waits_for_many_of_its_own_full_lane_is_refused(make_pool, call):
    pool = make_pool(3)
    lane = pool.lane("narrow")
    pool.limit("narrow", concurrency=1)

    def parent(ctx):
        return chasqui.wait([pool.submit(Call(), lane=lane) for _ in range(2)])

    with pytest.raises(WouldDeadlock, match="lane 'narrow'"):
        pool.submit(Call(parent), lane=lane).result(WAIT)


def test_a_task_waits_for_many_while_another_worker_is_left(make_pool, monkeypatch):
    monkeypatch.setattr(clock, "LOOK_SECONDS", 0.05)
    pool = make_pool(2)

    def parent(ctx):
        return sum(task.result() for task in chasqui.as_completed(children()))

    def children():
        return [pool.submit(Call(lambda ctx: 3)) for _ in range(20)]

    assert 60 == pool.submit(Call(parent)).result(WAIT)
