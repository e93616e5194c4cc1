"""A signal handler, or another thread, at every point of a submission through an executor."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from itertools import count
from typing import Any

from chasqui import PoolExecutor
from tests.pool.interrupt import Interrupter
from tests.waiting import until

WAIT = 10.0


def submissions(
    pool: Any, meanwhile: Callable[[PoolExecutor], object]
) -> Iterator[tuple[PoolExecutor, Future[int] | None]]:
    """Submit through a new executor for each point, and do something else at that point."""
    for at in count(1):
        executor = PoolExecutor(pool)
        interrupter = Interrupter(at, lambda executor=executor: meanwhile(executor))
        try:
            future = interrupter.run(lambda executor=executor: executor.submit(int))
        except RuntimeError:
            future = None
        if interrupter.points < at:
            assert at > 5
            return
        yield executor, future


def test_a_signal_handler_may_submit_at_any_point_of_a_submission(make_pool):
    others: list[Future[int]] = []

    for _, future in submissions(make_pool(1), lambda one: others.append(one.submit(int))):
        assert future is not None and 0 == future.result(WAIT)

    assert [0] * len(others) == [one.result(WAIT) for one in others]


def test_a_shutdown_at_any_point_of_a_submission_sees_its_future_or_has_it_refused(make_pool):
    seen: list[Future[Any]] = []

    def shut_down(executor):
        executor.shutdown(wait=False)
        seen.extend(executor._pending)
        pool.resume()

    pool = make_pool(1)
    refused = 0
    pool.pause()  # what is accepted before the shutdown still waits then
    for _, future in submissions(pool, shut_down):
        refused += future is None
        assert future is None or future in seen
        pool.pause()
    pool.resume()

    assert 0 < refused < len(seen)


def test_a_shutdown_that_waits_for_a_submission_ends_when_that_is_refused(make_pool, call):
    pool = make_pool(1, 1)
    pool.pause()
    pool.submit(call())
    executor = PoolExecutor(pool)
    refused: list[BaseException] = []

    def submit():
        try:
            executor.submit(int)
        except RuntimeError as error:
            refused.append(error)

    submitter = threading.Thread(target=submit)
    submitter.start()
    until(pool.blocked)
    (future,) = list[Any](executor._pending)
    ending = threading.Thread(target=executor.shutdown, daemon=True)
    ending.start()
    until(lambda: future._watched and future._condition._sleepers)

    pool.shutdown(WAIT)
    submitter.join(WAIT)
    ending.join(WAIT)

    assert (1, False) == (len(refused), ending.is_alive())
