"""Discarding, and undoing what was done to failures."""

from __future__ import annotations

import gc

import pytest

from chasqui import Context, Engine, task
from chasqui.engine.events.records import FailuresTreated
from tests.engine.failures.failing import WAIT, explode, fail, numbers
from tests.waiting import until


def test_what_is_discarded_is_found_by_its_state_only(engine):
    first, second, third = fail(engine, count=3)
    outcome = engine.discard(second)

    assert ((second,), [third, first]) == (outcome.numbers, numbers(engine.failures))
    assert [second] == numbers(engine.failures.where("state=discarded"))
    assert 2 == len(engine.failures.where("explode"))
    assert ((second, "is discarded"),) == engine.retry(second).skipped
    assert ((second, "is discarded"),) == engine.discard(second).skipped


def test_what_is_discarded_is_the_first_to_make_room(clock):
    with Engine(1, clock=clock, keep_failures=3) as engine:
        engine.register(explode)
        first, second, third = fail(engine, count=3)
        engine.discard(third)
        (fourth,) = fail(engine)

        assert [fourth, second, first] == numbers(engine.failures)
        assert [] == numbers(engine.failures.where("state=discarded"))
        assert ((third, "is not among the failures that are kept"),) == engine.undo().skipped


def test_undo_brings_back_what_was_discarded_where_it_was(engine):
    first, second, third = fail(engine, count=3)
    engine.failures.see([second])
    engine.discard([first, second])
    (fourth,) = fail(engine)
    outcome = engine.undo()

    assert (first, second) == outcome.numbers
    assert [fourth, third, second, first] == numbers(engine.failures)
    assert ["new", "new", "seen", "new"] == [failure.state for failure in engine.failures]


def test_undo_cancels_retries_that_wait_and_leaves_those_that_run(engine, switch):
    (running,) = fail(engine, "fragile")
    (waiting,) = fail(engine)
    switch.mended = True
    engine.retry(running)
    until(lambda: engine.metrics().completed)
    engine.submit("app.wait")
    outcome = engine.retry([running, waiting])
    (new,) = outcome.tasks
    handle = engine.pool.find(new)
    undone = engine.undo()

    assert ((waiting,), (new,), ()) == (undone.numbers, undone.tasks, undone.skipped)
    assert ("cancelled", "new") == (handle.state, engine.failures.find(waiting).state)
    assert engine.failures.find(waiting).retried_as is None


def test_undo_skips_a_retry_that_was_started(engine, switch):
    @task
    def stays(ctx: Context) -> None:
        if switch.mended:
            switch.got.append(ctx)
            switch.gate.wait(WAIT)
        raise OSError("no")

    engine.register(stays)
    (number,) = fail(engine, "stays")
    switch.mended = True
    (new,) = engine.retry(number).tasks
    until(lambda: switch.got)
    undone = engine.undo()

    assert ((number, f"was retried as task {new}, which is running already"),) == undone.skipped
    assert not switch.got[0].cancelled
    assert "retried" == engine.failures.find(number).state


@pytest.mark.slow
def test_undo_skips_a_retry_that_has_ended_and_keeps_no_task_alive(engine):
    (number,) = fail(engine)
    (new,) = engine.retry(number).tasks
    until(lambda: engine.metrics().failed == 2)
    fail(engine)  # so that the worker has another
    gc.collect()

    assert (
        (number, f"was retried as task {new}, which has ended already"),
    ) == engine.undo().skipped


def test_undo_leaves_a_retry_that_others_rely_on(engine):
    failing = engine.submit("app.explode", key="once")
    failing.wait(WAIT)
    engine.submit("app.wait")
    (new,) = engine.retry(failing.number).tasks
    engine.submit("app.explode", key="once")
    ((_, reason),) = engine.undo().skipped

    assert f"was retried as task {new}, which other submissions of its key need as well" == reason


def test_undo_reaches_back_thirty_seconds_and_once(engine, clock):
    one, two = fail(engine, count=2)
    engine.discard(one)
    clock.advance(30)
    assert (one,) == engine.undo().numbers
    assert (("undo", "there is nothing to take back"),) == engine.undo().skipped

    engine.discard(two)
    clock.advance(31)
    assert (("undo", "the last discard was 31s ago; undo reaches 30s"),) == engine.undo().skipped
    assert [one] == numbers(engine.failures)


def test_an_action_that_did_nothing_leaves_the_last_one_to_be_undone(engine):
    (number,) = fail(engine)
    engine.discard(number)
    engine.discard(999)

    assert (number,) == engine.undo().numbers


def test_each_action_is_told_of_once_with_its_counts(engine):
    told = []
    engine.bus.subscribe(
        lambda event: told.append(event) if isinstance(event, FailuresTreated) else 0
    )
    many = fail(engine, count=3)
    engine.pause()
    engine.retry([*many, 999])
    engine.undo()
    engine.discard(many)
    engine.bus.flush(WAIT)

    assert [
        "failures: 3 retried; 1 skipped: is not among the failures that are kept",
        "failures: 3 taken back",
        "failures: 3 discarded",
    ] == [str(event) for event in told]
