"""Gathering returns what was measured since the last time, and takes nothing from any reading."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from chasqui import Pool, PoolForked
from chasqui.pool.gathering import gather
from chasqui.pool.state import state_of
from chasqui.pool.tally import Tallies
from chasqui.testing import FakeClock
from tests.waiting import Meeting, until

WAIT = 10.0


class Work:
    id = ""
    name = "work"

    def __init__(self, body=lambda ctx: None):
        self.body = body

    def execute(self, ctx):
        return self.body(ctx)


def fail(ctx):
    raise OSError("broken")


def of(pool, name):
    return next(one for one in gather(state_of(pool))[1] if one.lane.name == name)


def run(pool, lane, count, body=lambda ctx: None):
    for task in [pool.submit(Work(body), lane=pool.lane(lane)) for _ in range(count)]:
        assert task.wait(WAIT)


def test_each_duration_is_gathered_once_and_stays_in_every_reading():
    with Pool(workers=3) as pool:
        run(pool, "a", 700)  # more than a worker lets lie
        first = of(pool, "a")
        run(pool, "a", 40)
        second, third = of(pool, "a"), of(pool, "a")
        metrics = pool.metrics()

    counts = [sum(one.runs.counts.values()) for one in (first, second, third)]
    assert [700, 40, 0] == counts
    assert counts == [sum(one.waits.counts.values()) for one in (first, second, third)]
    assert (740, 740) == (metrics.run.count, metrics.wait.count)
    assert [700, 740, 740] == [one.attempts for one in (first, second, third)]


def test_gathering_says_how_each_lane_stands():
    clock = FakeClock()
    entered, release = threading.Event(), threading.Event()

    def body(ctx):
        entered.set()
        assert release.wait(WAIT)

    with Pool(workers=1, clock=clock) as pool:
        run(pool, "b", 2, fail)
        running = pool.submit(Work(body), lane=pool.lane("a"))
        assert entered.wait(WAIT)
        pool.submit(Work(), lane=pool.lane("a")).cancel()
        pool.submit(Work(), lane=pool.lane("a"))
        pool.submit_later(Work(), 60, lane=pool.lane("a"))
        clock.advance(3)
        workers, lanes = gather(state_of(pool))
        read = {one.lane.name: one for one in lanes}
        release.set()
        assert running.wait(WAIT)
        pool.shutdown(WAIT, drain=False)

    a, b = read["a"], read["b"]
    assert (1, 1, 1, 1, 4) == (workers, a.queued, a.scheduled, a.running, a.accepted)
    assert (1, 1, 3.0, 3.0) == (a.cancelled, a.dropped, a.oldest, a.used)
    assert (2, 2, 2, 0.0) == (b.failed, b.attempts, b.accepted, b.oldest)


def test_what_a_worker_that_is_gone_had_measured_is_still_in_the_sums():
    with Pool(workers=4) as pool:
        run(pool, "a", 40)
        pool.resize(1)
        while len(pool.workers()) > 1:
            threading.Event().wait(0.001)
        gathered, metrics = of(pool, "a"), pool.metrics()

    assert (40, 40) == (gathered.attempts, metrics.run.count)


def test_gathering_while_tasks_run_loses_none():
    many, workers, stops = 20_000, 4, range(2000, 20_000, 2000)
    meeting, found, after = Meeting(workers), [], []

    def gather():
        found.append(of(pool, "a"))

    def durations():
        return sum(sum(one.runs.counts.values()) for one in found)

    with Pool(workers=workers, queue_size=many) as pool:
        works = [
            # All workers are held at once.
            Work(lambda ctx: meeting.attend()) if at >= 2000 and at % 2000 < workers else Work()
            for at in range(many)
        ]
        tasks = pool.submit_batch(works, lane=pool.lane("a"))
        for _ in stops:
            with meeting.held(meanwhile=gather):
                gather()
                after.append(durations())
        until(lambda: gather() or tasks[-1].done)
        for task in tasks:
            assert task.wait(WAIT)
        gather()

    assert list(stops) == after
    assert many == durations()
    assert many == found[-1].attempts == found[-1].completed


def test_a_pool_of_the_parent_process_is_not_gathered_from():
    pool = Pool(workers=1)
    pool.shutdown(0)  # one that has done nothing is the child's own
    state_of(pool).forked()

    with pytest.raises(PoolForked):
        gather(state_of(pool))


class Meddling(Tallies):
    """What was counted; whoever looks at it finds that a lane has been made meanwhile."""

    pool: Any

    def get(self, lane, default=None):
        self.pool.lane(f"beside {lane.name}")
        return super().get(lane, default)


def test_a_lane_that_another_thread_makes_meanwhile_disturbs_no_gathering():
    with Pool(workers=1) as pool:
        run(pool, "a", 2)
        gone = Meddling()
        gone.pool = pool
        state_of(pool).crew.gone = gone

        assert 2 == of(pool, "a").completed
