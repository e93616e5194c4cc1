"""Which event loop a coroutine waits on, and what becomes of a ring that comes too late."""

from __future__ import annotations

import asyncio
import subprocess
import sys

import anyio
import pytest

from chasqui.pool.event_loops import AsyncioBell, bell_here, is_rung


def test_a_bell_that_is_rung_again_and_again_ends_one_wait_each_time(run):
    async def main():
        bell = bell_here()
        for _ in range(3):
            bell.ring()
            bell.ring()
            await bell.wait()
        with anyio.move_on_after(0.01) as scope:
            await bell.wait()
        assert scope.cancelled_caught

    run(main)


def output_of(program):
    found = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60
    )
    assert "" == found.stderr
    return found.stdout


GUEST = """
import asyncio, threading, trio
from chasqui import Pool
from chasqui.pool.event_loops import bell_here

kinds, release = [], threading.Event()

async def guest(task):
    kinds.append(type(bell_here()).__name__)
    return await task

async def main(task):
    loop = asyncio.get_running_loop()
    over = loop.create_future()
    trio.lowlevel.start_guest_run(
        guest,
        task,
        run_sync_soon_threadsafe=loop.call_soon_threadsafe,
        done_callback=over.set_result,
        host_uses_signal_set_wakeup_fd=True,
    )
    kinds.append(type(bell_here()).__name__)
    waiting = asyncio.ensure_future(task)
    while task._more is None or len(task._more.waiters) < 2:
        await asyncio.sleep(0)
    release.set()
    return await waiting, (await over).unwrap()

with Pool(1) as pool:
    print(*asyncio.run(main(pool.call(release.wait, 60))), *sorted(kinds))
"""


@pytest.mark.slow
def test_trio_in_guest_mode_and_its_host_await_on_their_own_loops():
    pytest.importorskip("trio", reason="trio is not installed")

    assert "True True AsyncioBell TrioBell\n" == output_of(GUEST)


def test_a_ring_at_the_recursion_limit_is_no_ring_to_a_closed_loop():
    loop = asyncio.new_event_loop()
    bell = AsyncioBell(loop)

    def ring():
        raise RecursionError

    loop.close()
    assert not is_rung(bell)
    with pytest.raises(RecursionError):
        is_rung(type("Deep", (), {"ring": staticmethod(ring)})())


def test_neither_asyncio_nor_trio_is_imported_for_what_is_not_awaited():
    program = """
import sys, chasqui
with chasqui.Pool(1) as pool:
    tasks = [pool.call(abs, -1) for _ in range(3)]
    assert {1} == {task.result() for task in chasqui.as_completed(tasks)}
    chasqui.wait(tasks)
print([name for name in ("asyncio", "trio") if name in sys.modules])
"""
    assert "[]\n" == output_of(program)
