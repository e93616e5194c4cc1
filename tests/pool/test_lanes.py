"""Lanes: limits of the tasks of one name, fairness between names, and what a drain does of them."""

from __future__ import annotations

import threading
from itertools import pairwise

import pytest

from chasqui import WouldDeadlock
from chasqui.pool.gathering import gather
from chasqui.pool.state import state_of
from chasqui.testing import FakeClock
from tests.pool.conftest import WAIT
from tests.waiting import until


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


class Busy:
    """A body that knows how many of it run at once."""

    def __init__(self) -> None:
        self.now, self.most, self.done = 0, 0, 0
        self._lock = threading.Lock()

    def __call__(self, ctx):
        with self._lock:
            self.now += 1
            self.most = max(self.most, self.now)
        ctx.sleep(0)
        with self._lock:
            self.now -= 1
            self.done += 1


def submit(pool, work, lane, count=1, **options):
    return [pool.submit(work, lane=pool.lane(lane), **options) for _ in range(count)]


def lane_of(pool, name):
    return next(one for one in pool.metrics().lanes if one.name == name)


def test_no_more_of_a_lane_run_at_once_than_it_says(make_pool, call):
    pool, busy, free = make_pool(6), Busy(), Busy()
    pool.limit("few", concurrency=2)
    tasks = []
    for _ in range(400):
        tasks += submit(pool, call(busy), "few") + submit(pool, call(free), "free")

    assert all(task.wait(WAIT) for task in tasks)
    assert (busy.done, free.done) == (400, 400)
    assert busy.most <= 2
    assert pool.metrics().balanced


def test_what_runs_when_a_limit_is_set_counts(make_pool, call, gate):
    pool, more = make_pool(4), threading.Event()
    running = submit(pool, call(gate), "a", 2)
    gate.await_entered(2)
    pool.limit("a", concurrency=2)
    waiting = submit(pool, call(lambda ctx: more.set()), "a")[0]
    beside = submit(pool, call(), "b")[0]

    assert beside.wait(WAIT)
    assert ("queued", True) == (waiting.state, lane_of(pool, "a").full)
    gate.release.set()
    assert all(task.wait(WAIT) for task in [*running, waiting])
    assert 0 == pool.lane("a").running


def test_a_limit_may_be_changed_and_taken_away_while_tasks_wait(make_pool, call, gate):
    pool = make_pool(4)
    pool.limit("a", concurrency=1)
    submit(pool, call(gate), "a", 4)
    gate.await_entered()
    assert (1, 3) == (lane_of(pool, "a").running, lane_of(pool, "a").queued)
    pool.limit("a", concurrency=3)
    gate.await_entered(2)
    assert (3, 1) == (lane_of(pool, "a").running, lane_of(pool, "a").queued)
    pool.limit("a")
    gate.await_entered()

    assert (4, 0, False) == (
        lane_of(pool, "a").running,
        lane_of(pool, "a").queued,
        lane_of(pool, "a").full,
    )


def test_a_full_lane_keeps_its_order_and_gives_no_worker_away(make_pool, call):
    pool, ran = make_pool(4), []
    pool.limit("one", concurrency=1)
    tasks = [
        submit(pool, call(lambda ctx, number=number: ran.append(number)), "one")[0]
        for number in range(300)
    ]

    assert all(task.wait(WAIT) for task in tasks)
    assert list(range(300)) == ran


def test_a_held_lane_starts_nothing_until_its_last_reason_is_gone(make_pool, call):
    pool = make_pool(2)
    assert pool.hold("a")
    assert pool.hold("a", "breaker open")
    assert not pool.hold("a")
    parked = submit(pool, call(), "a")[0]
    assert submit(pool, call(), "b")[0].wait(WAIT)

    assert ("queued", ("paused", "breaker open")) == (parked.state, lane_of(pool, "a").held)
    assert pool.unhold("a")
    assert not pool.unhold("a")
    assert submit(pool, call(), "b")[0].wait(WAIT)
    assert "queued" == parked.state
    pool.unhold("a", "breaker open")
    assert parked.wait(WAIT)


def test_the_only_lane_there_is_can_be_held_while_a_task_of_it_runs(make_pool, call, gate):
    pool = make_pool(1)
    running = submit(pool, call(gate), "a")[0]
    gate.await_entered()
    waiting = submit(pool, call(), "a", 2)
    pool.hold("a")
    gate.release.set()
    until(lambda: running.done)  # nobody waits for it, so that its worker takes the short way
    until(lambda: pool.metrics().running == 0 or waiting[0].done)

    assert ["queued", "queued"] == [task.state for task in waiting]


def test_when_holding_returns_nothing_of_the_lane_starts_any_more(make_pool, call):
    pool, started = make_pool(4), []
    pool.lane("other")
    for _ in range(20):
        tasks = submit(pool, call(lambda ctx: started.append(1)), "a", 50)
        pool.hold("a")
        now = lane_of(pool, "a")
        seen = now.completed + now.running
        until(lambda: lane_of(pool, "a").running == 0)

        assert seen == lane_of(pool, "a").completed == len(started)
        pool.unhold("a")
        assert all(task.wait(WAIT) for task in tasks)


def test_a_rate_lets_tasks_start_at_its_moments_though_all_workers_sleep(make_pool, call, clock):
    pool = make_pool(3, clock=clock)
    pool.limit("slow", rate="1/s")
    tasks = submit(pool, call(), "slow", 4)
    assert tasks[0].wait(WAIT)
    for number in (1, 2, 3):
        assert lane_of(pool, "slow").limited
        assert "queued" == tasks[number].state
        until(lambda: state_of(pool).opens_at < float("inf"))
        clock.advance_to(clock.monotonic() + 1.0)
        assert tasks[number].wait(WAIT)

    starts = [task.started for task in tasks]
    assert all(later - sooner == pytest.approx(1.0) for sooner, later in pairwise(starts))


def test_another_rate_counts_what_has_started_at_the_one_before(make_pool, call, clock):
    pool = make_pool(2, clock=clock)
    pool.limit("slow", rate="2/m")
    tasks = submit(pool, call(), "slow", 3)
    assert tasks[0].wait(WAIT)
    for rate in ("1/m", "4/m", "1/m", "2/m") * 5:
        pool.limit("slow", rate=rate)
        until(lambda: state_of(pool).opens_at < float("inf"))
        assert ["queued", "queued"] == [task.state for task in tasks[1:]]
    clock.advance(29.9)
    pool.limit("slow", rate="2/m burst 2")
    assert tasks[1].wait(WAIT)
    until(lambda: state_of(pool).opens_at < float("inf"))
    assert "queued" == tasks[2].state


def test_a_task_that_comes_before_its_rate_lets_it_start_finds_a_worker_in_time(
    make_pool, call, clock
):
    pool = make_pool(2, clock=clock)
    pool.limit("slow", rate="1/s")
    assert submit(pool, call(), "slow")[0].wait(WAIT)
    until(lambda: len(state_of(pool).idle) == 2)
    clock.advance(0.4)
    late = submit(pool, call(), "slow")[0]
    until(lambda: state_of(pool).opens_at < float("inf"))
    assert "queued" == late.state
    clock.advance(0.6)

    assert late.wait(WAIT)


def test_the_next_start_of_a_rate_does_not_wait_for_the_body_before_it(
    make_pool, call, gate, clock
):
    pool = make_pool(2, clock=clock, start=False)
    pool.limit("slow", rate="1/s")  # which rouses whoever sleeps, to look for what it may start
    pool.start()
    until(lambda: len(state_of(pool).idle) == 2)
    first, _ = pool.submit_batch([call(gate), call(gate)], lane=pool.lane("slow"))
    gate.await_entered()
    until(lambda: state_of(pool).opens_at < float("inf"))
    assert "running" == first.state
    clock.advance(1.0)

    gate.await_entered()


@pytest.mark.slow
def test_a_type_with_many_waiting_delays_another_by_one_start_each(make_pool, call, gate):
    pool, order = make_pool(1, 50_000), []
    blocker = submit(pool, call(gate), "blocker")
    gate.await_entered()
    for name in ("many", "some"):
        pool.submit_batch(
            [call(lambda ctx, name=name: order.append(name)) for _ in range(20_000)],
            lane=pool.lane(name),
        )
    few = submit(pool, call(lambda ctx: order.append("few")), "few", 10)
    gate.release.set()

    assert all(task.wait(WAIT) for task in [*blocker, *few])
    assert 10 == order[:30].count("few")


def test_a_higher_priority_starts_first_whatever_its_lane(make_pool, call, gate):
    pool, order = make_pool(1), []
    submit(pool, call(gate), "a")
    gate.await_entered()
    for lane, priority in [("a", 0), ("b", 1), ("a", 2), ("b", 0), ("a", 1)]:
        work = call(lambda ctx, what=(priority, lane): order.append(what))
        submit(pool, work, lane, priority=priority)
    gate.release.set()
    pool.shutdown(WAIT)

    assert [2, 1, 1, 0, 0] == [priority for priority, _ in order]


def test_a_retry_stays_in_its_lane(make_pool, call, clock):
    again = iter([5.0])
    pool = make_pool(2, clock=clock, retry=lambda task: next(again, None))
    pool.limit("a", concurrency=1)
    task = submit(pool, call(lambda ctx: 1 / 0), "a")[0]
    until(lambda: task.state == "scheduled")
    assert (1, 0, 0) == (
        lane_of(pool, "a").scheduled,
        lane_of(pool, "a").running,
        pool.lane("a").running,
    )
    pool.hold("a")
    clock.advance(5.0)
    until(lambda: task.state == "queued")
    assert 1 == lane_of(pool, "a").queued
    pool.unhold("a")

    assert task.wait(WAIT)
    assert (1, 0) == (lane_of(pool, "a").failed, pool.lane("a").running)


def test_the_lanes_of_a_reading_add_up_to_it(make_pool, call, gate):
    pool = make_pool(3)
    submit(pool, call(), "a", 20)
    submit(pool, call(lambda ctx: 1 / 0), "b", 10)
    pool.submit(call())
    until(lambda: pool.metrics().processed == 31)
    pool.hold("b")
    for task in submit(pool, call(), "b", 4)[:2]:
        task.cancel()
    submit(pool, call(gate), "a", 2)
    gate.await_entered(2)
    now = pool.metrics()

    for name in ("accepted", "queued", "scheduled", "running", "completed", "failed", "cancelled"):
        assert getattr(now, name) == sum(getattr(lane, name) for lane in now.lanes), name
    a, b = (next(one for one in now.lanes if one.name == name) for name in "ab")
    assert (2, 20, 0, 20) == (a.running, a.completed, a.failed, a.run.count)
    assert (2, 10, 2, 10) == (b.queued, b.failed, b.cancelled, b.wait.count)
    assert b.oldest > 0 and a.oldest == 0


def test_a_drain_leaves_what_a_held_lane_holds_and_names_it(make_pool, call):
    pool = make_pool(2)
    pool.hold("a")
    kept = submit(pool, call(), "a", 3)
    kept[0].cancel()
    done = submit(pool, call(), "b", 3)
    ledger = pool.shutdown(WAIT)

    assert [kept[1].number, kept[2].number] == [fate.number for fate in ledger.left]
    assert (3, 1, False) == (ledger.completed, ledger.cancelled, ledger.clean)
    assert {"completed"} == {task.state for task in done}
    assert ledger.seconds < WAIT / 2, "it does not wait for what nobody lets start"


def test_a_drain_waits_for_what_a_rate_lets_start_later(make_pool, call, clock):
    pool = make_pool(2, clock=clock)
    pool.limit("slow", rate="1/s")
    tasks, ledgers = submit(pool, call(), "slow", 3), []
    closer = threading.Thread(target=lambda: ledgers.append(pool.shutdown()))
    closer.start()
    while not ledgers:
        clock.advance(0.5)
        closer.join(0.01)

    assert {"completed"} == {task.state for task in tasks}
    assert ledgers[0].clean


def test_a_lane_is_let_go_when_its_drain_is_under_way(make_pool, call, gate):
    pool = make_pool(2)
    pool.hold("a")
    submit(pool, call(gate), "b")
    gate.await_entered()
    parked, ledgers = submit(pool, call(), "a")[0], []
    closer = threading.Thread(target=lambda: ledgers.append(pool.shutdown(WAIT)))
    closer.start()
    until(lambda: pool.state == "stopping")
    pool.unhold("a")
    gate.release.set()  # the idle worker may have gone: nothing was left for it
    closer.join(WAIT)

    assert ("completed", True) == (parked.state, ledgers[0].clean)


def test_a_worker_given_up_leaves_its_lane(make_pool, call, gate, clock):
    pool = make_pool(1, grace=1, clock=clock)
    pool.limit("a", concurrency=1)
    stuck = submit(pool, call(gate), "a", time_limit=5)[0]
    gate.await_entered()
    next_one = submit(pool, call(), "a")[0]
    clock.advance(6.5)

    assert stuck.wait(WAIT)
    assert next_one.wait(WAIT)
    assert 0 == pool.lane("a").running


def test_a_task_that_waits_for_one_of_its_own_full_lane_is_refused(make_pool, call):
    pool = make_pool(4)
    pool.limit("a", concurrency=1)

    def waits(ctx):
        inner = pool.submit(call(), lane=pool.lane("a"))
        with pytest.raises(WouldDeadlock, match="lane"):
            inner.wait(WAIT)
        return inner

    inner = submit(pool, call(waits), "a")[0].result(WAIT)
    assert inner.wait(WAIT)


@pytest.mark.parametrize(
    ("limits", "message"),
    [
        ({"concurrency": 0}, "at least 1"),
        ({"concurrency": 2.5}, "a whole number, got 2.5"),
        ({"concurrency": True}, "a whole number, got True"),
        ({"rate": "x"}, "rate"),
        ({"rate": 5}, "written as 10/s, 100/m or 10/s burst 20, got 5"),
    ],
)
def test_a_limit_that_makes_no_sense_is_refused(make_pool, limits, message):
    pool = make_pool(1)
    with pytest.raises(ValueError, match=message):
        pool.limit("a", **limits)


def test_what_waits_for_its_time_is_counted_by_lane(make_pool, call, clock):
    def scheduled():
        lanes = {one.name: one.scheduled for one in pool.metrics().lanes}
        assert lanes == {one.lane.name: one.scheduled for one in gather(state_of(pool))[1]}
        assert sum(lanes.values()) == pool.metrics().scheduled
        return lanes["slow"], lanes["quick"]

    pool = make_pool(1, clock=clock, retry=lambda task: 5.0)
    slow, quick = pool.lane("slow"), pool.lane("quick")
    later = [pool.submit_later(call(), after, lane=slow) for after in (10, 20, 30)]
    first = pool.submit_later(call(), 40, lane=quick)
    assert (3, 1) == scheduled()

    later[1].cancel()
    assert (2, 1) == scheduled()
    clock.advance(10)
    assert later[0].wait(WAIT)
    assert (1, 1) == scheduled()
    again = pool.submit(call(lambda ctx: 1 / 0), lane=quick)
    until(lambda: again.state == "scheduled")
    assert (1, 2) == scheduled()
    pool.shutdown(0, drain=False)
    assert "cancelled" == first.state
    assert (0, 0) == scheduled()
