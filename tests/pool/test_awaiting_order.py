"""A task that ends at any point of a wait for it ends that wait: no wake-up is lost."""

from __future__ import annotations

import asyncio
import itertools
import threading
import time
from functools import partial

import pytest

import chasqui
from chasqui import Pool
from chasqui.pool.locks import is_held
from chasqui.pool.state import state_of
from tests.pool.interrupt import Interrupter
from tests.waiting import WAIT

MOST = 400  # points of one wait
WHERE = tuple(f"chasqui.pool.{name}" for name in ("awaiting", "waiters", "ends", "event_loops"))


def tell(ended, task):
    ended.set()


def for_each_point(wait):
    """Have a task end at each point of a wait; of a point with the lock held, just after it."""
    ends = 0
    with Pool(1, 10) as pool:
        for point in itertools.chain([0, 0], range(1, MOST)):
            release, ended = threading.Event(), threading.Event()
            task = pool.call(release.wait, WAIT)
            task.add_done_callback(partial(tell, ended))

            def end(release=release, ended=ended):
                release.set()
                if not is_held(state_of(pool).lock):
                    assert ended.wait(WAIT)

            interrupter = Interrupter(point, end, *WHERE)
            if not point:
                release.set()
            interrupter.run(lambda task=task, end=end: wait(task, end))
            assert task.wait(WAIT)
            ends += 1
            if 0 < interrupter.points < point:
                return ends
    return MOST


def test_a_coroutine_hears_of_an_end_at_any_point_of_its_await():
    def wait(task, end):
        async def main():
            waiting = asyncio.ensure_future(task)
            for _ in range(3):
                await asyncio.sleep(0)
            end()  # where the point was not reached before
            return await asyncio.wait_for(waiting, WAIT)

        assert asyncio.run(main())

    assert 5 < for_each_point(wait) < MOST


@pytest.mark.slow
def test_a_loop_over_tasks_hears_of_an_end_at_any_point():
    def wait(task, end):
        late = threading.Timer(0.02, end)  # where the point was not reached before
        late.start()
        began = time.monotonic()
        assert [task] == list(chasqui.as_completed([task], timeout=WAIT))
        late.join()
        assert time.monotonic() < began + WAIT  # it did not have to look by itself

    assert 5 < for_each_point(wait) < MOST
