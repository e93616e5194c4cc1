"""Where a worker's task is: its own positions, the innermost first, however deep."""

from __future__ import annotations

import asyncio
import sys
import threading

import pytest

from chasqui.pool import stacks
from chasqui.pool.backend import BackendSetup
from chasqui.pool.guarded import stacks_of
from chasqui.pool.state import state_of
from chasqui.pool.threads import ThreadBackend, start_daemon
from tests.waiting import until

WAIT = 10.0


def stack(pool, depth=500):
    """Return the stack of the first worker."""
    worker = pool.workers()[0]
    return state_of(pool).backend.stacks([worker], depth).get(worker)


def functions(pool, depth=500):
    found = stack(pool, depth)
    return [one.function.rpartition(".")[2] for one in found.positions] if found else []


class Held:
    """A lock that a body waits for, in a function of a known name."""

    def __init__(self):
        self.lock = threading.Lock()
        self.lock.acquire()

    def wait_here(self):
        assert self.lock.acquire(timeout=WAIT)


@pytest.fixture
def held():
    held = Held()
    yield held
    held.lock.release()


def test_a_stack_is_that_of_the_task_from_its_body_on_innermost_first(make_pool, call, held):
    def body(ctx):
        held.wait_here()

    pool = make_pool(1)
    pool.submit(call(body))
    until(lambda: functions(pool)[:1] == ["wait_here"])

    assert ["wait_here", "body", "<lambda>"][:2] == functions(pool)[:2]
    assert {__name__, "tests.pool.conftest"} == {one.module for one in stack(pool).positions}
    assert [__file__] * 2 == [one.file for one in stack(pool).positions[:2]]


def test_a_worker_without_a_task_has_no_stack(make_pool):
    assert stack(make_pool(1)) is None


def test_a_coroutine_that_waits_is_seen_where_it_waits_and_not_in_its_event_loop(make_pool, call):
    over = []

    async def inner():
        waiter = asyncio.get_running_loop().create_future()
        over.append((asyncio.get_running_loop(), waiter))
        await waiter

    async def body():
        await inner()

    pool = make_pool(1)
    task = pool.submit(call(lambda ctx: body()))
    until(lambda: functions(pool)[:1] == ["inner"])

    assert ["inner", "body"] == functions(pool)
    assert ["inner"] == functions(pool, 1)
    loop, waiter = over[0]
    loop.call_soon_threadsafe(waiter.set_result, None)
    assert task.wait(WAIT)
    assert pool.workers()[0].coroutines.body is None


def test_code_that_blocks_the_event_loop_is_seen_although_the_body_awaits(make_pool, call, held):
    async def blocks():
        held.wait_here()

    async def body():
        await asyncio.create_task(blocks())

    pool = make_pool(1)
    pool.submit(call(lambda ctx: body()))
    until(lambda: functions(pool)[:1] == ["wait_here"])

    assert ["wait_here", "blocks"] == functions(pool)[:2]


def test_a_call_of_c_code_that_blocks_the_event_loop_is_seen_where_the_loop_calls_it(
    make_pool, call, held
):
    async def body():
        asyncio.get_running_loop().call_soon(held.lock.acquire)
        await asyncio.get_running_loop().create_future()

    pool = make_pool(1)
    task = pool.submit(call(lambda ctx: body()))
    until(lambda: functions(pool)[:1] == ["_run"])

    assert "asyncio.events" == stack(pool).positions[0].module
    held.lock.release()
    until(lambda: functions(pool) == ["body"])
    task.cancel()
    assert task.wait(WAIT)


def test_a_recursion_of_any_depth_is_walked_from_its_innermost_frame_and_no_further(
    make_pool, call, held, monkeypatch
):
    walked = []

    def down(left):
        if left:
            down(left - 1)
        else:
            held.wait_here()

    def body(ctx):
        down(3000)

    before = sys.getrecursionlimit()
    sys.setrecursionlimit(10_000)
    try:
        pool = make_pool(1)
        task = pool.submit(call(body))
        until(lambda: functions(pool)[:1] == ["wait_here"])
        position = stacks._position
        monkeypatch.setattr(stacks, "_position", lambda *of: walked.append(of) or position(*of))
        found = stack(pool, 100)
        # CPython 3.11 aborts when a thread goes on far beyond a limit that was lowered.
        held.lock.release()
        assert task.wait(WAIT)
    finally:
        sys.setrecursionlimit(before)

    assert (100, True, 101) == (len(found.positions), found.is_cut, len(walked))
    walked.clear()  # frames keep all that they refer to alive
    assert "down" == found.positions[99].function.rpartition(".")[2]


def test_a_body_whose_globals_have_a_strange_name_is_seen_all_the_same(make_pool, call, held):
    code = compile("def body(ctx): wait()", "odd\n\x1b[2J name.py", "exec")
    scope = {"wait": held.wait_here, "__name__": ["not", "a", "name"]}
    exec(code, scope)
    pool = make_pool(1)
    pool.submit(call(scope["body"]))
    until(lambda: functions(pool)[:1] == ["wait_here"])

    assert ("odd\n\x1b[2J name.py", "") == (
        stack(pool).positions[1].file,
        stack(pool).positions[1].module,
    )


def test_a_backend_that_raises_when_asked_for_stacks_has_none(make_pool, caplog):
    class Broken(ThreadBackend):
        def stacks(self, workers, depth):
            raise OSError("no such process")

    assert {} == stacks_of(Broken(BackendSetup("broken", start_daemon)), [], 1)
    assert "could not say where" in caplog.text
