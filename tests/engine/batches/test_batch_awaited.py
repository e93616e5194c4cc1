"""A coroutine waits for a batch."""

from __future__ import annotations

import asyncio
import inspect
import threading

import pytest

from chasqui import PoolClosed
from chasqui.engine.batches.batch import Batch
from tests.engine.batches.batched import WAIT, bad, double, engine, gate, reports
from tests.loops import KINDS, runner
from tests.waiting import until

__all__ = ["engine", "gate", "reports"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_batch_is_awaited_for_its_results_and_for_what_follows(kind, engine, reports):
    engine.start()
    batch = engine.batch([double.work(1), double.work(2), bad.work()], then="app.report")

    async def main():
        found = await batch
        return found, batch.done, await batch.wait_async(0)

    (one, two, error), done, again = runner(kind)(main)
    assert (2, 4, True, True) == (one, two, done, again)
    assert isinstance(error, OSError)
    assert batch.then is not None
    assert batch.then.wait(WAIT)
    assert ["all"] == reports


def test_a_wait_for_a_batch_says_whether_it_ended_in_time(engine, gate):
    engine.start()
    batch = engine.batch(["app.held"])

    async def main():
        found = [await batch.wait_async(0)]
        gate.set()
        return [*found, await batch.wait_async(WAIT)]

    assert [False, True] == asyncio.run(main())
    assert inspect.iscoroutinefunction(Batch.wait_async)


def test_a_batch_that_a_shutdown_has_left_says_so(engine):
    batch = engine.batch([double.work(1)])
    engine.shutdown(0)

    async def main():
        assert not await batch.wait_async()
        with pytest.raises(PoolClosed, match="1 of 1 tasks"):
            await batch

    asyncio.run(main())


def test_a_coroutine_waits_for_the_thread_that_submits_what_follows(engine):
    engine.start()
    batch = engine.batch([double.work(1)])
    assert batch.wait(WAIT)
    members, met = batch._members, threading.Event()
    members.done = False  # as it is while another thread is at it

    def settle():
        until(lambda: members._settled.bells)
        met.set()
        members._settle()

    async def main():
        return await members.settled(None)

    thread = threading.Thread(target=settle)
    thread.start()
    assert asyncio.run(main())
    thread.join(WAIT)
    assert met.is_set()
    assert {} == members._settled.bells
