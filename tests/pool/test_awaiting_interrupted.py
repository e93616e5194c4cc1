"""An interrupt at any instruction of an await: no lock is held, no turn and no end is lost."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from collections.abc import Iterator
from typing import Any

import pytest

from chasqui import Pool
from chasqui.pool.locks import is_held
from chasqui.pool.state import state_of
from chasqui.pool.waiters import leave_call
from tests.pool.conftest import Call
from tests.pool.interrupt import Interrupter
from tests.waiting import WAIT

# An interrupt may come between the call of a coroutine function and its await.
pytestmark = pytest.mark.filterwarnings(
    "ignore:coroutine .* was never awaited", "ignore::pytest.PytestUnraisableExceptionWarning"
)

MOST = 600  # points of one action
ALL = "chasqui.pool."
OF_WAITS = tuple(ALL + name for name in ("awaiting", "waiters", "event_loops", "handles"))
OF_ROOM = tuple(ALL + name for name in ("awaiting_room", "event_loops", "bells", "room"))


@pytest.fixture
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    loop = asyncio.new_event_loop()
    yield loop
    loop.close()


def interrupt():
    raise KeyboardInterrupt


def points():
    """Yield each point, and first two that none has: they make what is made once."""
    return itertools.chain([0, 0], range(1, MOST))


def step(loop, coroutine):
    """Run a coroutine until it is interrupted or ends, and the loop until nothing is left in it."""
    with contextlib.suppress(KeyboardInterrupt):
        loop.run_until_complete(coroutine)
    loop.run_until_complete(cancel_all())


async def cancel_all():
    left = asyncio.all_tasks() - {asyncio.current_task()}
    for one in left:
        one.cancel()
    await asyncio.gather(*left, return_exceptions=True)


def test_those_who_wait_for_a_task_hear_of_its_cancel_wherever_that_is_interrupted():
    cancelled = 0
    for point in points():
        pool, heard = Pool(1, 10), list[Any]()
        task = pool.submit(Call())
        leave_call(state_of(pool), task, 1, heard.append)
        interrupter = Interrupter(point, interrupt, "chasqui.pool")
        with contextlib.suppress(KeyboardInterrupt):
            interrupter.run(task.cancel)

        assert bool(heard) == (task.state == "cancelled"), point
        assert not is_held(state_of(pool).lock)
        cancelled += bool(heard)
        pool.shutdown(WAIT, drain=False)
        if 0 < interrupter.points < point:
            break
    assert 3 < cancelled
    assert 3 < point < MOST - 1


def test_an_interrupted_await_leaves_a_task_that_others_can_wait_for(loop):
    for point in points():
        pool = Pool(1, 10)
        task = pool.submit(Call(lambda ctx: 7))

        async def main(pool=pool, task=task):
            asyncio.get_running_loop().call_soon(pool.start)
            return await task

        interrupter = Interrupter(point, interrupt, *OF_WAITS)
        interrupter.run(lambda main=main: step(loop, main()))

        assert not is_held(state_of(pool).lock)
        if pool.state == "new":
            pool.start()
        assert 7 == task.result(WAIT)
        assert pool.shutdown(WAIT).clean
        if 0 < interrupter.points < point:
            break
    assert 3 < point < MOST - 1


def test_an_interrupted_submission_of_a_coroutine_leaves_the_room_and_the_line_to_others(loop):
    for point in points():
        pool = Pool(1, 1)
        queued = pool.submit(Call())

        async def main(pool=pool, queued=queued):
            asyncio.get_running_loop().call_soon(queued.cancel)
            await pool.submit_async(Call())

        interrupter = Interrupter(point, interrupt, *OF_ROOM)
        interrupter.run(lambda main=main: step(loop, main()))

        state = state_of(pool)
        assert not is_held(state.lock)
        assert {} == state.submitters, point
        assert not [one for one in state.room._sleepers if one.stands], point
        pool.start()
        assert pool.submit(Call(), timeout=WAIT).wait(WAIT)
        ledger = pool.shutdown(WAIT)
        assert ledger.clean
        assert ledger.accepted == ledger.completed + ledger.cancelled
        if 0 < interrupter.points < point:
            break
    assert 3 < point < MOST - 1
