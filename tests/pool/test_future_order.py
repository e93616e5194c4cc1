"""A future of the pool decides without a lock: who begins, who cancels, who ends, who is told."""

from __future__ import annotations

import concurrent.futures
import threading
from concurrent.futures import Future
from concurrent.futures._base import FINISHED
from typing import Any

from chasqui import Pool, PoolExecutor
from chasqui.pool.futures import PoolFuture
from tests.waiting import until

WAIT = 10.0


class Met(PoolFuture[Any]):
    """A future that somebody begins to wait for in the moment before its end is written."""

    def __setattr__(self, name, value):
        if name == "_state" and value == FINISHED:
            self.told: list[Any] = []
            waiter = threading.Thread(target=lambda: self.told.append(self.result(WAIT)))
            waiter.start()
            until(lambda: self._condition._sleepers)  # type: ignore[attr-defined]
            super().__setattr__(name, value)
            self.waiter = waiter
        else:
            super().__setattr__(name, value)


def begun(kind=PoolFuture):
    future = kind({})
    assert future.begin()
    return future


def test_a_future_has_what_a_future_has():
    ours = set(vars(PoolFuture({})))

    assert set(vars(Future())) - {"_condition"} <= ours


def test_a_wait_that_begins_while_the_call_ends_is_told():
    future = begun(Met)

    future.end(3, None)
    future.waiter.join(WAIT / 2)

    assert [3] == future.told


def test_a_call_begins_or_is_cancelled_and_never_both():
    future = begun()
    cancelled: PoolFuture[Any] = PoolFuture({})

    assert not future.cancel()
    assert cancelled.cancel()
    assert cancelled.cancel()  # once more, which is no news
    assert not cancelled.begin()
    assert (True, False) == (cancelled.cancelled(), future.cancelled())


def test_a_future_ends_once():
    told: list[Any] = []
    future = begun()
    future.add_done_callback(told.append)

    future.end(1, None)
    future.end(2, None)

    assert (1, [future]) == (future.result(), told)


def test_a_cancelled_future_is_done_for_those_who_wait_for_many():
    first: PoolFuture[Any] = PoolFuture({})
    second: PoolFuture[Any] = PoolFuture({})
    found = []
    waiter = threading.Thread(target=lambda: found.append(concurrent.futures.wait([first, second])))
    waiter.start()
    until(lambda: second._watched and second._waiters)

    assert first.cancel()
    assert second.begin()
    second.end(None, ValueError("no"))
    waiter.join(WAIT)

    assert [({first, second}, set())] == found


def test_a_future_that_is_not_waited_for_has_no_condition():
    with Pool(workers=1) as pool, PoolExecutor(pool) as executor:
        future = executor.submit(abs, -1)
        until(lambda: future._state == FINISHED)

        assert "_condition" not in vars(future)
        assert 1 == future.result()
