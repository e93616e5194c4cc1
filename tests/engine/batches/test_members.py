"""Members: how the tasks of a batch are counted, and what follows the last of them."""

from __future__ import annotations

import logging
import threading
from typing import Any

import pytest

from chasqui import Cancelled, Engine, PoolClosed, PoolConfig, Retry, task
from chasqui.engine.batches.members import BatchCounts, Members
from chasqui.pool.state import state_of
from chasqui.testing import FakeClock
from tests.engine.batches import batched
from tests.engine.batches.batched import WAIT, Plain, double
from tests.pool.interrupt import Interrupter
from tests.waiting import Meeting, until

engine, gate, reports = batched.engine, batched.gate, batched.reports


def total_of(counts):
    """Add up the fields of a reading."""
    return counts.waiting + counts.running + counts.ended


def test_the_counts_add_up_at_every_step(engine, gate):
    engine.start()
    batch = engine.batch(["app.held"] * 4)
    until(lambda: batch.counts.running == 2)
    before = batch.counts
    assert batch.tasks[3].cancel()
    after = (batch.counts, batch.progress, batch.done)
    gate.set()

    assert BatchCounts(4, 2, 2, 0, 0, 0) == before
    assert (BatchCounts(4, 1, 2, 0, 0, 1), 0.25, False) == after
    assert batch.wait(WAIT)
    assert BatchCounts(4, 0, 0, 3, 0, 1) == batch.counts


@pytest.mark.slow
def test_the_counts_add_up_while_workers_end_tasks():
    many, workers, stops = 20_000, 4, range(1000, 20_000, 1000)
    meeting = Meeting(workers)

    @task(name="double")
    def double_in_view(x: int) -> int:
        if x >= 1000 and x % 1000 < workers:  # all of them are held at once
            meeting.attend()
        return 2 * x

    engine = Engine(workers, many)
    engine.register(double_in_view)
    batch = engine.batch([("app.double", {"x": x}) for x in range(many)])
    readings, held = [], []

    def read():
        readings.append(batch.counts)

    with engine:
        for _ in stops:
            with meeting.held(meanwhile=read):
                held.append(batch.counts)
        until(lambda: read() or batch.done)

    assert [BatchCounts(many, many - x - workers, workers, x, 0, 0) for x in stops] == held
    assert {many} == {counts.total for counts in readings}
    assert {many} == {total_of(counts) for counts in readings}
    assert [2 * x for x in range(many)] == batch.results(0)


def test_a_task_that_has_ended_counts_as_such_before_its_end_is_counted(engine):
    ended, read = threading.Event(), threading.Event()
    only = engine.submit("app.double", {"x": 1})
    only.add_done_callback(lambda task: (ended.set(), read.wait(WAIT)))  # comes before the count
    members = Members(1, "", 1, engine.clock, lambda members: None)
    members.add([only])
    members.close()
    engine.start()
    assert ended.wait(WAIT)
    before = (members.counts(), members.done)
    read.set()
    until(lambda: members.done)

    assert (BatchCounts(1, 0, 0, 1, 0, 0), False) == before
    assert BatchCounts(1, 0, 0, 1, 0, 0) == members.counts()


@pytest.mark.slow
def test_a_signal_handler_may_read_and_end_in_the_middle_of_anything():
    """Wherever it comes, each task is counted exactly once."""
    seen = []

    def perform(point):
        engine = Engine(1, 10, clock=FakeClock())
        engine.register(double)
        batch = engine.batch([("app.double", {"x": n}) for n in range(3)], then=Plain())
        members = batch._members

        def handler():
            seen.append(members.counts())
            batch.tasks[1].cancel()
            seen.append(members.counts())

        def act():
            batch.tasks[0].cancel()
            members.add([engine.submit("app.double", {"x": 1})])
            seen.append(batch.counts)
            members.cancel()
            assert batch.wait(0)

        interrupter = Interrupter(
            point, handler, "chasqui.engine.batches.members", "chasqui.engine.batches.batch"
        )
        interrupter.run(act)
        assert (True, BatchCounts(4, 0, 0, 0, 0, 4)) == (batch.done, batch.counts)
        assert 5 == engine.metrics().accepted
        engine.shutdown(0)
        return interrupter.points >= point

    point = 1
    while perform(point):
        point += 1
    assert point > 40
    assert [] == [counts for counts in seen if counts.total != total_of(counts)]


# What follows


def test_what_follows_runs_once_when_the_last_has_ended(engine, reports, gate):
    engine.start()
    batch = engine.batch(["app.held", "app.bad"], then=("app.report", {"text": "done"}))
    assert batch.tasks[1].wait(WAIT)
    early = (batch.then, [*reports])
    gate.set()

    assert batch.wait(WAIT)
    assert batch.then is not None
    assert batch.then.wait(WAIT)
    assert ((None, []), ["done"]) == (early, reports)


def test_what_follows_runs_also_when_the_last_end_is_a_cancellation(engine, reports):
    batch = engine.batch([("app.double", {"x": 1}), "app.bad"], then="app.report")

    assert 2 == batch.cancel()
    assert (True, BatchCounts(2, 0, 0, 0, 0, 2)) == (batch.done, batch.counts)
    assert [Cancelled, Cancelled] == [type(one) for one in batch.results(0)]
    assert batch.then.state in ("scheduled", "queued")  # the timer may have brought it in
    engine.start()
    assert batch.then.wait(WAIT)
    assert ["all"] == reports


def test_an_empty_batch_is_done_and_followed(engine, reports):
    engine.start()
    batch = engine.batch([], then="app.report")

    assert (True, 1.0, []) == (batch.done, batch.progress, batch.results(0))
    assert batch.then.wait(WAIT)
    assert ["all"] == reports


def test_a_batch_that_is_still_being_filled_has_not_ended(engine):
    ended: list[Any] = []
    members = Members(1, "", 2, engine.clock, ended.append)
    for _ in range(2):
        only = engine.submit("app.bad")
        members.add([only])
        only.cancel()
        early = [*ended]

    assert (2, [], False) == (members.counts().cancelled, early, members.done)
    members.close()
    assert ([members], True) == (ended, members.done)


def test_a_handler_that_comes_while_the_end_is_seen_to_does_not_see_to_it_again(engine):
    ended = []

    def end(members):
        ended.append(members.done)
        if len(ended) == 1:
            members.close()

    Members(1, "", 0, engine.clock, end).close()

    assert [False] == ended


def test_a_batch_is_told_of_what_was_left_before_it_was_added(engine):
    told: list[Any] = []
    only = engine.submit("app.held")
    engine.shutdown(0)
    members = Members(1, "", 2, engine.clock, lambda m: None, "app.report", told.append)
    members.add([only])
    members.add([only])

    assert ([members], "1 of its tasks were left in the backlog") == (told, members.refused)


def test_many_ends_at_once_are_followed_by_one_task(reports):
    @task
    def report() -> None:
        reports.append(1)

    with Engine(8, 100) as engine:
        engine.register(report)
        engine.register(double)
        for _ in range(200):
            batch = engine.batch([("app.double", {"x": n}) for n in range(8)], then="app.report")
            assert batch.wait(WAIT)
    assert 200 == len(reports)


def test_a_task_that_will_be_tried_again_is_not_final(engine, reports):
    engine.start()
    batch = engine.batch(["app.bad"], then="app.report", retry=Retry(attempts=2, base=5, jitter=0))
    (only,) = batch.tasks
    until(lambda: only.state == "scheduled")

    assert (BatchCounts(1, 1, 0, 0, 0, 0), False) == (batch.counts, batch.done)
    assert not batch.wait(0)
    engine.clock.advance(5)
    assert batch.wait(WAIT)
    assert batch.then.wait(WAIT)
    assert (2, ["all"]) == (only.attempts, reports)


def test_a_full_backlog_takes_what_follows(engine, reports, gate):
    batch = engine.batch(["app.bad"], then="app.report")
    engine.batch(["app.held"] * 3)
    engine.pause()
    engine.start()
    batch.cancel()
    engine.submit("app.held", timeout=0)  # there is room: what follows has not taken it
    engine.batch([], then="app.report")
    now = engine.metrics()
    assert (4, 6) == (engine.pool.queue_size, now.queued + now.scheduled)
    engine.resume()
    gate.set()

    assert batch.then.wait(WAIT)
    until(lambda: len(reports) == 2)


def test_a_full_schedule_too(engine, reports):
    state_of(engine.pool).schedule_size = 0
    engine.start()
    batch = engine.batch([], then="app.report")

    assert batch.then.wait(WAIT)
    assert ["all"] == reports


def test_what_cannot_follow_since_the_engine_stops_is_said(engine, reports, caplog):
    batch = engine.batch([("app.double", {"x": 1})], name="nightly", then="app.report")
    engine.pause()
    engine.start()
    with caplog.at_level(logging.ERROR):
        engine.shutdown(WAIT, drain=False)
        assert engine.bus.flush(WAIT)

    assert (True, None, []) == (batch.done, batch.then, reports)
    assert "accepts no more work" in batch.refused
    (said,) = [text for text in caplog.messages if "nightly" in text]
    assert said.startswith("batch 1 nightly: app.report does not follow it: pool")


def test_what_a_shutdown_leaves_is_not_followed(engine, reports, caplog):
    batch = engine.batch(["app.held"] * 3, name="nightly", then="app.report")
    other = engine.batch(["app.held"])
    engine.shutdown(0)
    engine.shutdown(0)

    assert not batch.wait(WAIT)
    assert (False, None, []) == (batch.done, batch.then, reports)
    assert ("3 of its tasks were left in the backlog", "") == (batch.refused, other.refused)
    with pytest.raises(PoolClosed, match=r"3 of 3 tasks of <Batch 1 nightly.* were left"):
        batch.results()
    (said,) = [text for text in caplog.messages if "not follow" in text]
    assert said == f"batch 1 nightly: app.report does not follow it: {batch.refused}"


def test_a_batch_is_told_of_the_tasks_that_one_pool_has_left(reports):
    @task(pool="side")
    def aside() -> None:
        reports.append("ran")

    with Engine(1, pools={"side": PoolConfig(workers=1)}) as engine:
        engine.register(aside)
        engine.pause("app.aside")
        batch = engine.batch(["app.aside"] * 2, then="app.aside")
        engine.drain("side", 0)

        assert "2 of its tasks were left in the backlog" == batch.refused
    assert [] == reports
