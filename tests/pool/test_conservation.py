"""Counting: every reading adds up, at any load."""

from __future__ import annotations

import random
import sys
import threading

import pytest

from chasqui import BacklogFull, Pool

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
