"""The gate: a reading and a worker that moves, each made to meet the other half-way."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from chasqui import Pool
from chasqui.pool.lane import Queue
from chasqui.pool.state import state_of

WAIT = 10.0
A_WHILE = 0.2  # real seconds in which something must not happen


class HalfWay:
    """Where a worker stops between two tasks, the n-th time it comes by, until it is let go."""

    def __init__(self, at):
        self.at = at
        self.reached = threading.Event()
        self.go = threading.Event()

    def pass_by(self):
        self.at -= 1
        if not self.at:
            self.reached.set()
            assert self.go.wait(WAIT)


class Index(dict[int, Any]):
    """The index of a backlog; a worker stops when it has taken a task out."""

    half_way: HalfWay

    def pop(self, *args):
        task = super().pop(*args)
        self.half_way.pass_by()
        return task


class SlowQueue(Queue):
    """A queue of a backlog; a worker stops before it takes a number out."""

    half_way: HalfWay

    def popleft(self):
        self.half_way.pass_by()
        return super().popleft()


@pytest.mark.parametrize(("where", "nth"), [(Index, 1), (Index, 2), (SlowQueue, 2)])
def test_a_reading_waits_for_a_worker_that_is_half_way_between_two_tasks(call, where, nth):
    pool, half_way = Pool(1), HalfWay(nth)
    backlog = state_of(pool).backlog
    if where is Index:
        index = Index()
        index.half_way = half_way
        state_of(pool).queued = backlog.queued = index
    else:
        queue = SlowQueue()
        queue.half_way = half_way
        queue.lane = pool.lane("")
        queue.lane.normal = backlog.only = queue
        backlog.order[0].ring.append(queue)
    pool.submit_batch([call() for _ in range(3)])
    pool.start()
    assert half_way.reached.wait(WAIT)
    readings = []
    reader = threading.Thread(target=lambda: readings.append(pool.metrics()))
    reader.start()
    (worker,) = state_of(pool).crew.workers  # the reader has the lock
    while not worker.held and not readings:
        pass
    half_way.go.set()
    reader.join(WAIT)

    assert readings[0].balanced
    assert 3 == readings[0].accepted
    assert pool.shutdown(WAIT).clean


class Meddling(dict[int, Any]):
    """The index of a backlog, which lets a task end while a reading counts."""

    meddle: Callable[[], object] | None = None

    def __len__(self):
        if self.meddle is not None:
            meddle, self.meddle = self.meddle, None
            meddle()
        return super().__len__()


def test_no_worker_moves_while_a_reading_counts(call, gate):
    pool = Pool(1)
    index = Meddling()
    state_of(pool).queued = state_of(pool).backlog.queued = index
    tasks = pool.submit_batch([call(gate), call()])
    pool.start()
    gate.await_entered()

    def meddle():
        gate.release.set()
        until = time.monotonic() + A_WHILE
        while not tasks[0].done and time.monotonic() < until:
            time.sleep(0)

    index.meddle = meddle
    reading = pool.metrics()

    assert reading.balanced
    assert (1, 1, 0) == (reading.queued, reading.running, reading.completed)
    assert pool.shutdown(WAIT).clean
