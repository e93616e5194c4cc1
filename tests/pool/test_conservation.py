"""Counting: every reading adds up, at any load."""

from __future__ import annotations

import random
import threading
from typing import Any

from chasqui import BacklogFull, Pool
from tests.waiting import until

WAIT = 30.0


def test_every_reading_adds_up_under_submitters_cancels_pauses_and_resizes(call, frantic_switching):
    pool = Pool(4, 50)
    pool.start()
    stop = threading.Event()
    readings: list[Any] = []
    accepted = []

    def submit(seed):
        chance = random.Random(seed)
        mine = []
        for number in range(400):
            if number % 50 == 0:  # no submitter is through before it was looked at
                before = len(readings)
                until(lambda before=before: len(readings) > before)
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
            readings.append(pool.metrics().balanced)

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

    assert {True} == set(readings)
    assert len(accepted) == ledger.accepted == ledger.accounted
    assert (metrics.completed, metrics.failed, metrics.cancelled) == (
        ledger.completed,
        ledger.failed,
        ledger.cancelled,
    )
    assert ledger.clean
    assert all(task.done for task in accepted)
