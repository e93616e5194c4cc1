"""Batches: tasks that are watched, waited for and cancelled together, and what follows them."""

from __future__ import annotations

import gc
import logging
import threading
import weakref

import pytest

from chasqui import (
    BacklogFull,
    Cancelled,
    Context,
    Engine,
    InvalidParameters,
    PoolClosed,
    PoolConfig,
    Retry,
    UnknownType,
    WouldDeadlock,
    task,
)
from chasqui.engine.members import BatchCounts, Members
from chasqui.testing import FakeClock
from tests.pool.interrupt import Interrupter
from tests.waiting import Meeting, until

WAIT = 10.0


@task
def double(x: int) -> int:
    return 2 * x


@task
def bad(text: str = "no") -> None:
    raise OSError(text)


@pytest.fixture
def reports():
    return []


@pytest.fixture
def gate():
    """Let the bodies of `app.held` go on; they do so at the end of the test in any case."""
    gate = threading.Event()
    yield gate
    gate.set()


@pytest.fixture
def engine(reports, gate):
    """Return an engine that is not started, of two workers and room for four."""

    @task
    def report(text: str = "all") -> None:
        reports.append(text)

    @task
    def held() -> str:
        assert gate.wait(WAIT)
        return "held"

    engine = Engine(2, 4, clock=FakeClock())
    for one in (double, bad, report, held):
        engine.register(one)
    yield engine
    gate.set()
    engine.shutdown(WAIT)


class Plain:
    id, name = "7", "plain"

    def execute(self, ctx: Context) -> str:
        return "plain"


def test_a_batch_has_the_results_of_types_and_works_in_order(engine):
    engine.start()
    batch = engine.batch(
        [("app.double", {"x": 1}), (double, {"x": 2}), Plain(), double.work(x=3), "app.bad"],
        name="mixed",
    )
    *fine, error = batch.results(WAIT)

    assert [2, 4, "plain", 6] == fine
    assert (OSError, "no") == (type(error), str(error))
    assert BatchCounts(5, 0, 0, 4, 1, 0) == batch.counts
    assert [batch.tasks[4]] == batch.failures
    assert (1, "mixed", True, 1.0) == (batch.number, batch.name, batch.done, batch.progress)


def test_nothing_is_accepted_when_one_entry_is_wrong(engine):
    with pytest.raises(InvalidParameters):
        engine.batch([("app.double", {"x": 1}), ("app.double", {"x": "one"})])
    with pytest.raises(UnknownType):
        engine.batch([("app.double", {"x": 1})], then="app.nothing")
    with pytest.raises(ValueError, match="time_limit"):
        engine.batch([("app.double", {"x": 1})], time_limit=0)
    with pytest.raises(ValueError, match="time_limit"):
        engine.batch([], time_limit=0)

    assert (0, ()) == (engine.metrics().accepted, engine.batches())


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

    assert [(many, many - x - workers, workers, x, 0, 0) for x in stops] == held
    assert {many} == {counts.total for counts in readings}
    assert {many} == {sum(counts[1:]) for counts in readings}
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
    ended = []
    members = Members(1, "", 2, engine.clock, ended.append)
    for _ in range(2):
        only = engine.submit("app.bad")
        members.add([only])
        only.cancel()
        early = [*ended]

    assert (2, [], False) == (members.counts().cancelled, early, members.done)
    members.close()
    assert ([members], True) == (ended, members.done)


def test_a_batch_is_told_of_what_was_left_before_it_was_added(engine):
    told = []
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
    engine.submit("app.held")
    engine.batch([], then="app.report")
    now = engine.metrics()
    assert (4, 6) == (engine.pool.queue_size, now.queued + now.scheduled)
    engine.resume()
    gate.set()

    assert batch.then.wait(WAIT)
    until(lambda: len(reports) == 2)


def test_a_full_schedule_too(engine, reports):
    engine.pool._schedule_size = 0
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


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        (["app.double", {"x": 1}], "a task type, its name or a work is submitted, got \\['app.d"),
        (("app.double",), r"an entry of a batch is \(type, parameters\), got \('app.double',\)"),
        (3, "a work is submitted, got 3"),
    ],
)
def test_an_entry_that_is_none_is_refused_with_what_it_should_be(engine, entry, reason):
    with pytest.raises(TypeError, match=reason):
        engine.batch([entry])
    with pytest.raises(TypeError, match=reason):
        engine.batch([], then=entry)

    assert 0 == engine.metrics().accepted


def test_a_batch_that_stopped_early_has_what_got_in_and_is_not_followed(engine, reports):
    with pytest.raises(BacklogFull) as caught:
        engine.batch([("app.double", {"x": n}) for n in range(7)], then="app.report", timeout=0)
    batch = caught.value.batch

    assert str(caught.value).endswith("4 of the 7 tasks of batch 1 got in")
    assert (7, 4, batch.tasks) == (batch.size, batch.counts.total, caught.value.accepted)
    engine.start()
    assert [0, 2, 4, 6] == batch.results(WAIT)
    assert ("3 of its tasks were never accepted", []) == (batch.refused, reports)


def test_a_batch_waits_for_room(engine):
    engine.start()
    batch = engine.batch([("app.double", {"x": n}) for n in range(50)])

    assert [2 * n for n in range(50)] == batch.results(WAIT)


def test_a_batch_larger_than_a_slice_is_accepted_in_order():
    engine = Engine(1, 5000)
    engine.register(double)
    entries = [(double, {"x": n}) for n in range(2500)]
    batch = engine.batch(entries)

    assert list(range(1, 2501)) == [one.number for one in batch.tasks]
    assert 2500 == batch.cancel()
    engine.shutdown(0)


def test_a_batch_waits_for_room_no_longer_than_it_may(engine):
    errors = []

    def submit():
        try:
            engine.batch([double.work(x=1), Plain()] * 4, timeout=60)
        except BacklogFull as error:
            errors.append(error)

    waiting = threading.Thread(target=submit)
    waiting.start()
    engine.clock.await_sleepers(1)
    engine.clock.advance(45)
    assert engine.pool.waiting(0, 1)[0].cancel()
    until(lambda: engine.metrics().accepted == 5)
    engine.clock.await_sleepers(1)
    engine.clock.advance(15)
    waiting.join(WAIT)
    assert [5] == [error.batch.counts.total for error in errors]


def test_a_closed_engine_refuses_a_batch(engine):
    engine.shutdown(0)
    with pytest.raises(PoolClosed, match="0 of the 1 tasks"):
        engine.batch(["app.bad"])


def test_priority_and_time_limit_hold_for_every_task(engine):
    batch = engine.batch([double.work(x=1), Plain()], priority=3, time_limit=5)

    assert [(3, 5), (3, 5)] == [(one.priority, one.time_limit) for one in batch.tasks]


def test_cancel_drops_what_waits_and_asks_what_runs(engine):
    entered = threading.Event()

    @task
    def waits(ctx: Context) -> None:
        entered.set()
        ctx.sleep(3600)
        ctx.raise_if_cancelled()

    engine.register(waits)
    engine.start()
    first = engine.batch(["app.waits"])
    assert entered.wait(WAIT)
    rest = engine.batch(["app.waits"] * 3)
    until(lambda: rest.counts.running == 1)

    assert (1, 3) == (first.cancel(), rest.cancel())
    assert first.wait(WAIT)
    assert rest.wait(WAIT)
    assert (BatchCounts(1, 0, 0, 0, 0, 1), 0) == (first.counts, rest.cancel())


def test_a_batch_that_does_not_end_in_time_says_what_is_left(engine):
    batch = engine.batch(["app.bad", "app.held"])
    batch.tasks[0].cancel()

    with pytest.raises(TimeoutError, match="1 of 2 tasks of <Batch 1, 1 of 2 tasks ended>"):
        batch.results(0)


def test_a_task_may_not_wait_for_a_batch_that_nobody_would_run():
    @task
    def parent() -> bool:
        return engine.batch([("app.double", {"x": 1})]).wait()

    with Engine(1) as engine:
        engine.register(parent)
        engine.register(double)
        with pytest.raises(WouldDeadlock):
            engine.submit("app.parent").result(WAIT)


def test_live_batches_are_listed_with_their_counts(engine, gate):
    engine.start()
    batch = engine.batch(["app.held"] * 3, name="three")
    done = engine.batch([], name="none")
    until(lambda: batch.counts.running == 2)
    first, second = engine.batches()

    assert (1, "three", 3, BatchCounts(3, 1, 2, 0, 0, 0), False) == first[:5]
    assert (2, "none", 0, True) == (second.number, second.name, second.size, second.done)
    del done
    assert ["three"] == [one.name for one in engine.batches()]
    assert (3, 0) == (engine.cancel_batch(1), engine.cancel_batch(99))
    gate.set()


def test_a_batch_whose_handle_was_dropped_is_followed_and_then_gone(engine, reports, gate):
    engine.start()
    engine.batch(["app.held"] * 2, then="app.report")
    assert 1 == len(engine.batches())
    gate.set()

    until(lambda: reports == ["all"])
    until(lambda: engine.batches() == ())


def test_what_has_ended_of_a_dropped_batch_is_kept_by_nobody(engine, gate):
    class Thing:
        pass

    class Gives:
        id, name = "1", "gives"

        def execute(self, ctx: Context) -> Thing:
            return Thing()

    engine.start()
    batch = engine.batch([Gives(), "app.held"])
    work = weakref.ref(batch.tasks[0].work)
    result = weakref.ref(batch.tasks[0].result(WAIT))
    assert batch.tasks[0].done
    del batch
    gc.collect()

    until(lambda: gc.collect() >= 0 and (work(), result()) == (None, None))
    assert 1 == len(engine.batches())


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

        interrupter = Interrupter(point, handler, "chasqui.engine.members", "chasqui.engine.batch")
        interrupter.run(act)
        assert (True, BatchCounts(4, 0, 0, 0, 0, 4)) == (batch.done, batch.counts)
        assert 5 == engine.metrics().accepted
        engine.shutdown(0)
        return interrupter.points >= point

    point = 1
    while perform(point):
        point += 1
    assert point > 40
    assert [] == [counts for counts in seen if counts.total != sum(counts[1:])]
