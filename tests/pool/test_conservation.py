"""Counting: every reading adds up, at any load."""

from __future__ import annotations

import random
import sys
import threading

import pytest

from chasqui import BacklogFull, Pool
from chasqui.pool.backlog import Backlog
from chasqui.pool.metrics import Histogram
from chasqui.pool.task import Task

WAIT = 30.0


@pytest.fixture
def frantic_switching():
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def test_every_reading_adds_up_under_submitters_cancels_pauses_and_resizes(call, frantic_switching):
    pool = Pool(4, 50)
    pool.start()
    stop = threading.Event()
    wrong = []
    accepted = []

    def submit(seed):
        chance = random.Random(seed)
        mine = []
        for number in range(400):
            body = (lambda ctx: 1 / 0) if number % 7 == 0 else (lambda ctx: None)
            try:
                mine.append(pool.submit(call(body), timeout=chance.choice((0, 1))))
            except BacklogFull:
                continue
            if number % 11 == 0:
                mine[-1].cancel()
        accepted.extend(mine)

    def disturb():
        while not stop.is_set():
            pool.pause()
            pool.resume()
            pool.resize(random.randint(1, 6))

    def read():
        while not stop.is_set():
            reading = pool.metrics()
            if not reading.balanced:
                wrong.append(reading)

    submitters = [threading.Thread(target=submit, args=(seed,)) for seed in range(4)]
    others = [threading.Thread(target=disturb), threading.Thread(target=read)]
    for thread in submitters + others:
        thread.start()
    for thread in submitters:
        thread.join(WAIT)
    stop.set()
    for thread in others:
        thread.join(WAIT)
    ledger = pool.shutdown(WAIT)
    metrics = pool.metrics()

    assert [] == wrong
    assert len(accepted) == ledger.accepted == ledger.accounted
    assert (metrics.completed, metrics.failed, metrics.cancelled) == (
        ledger.completed,
        ledger.failed,
        ledger.cancelled,
    )
    assert ledger.clean
    assert all(task.done for task in accepted)


def _tasks(count, priority=0, first=1):
    return [Task(None, number, None, priority, None) for number in range(first, first + count)]


def test_a_backlog_lists_any_window_in_the_order_of_service():
    backlog = Backlog()
    low, high = _tasks(5), _tasks(5, priority=2, first=6)
    for task in low + high:
        backlog.append(task)
    backlog.remove(high[1])
    backlog.remove(low[0])
    order = [6, 8, 9, 10, 2, 3, 4, 5]

    assert order == [task.number for task in backlog]
    for offset in range(9):
        for limit in range(1, 9):
            shown = [task.number for task in backlog.window(offset, limit)]
            assert order[offset : offset + limit] == shown
    assert order == [backlog.pop().number for _ in range(8)]
    assert backlog.pop() is None


def test_a_task_leaves_a_backlog_once():
    backlog = Backlog()
    (task,) = _tasks(1)
    backlog.append(task)

    assert (True, False) == (backlog.remove(task), backlog.remove(task))
    assert (None, 0) == (backlog.pop(), len(backlog))


def test_a_histograms_percentiles_are_close_and_never_too_low():
    histogram = Histogram()
    durations = [number / 1000 for number in range(1, 1001)]
    for duration in durations:
        histogram.record(duration)
    read = histogram.read()

    assert (1000, 1.0) == (read.count, read.max)
    for share, value in ((50, read.p50), (95, read.p95), (99, read.p99)):
        exact = durations[share * 10 - 1]
        assert exact <= value <= exact * 1.126


def test_an_empty_histogram_reads_as_zero():
    assert 0 == Histogram().read().count == Histogram().read().max
