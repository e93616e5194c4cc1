"""Batches: tasks that are accepted, waited for, cancelled and listed together."""

from __future__ import annotations

import contextvars
import gc
import threading
import weakref

import pytest

from chasqui import (
    BacklogFull,
    Context,
    Engine,
    InvalidParameters,
    PoolClosed,
    UnknownPool,
    UnknownType,
    WouldDeadlock,
    task,
)
from chasqui.engine.batches.members import BatchCounts
from tests.engine.batches import batched
from tests.engine.batches.batched import WAIT, Plain, double
from tests.waiting import until

engine, gate, reports = batched.engine, batched.gate, batched.reports


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


def test_what_follows_a_batch_sees_the_context_variables_of_its_submitter(engine):
    user = contextvars.ContextVar("user", default="none")
    gate, entered = threading.Event(), threading.Event()

    @task
    def logs_in() -> None:
        user.set("a stranger")
        entered.set()
        gate.wait(WAIT)

    @task
    def says() -> str:
        return user.get()

    engine.register(logs_in)
    engine.register(says)
    engine.start()

    def submit(name):
        if name:
            user.set(name)
        return engine.batch([logs_in], then=says)

    batches = [contextvars.Context().run(submit, name) for name in ("ana", "")]
    assert entered.wait(WAIT)
    gate.set()

    assert ["ana", "none"] == [batch.results(WAIT) and batch.then.result(WAIT) for batch in batches]


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


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        (["app.double", {"x": 1}], "a task type, its name or a work is needed, got \\['app.d"),
        (("app.double",), r"an entry is a work, a type or \(type, params\), got \('app.double',\)"),
        (3, "a work is needed, got 3"),
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


def test_nothing_is_accepted_when_a_type_has_no_pool(engine):
    @task(pool="nowhere")
    def astray() -> None: ...

    with pytest.raises(UnknownPool):
        engine.batch([("app.double", {"x": 1}), astray.work()])

    assert 0 == engine.metrics().accepted


def test_a_batch_that_finds_no_room_says_in_which_pool(engine):
    engine.pause()
    with pytest.raises(BacklogFull) as one:
        engine.submit_batch("app.double", [{"x": 1}] * 100, timeout=0)
    with pytest.raises(BacklogFull) as batch:
        engine.batch([("app.double", {"x": 1})] * 100, timeout=0)

    assert (one.value.pool, one.value.waiting) == (batch.value.pool, batch.value.waiting)
    assert "default" == batch.value.pool


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
    with Engine(1) as engine:

        @task
        def parent() -> bool:
            return engine.batch([("app.double", {"x": 1})]).wait()

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

    assert (1, "three", 3) == (first.number, first.name, first.size)
    assert (BatchCounts(3, 1, 2, 0, 0, 0), False) == (first.counts, first.done)
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


@pytest.mark.slow
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
