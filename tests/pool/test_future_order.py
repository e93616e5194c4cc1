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
    future: PoolFuture[Any] = PoolFuture({})

    assert [] == [name for name in vars(Future()) if not hasattr(future, name)]
    assert not hasattr(future, "_anything_else")


def test_futures_share_nothing_that_is_made_at_the_first_look():
    first, second = PoolFuture({}), PoolFuture({})  # type: ignore[var-annotated]

    for name in ("_condition", "_done_callbacks", "_waiters"):
        assert getattr(first, name) is getattr(first, name)
        assert getattr(first, name) is not getattr(second, name)


def test_a_future_that_has_ended_keeps_no_task(make_pool, call):
    future = begun()
    future.follow(make_pool(1).submit(call()))

    future.end(1, None)

    assert None is future._task


def test_a_future_that_ended_before_its_submission_returned_keeps_no_task(make_pool, call):
    task = make_pool(1).submit(call())
    future = begun()
    future.end(1, None)

    future.follow(task)

    assert None is future._task


def test_a_future_that_was_cancelled_before_it_had_a_task_cancels_that(make_pool, call):
    task = Pool(1).submit(call())
    future: PoolFuture[Any] = PoolFuture({})
    future.cancel()

    future.follow(task)

    assert "cancelled" == task.state


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
    future.give_up(ValueError("late"))

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
