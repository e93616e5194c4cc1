"""What has become of retries: each failure, its group and the engine say how they ended."""

from __future__ import annotations

from tests.engine.failures.failing import fail
from tests.waiting import until


def told(engine):
    """Return how many tasks the last retry has started, and how they have ended."""
    if (last := engine.failures.last_retry) is None:
        return None
    return last.count, last.completed, last.failed, last.cancelled


def retried(group):
    return group.open, group.retried, group.retried_well, group.failed_again


def test_a_retry_says_how_many_are_done_and_how_many_failed_again(engine, switch):
    assert told(engine) is None
    good = fail(engine, "fragile", count=3)
    (bad,) = fail(engine)
    switch.mended = True
    engine.retry([*good, bad])
    until(lambda: engine.failures.last_retry.open == 0)

    assert (4, 3, 1, 0) == told(engine)
    ends = [engine.failures.find(number).retry_ended for number in (*good, bad)]
    assert ["completed"] * 3 + ["failed"] == ends
    other, group = engine.failures.groups()  # that of the new failure first
    assert (1, 1, 0, 1) == retried(other)
    assert (0, 3, 3, 0) == retried(group)


def test_a_retry_that_waits_counts_as_open(engine, switch):
    numbers = fail(engine, "fragile", count=2)
    switch.mended = True
    engine.submit("app.wait")
    engine.retry(numbers)
    assert (2, 0, 0, 0) == told(engine)
    assert (2, 0) == (engine.failures.last_retry.open, engine.failures.groups()[0].retried_well)
    switch.gate.set()
    until(lambda: engine.failures.last_retry.open == 0)
    assert (2, 2, 0, 0) == told(engine)


def test_a_retry_that_is_cancelled_is_neither_done_nor_failed(engine):
    (number,) = fail(engine)
    engine.submit("app.wait")
    (task,) = engine.retry(number).tasks
    engine.pool.find(task).cancel()
    until(lambda: engine.failures.find(number).retry_ended)
    assert (1, 0, 0, 1) == told(engine)
    assert 1 == engine.failures.groups()[0].retries_cancelled


def test_what_an_undo_takes_back_counts_no_more(engine):
    numbers = fail(engine, count=2)
    engine.submit("app.wait")
    engine.retry(numbers)
    engine.undo()
    assert told(engine) is None
    assert [None, None] == [engine.failures.find(number).retry_ended for number in numbers]
    assert (2, 0, 0, 0) == retried(engine.failures.groups()[0])


def test_a_retry_that_changes_nothing_leaves_the_last_one_in_sight(engine):
    (number,) = fail(engine)
    engine.retry(number)
    until(lambda: engine.failures.last_retry.open == 0)
    engine.retry([number, 999])
    assert (1, 0, 1, 0) == told(engine)
