"""The gate: a reading and a worker that moves, each made to meet the other half-way."""

from __future__ import annotations

import threading
import time

import pytest

from chasqui import Pool

WAIT = 10.0
A_WHILE = 0.2  # real seconds in which something must not happen


class Stopping(dict):
    """The index of a backlog, where the n-th taking stops half-way until it is let go."""

    def __init__(self, at):
        super().__init__()
        self.taken = 0
        self.at = at
        self.halfway = threading.Event()
        self.go = threading.Event()

    def pop(self, *args):
        task = super().pop(*args)
        self.taken += 1
        if self.taken == self.at:
            self.halfway.set()
            assert self.go.wait(WAIT)
        return task


@pytest.mark.parametrize("nth", [1, 2])
def test_a_reading_waits_for_a_worker_that_is_half_way_between_two_tasks(call, nth):
    pool = Pool(1)
    pool._queued = pool._backlog.queued = Stopping(nth)
    pool.submit_batch([call() for _ in range(3)])
    pool.start()
    assert pool._queued.halfway.wait(WAIT)
    readings = []
    reader = threading.Thread(target=lambda: readings.append(pool.metrics()))
    reader.start()
    (worker,) = pool._crew.workers  # the reader has the lock
    while not worker.held and not readings:
        pass
    pool._queued.go.set()
    reader.join(WAIT)

    assert readings[0].balanced
    assert 3 == readings[0].accepted
    assert pool.shutdown(WAIT).clean


class Meddling(dict):
    """The index of a backlog, which lets a task end while a reading counts."""

    meddle = None

    def __len__(self):
        if self.meddle is not None:
            meddle, self.meddle = self.meddle, None
            meddle()
        return super().__len__()


def test_no_worker_moves_while_a_reading_counts(call, gate):
    pool = Pool(1)
    pool._queued = pool._backlog.queued = Meddling()
    tasks = pool.submit_batch([call(gate), call()])
    pool.start()
    gate.await_entered()

    def meddle():
        gate.release.set()
        until = time.monotonic() + A_WHILE
        while not tasks[0].done and time.monotonic() < until:
            time.sleep(0)

    pool._queued.meddle = meddle
    reading = pool.metrics()

    assert reading.balanced
    assert (1, 1, 0) == (reading.queued, reading.running, reading.completed)
    assert pool.shutdown(WAIT).clean
