"""Every accepted task that has ended is in the history exactly once, by the way it ended."""

from __future__ import annotations

import random
import sys
import threading
from collections import Counter

import pytest

from chasqui import BacklogFull, Engine, Retry, Task, task
from chasqui.engine.config.pools import PoolConfig
from tests.present import present
from tests.waiting import until

WAIT = 60.0
PLENTY = 100_000


@task
def passes(number: int, text: str = "a") -> int:
    return number


@task(keep="result")
def returns(number: int, text: str = "a") -> int:
    return number


@task(retry=Retry(attempts=3, base=0))
def fails(number: int) -> None:
    raise ValueError(number)


@task(time_limit=30)
def limited(many: list[int]) -> int:
    return len(many)


@task(concurrency=1)
def alone(number: int) -> None:
    return None


@task(pool="other")
def elsewhere(number: int) -> None:
    return None


TYPES = (passes, returns, fails, limited, alone, elsewhere)


@pytest.fixture
def switching():
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-4)
    yield
    sys.setswitchinterval(before)


def submit_some(engine, seed, count, kept):
    """Submit tasks of all types in all ways, and cancel some of them meanwhile."""
    chance = random.Random(seed)
    for number in range(count):
        type = chance.choice(TYPES)
        params = {"many": [number]} if type is limited else {"number": number}
        way = chance.randrange(8)
        try:
            if way == 0:
                new = engine.submit_batch(type, [params] * 3)
            elif way == 1:
                new = [engine.submit(type, params, key=f"{seed}:{number}")]
            elif way == 2:
                new = [engine.submit(type, params, expires=1e-5)]
            elif way == 3:
                new = [engine.submit(type, params, delay=chance.random() / 50)]
            else:
                new = [engine.submit(type, params, timeout=5)]
        except BacklogFull as full:
            new = list(full.accepted)
        kept += new
        if chance.random() < 0.2:
            chance.choice(kept).cancel()


@pytest.mark.slow
@pytest.mark.usefixtures("switching")
def test_each_task_that_has_ended_is_in_the_history_once_whatever_readers_and_cancels_do():
    other = {"other": PoolConfig(workers=2, queue_size=20)}
    engine = Engine(4, 50, pools=other, keep_history=PLENTY, keep_failures=10)
    for type in TYPES:
        engine.register(type)
    stop = threading.Event()
    wrong: list[Counter[int]] = []

    def read():
        while not stop.is_set():
            numbers = Counter(found.number for found in engine.history)
            if numbers and max(numbers.values()) > 1:
                wrong.append(numbers)
            engine.metrics()

    kept: list[list[Task]] = [[] for _ in range(4)]
    reader = threading.Thread(target=read)
    submitters = [
        threading.Thread(target=submit_some, args=(engine, seed, 120, some))
        for seed, some in enumerate(kept)
    ]
    with engine:
        for thread in (reader, *submitters):
            thread.start()
        for thread in submitters:
            thread.join()
        for one in [task for some in kept for task in some]:
            assert one.wait(WAIT)
            # From before anything that waits for the task wakes:
            assert present(engine.history.find(one.number)).number == one.number
        ledger = engine.shutdown(WAIT)
        stop.set()
        reader.join()
    tasks = {one.number: one for some in kept for one in some}
    found = {one.number: one for one in engine.history}

    assert [] == wrong
    assert ledger.clean
    assert len(found) == len(engine.history) == engine.history.total == ledger.accepted
    assert {number: one.state for number, one in tasks.items()} == {
        number: one.state for number, one in found.items()
    }
    assert {number: one.attempts for number, one in tasks.items()} == {
        number: one.attempts for number, one in found.items()
    }
    assert {"completed": ledger.completed, "failed": ledger.failed} | {
        "cancelled": ledger.cancelled
    } == engine.history.counts()


def test_plain_tasks_are_in_it_once_while_readings_hold_the_workers():
    count = 5000
    with Engine(4, 200, keep_history=count) as engine:
        engine.register(passes)
        submitter = threading.Thread(
            target=lambda: [engine.submit("app.passes", {"number": n}) for n in range(count)]
        )
        submitter.start()
        while submitter.is_alive():
            engine.metrics()
        submitter.join()
    found = list(engine.history)

    assert count == len(found) == engine.history.total == len({one.number for one in found})
    assert all(one.params == {"number": one.number - 1} for one in found)


def test_a_task_whose_worker_is_held_at_its_end_is_recorded_once():
    with Engine(1, 10) as engine:

        @task
        def pauses(number: int) -> None:
            engine.pause()

        engine.register(pauses)
        tasks = [engine.submit("app.pauses", {"number": number}) for number in range(3)]
        for one in tasks:
            until(lambda one=one: one.done)
            engine.resume()

        assert [3, 2, 1] == [found.number for found in engine.history]


def test_tasks_that_a_shutdown_cancels_are_in_it_and_those_it_leaves_are_not():
    engine = Engine(1, 100)
    engine.register(passes)
    tasks = engine.submit_batch(passes, [{"number": number} for number in range(5)])
    engine.start()
    for one in tasks:
        one.wait(WAIT)
    engine.pause()
    left = engine.submit_batch(passes, [{"number": number} for number in range(5)])
    engine.shutdown(0.01, drain=False)
    again = Engine(1, 100)
    again.register(passes)
    waiting = again.submit(passes, {"number": 1})
    ledger = again.shutdown(0)

    assert {"completed": 5, "failed": 0, "cancelled": 5} == engine.history.counts()
    assert ["cancelled"] * 5 == [one.state for one in left]
    assert [waiting.number] == [fate.number for fate in ledger.left]
    assert again.history.find(waiting.number) is None


def test_an_attempt_that_is_followed_by_another_is_no_end():
    @task(retry=Retry(attempts=2, base=3600))
    def later() -> None:
        raise ValueError

    with Engine(1, 10) as engine:
        engine.register(later)
        engine.register(passes)
        tried = engine.submit(later)
        while tried.state != "scheduled":
            engine.submit(passes, {"number": 1}).wait(WAIT)
        before = engine.history.find(tried.number)
        tried.cancel()
        after = present(engine.history.find(tried.number))

    assert before is None
    assert ("cancelled", 1) == (after.state, after.attempts)


def test_a_task_whose_worker_was_abandoned_is_recorded_once_even_after_it_came_back():
    go_on = threading.Event()

    @task(time_limit=0.05)
    def ignores() -> None:
        go_on.wait(WAIT)

    with Engine(1, 10, grace=0.05) as engine:
        engine.register(ignores)
        slow = engine.submit(ignores)
        assert slow.wait(WAIT)
        go_on.set()
        found = present(engine.history.find(slow.number))

    assert ("failed", "TimeLimit") == (found.state, found.exception)
    assert 1 == engine.history.total
