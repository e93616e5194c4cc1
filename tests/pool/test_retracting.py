"""Tasks that the observer refuses leave no trace, whatever happens while it is asked."""

from __future__ import annotations

import threading

import pytest

from chasqui import BacklogFull, Pool
from chasqui.pool.reporting import watch_every
from chasqui.pool.state import state_of
from tests.pool.observing import Refusing
from tests.pool.submitting import Submitter
from tests.waiting import WAIT, until


@pytest.fixture
def observer():
    refusing = Refusing(OSError("the disk is full"))
    yield refusing
    refusing.go_on.set()


@pytest.fixture
def make(make_pool, observer):
    def made(*args, **kwargs):
        pool = make_pool(*args, observer=observer, **kwargs)
        watch_every(state_of(pool), True)
        return pool

    return made


def counts(pool: Pool) -> tuple[int, ...]:
    reading = pool.metrics()
    assert reading.balanced
    return reading.accepted, reading.rejected, reading.cancelled


WAYS = {
    "submit": (1, lambda pool, call: pool.submit(call())),
    "batch": (3, lambda pool, call: pool.submit_batch([call(), call(), call()])),
    "later": (1, lambda pool, call: pool.submit_later(call(), 60)),
    "now or never": (1, lambda pool, call: pool.try_submit(call())),
}


@pytest.mark.parametrize("way", WAYS)
def test_a_refused_submission_is_in_no_reading_but_among_the_rejected(make, call, observer, way):
    pool = make(1)
    count, submit = WAYS[way]
    with pytest.raises(OSError, match="the disk is full"):
        submit(pool, call)

    assert (0, count, 0) == counts(pool)
    assert [("accepted", list(range(1, count + 1)))] == observer.heard
    assert [] == pool.waiting() + pool.scheduled()
    assert [0, 0] == [value for lane in pool.lanes() for value in (lane.scheduled, lane.dropped)]
    assert 0 == pool.shutdown(WAIT).accepted


def test_a_batch_that_is_refused_on_the_way_says_what_got_in_before(make, call, observer):
    observer.error = None
    error = BacklogFull("no room on disk")
    pool = make(1, 2)
    observer.hold()
    submitter = Submitter(pool.submit_batch, [call() for _ in range(5)])
    observer.await_entered()
    observer.error = error
    observer.go_on.set()
    submitter.join(WAIT)

    assert submitter.error is error
    assert [1, 2] == [task.number for task in error.accepted]
    assert (2, 3, 0) == counts(pool)
    assert all(task.wait(WAIT) for task in error.accepted)


def test_the_room_of_a_refused_task_goes_to_a_submitter_that_waits(make, call, observer):
    pool = make(1, 1)
    pool.pause()
    observer.hold()
    refused = Submitter(pool.submit, call())
    observer.await_entered()
    observer.error = None
    waiting = Submitter(pool.submit, call())
    until(lambda: len(pool.blocked()) == 1)
    observer.go_on.set()
    waiting.join(WAIT)
    refused.join(WAIT)

    assert isinstance(refused.error, OSError)
    assert waiting.error is None
    assert (1, 1, 0) == counts(pool)


def test_the_number_of_a_refused_task_is_not_given_out_again(make, call, observer):
    pool = make(1)
    observer.hold()
    first = Submitter(pool.submit, call())
    observer.await_entered()
    observer.error = None
    second = Submitter(pool.submit, call())
    observer.await_entered()
    observer.go_on.set()
    first.join(WAIT)
    second.join(WAIT)

    assert isinstance(first.error, OSError)
    assert [2, 3] == [second.value.number, pool.submit(call()).number]


def test_a_drain_does_not_wait_for_what_was_refused(make, call, observer):
    pool = make(1)
    observer.hold()
    refused = Submitter(pool.submit, call())
    observer.await_entered()
    ender = Submitter(pool.shutdown)
    until(lambda: pool.state == "stopping")
    observer.go_on.set()
    ender.join(WAIT)
    refused.join(WAIT)

    assert (0, True) == (ender.value.accepted, ender.value.clean)


@pytest.mark.parametrize("way", ["submit", "later"])
def test_a_handle_found_meanwhile_says_cancelled_and_its_waiters_wake(make, call, observer, way):
    pool = make(1)
    observer.hold()
    refused = Submitter(WAYS[way][1], pool, call)
    observer.await_entered()
    found = pool.find(1)
    called = threading.Event()
    found.add_done_callback(lambda task: called.set())
    waiter = Submitter(found.wait)
    until(lambda: found._more.wake is not None)
    observer.go_on.set()
    waiter.join(WAIT)
    refused.join(WAIT)

    assert waiter.value
    assert called.wait(WAIT)
    assert ("cancelled", False) == (found.state, found.cancel())
    assert pool.find(1) is None


@pytest.mark.parametrize("way", ["submit", "later"])
@pytest.mark.parametrize("stop", [False, True])
def test_a_task_cancelled_while_it_is_announced_is_reported_after_that(
    make, call, observer, way, stop
):
    observer.error = None
    pool = make(1)
    observer.hold()
    submitter = Submitter(WAYS[way][1], pool, call)
    observer.await_entered()
    task = pool.find(1)
    if stop:
        ender = Submitter(lambda: pool.shutdown(WAIT, drain=False))
        until(lambda: task.done)
    else:
        assert task.cancel()
    before = list(observer.heard)
    called = threading.Event()
    task.add_done_callback(lambda task: called.set())
    observer.go_on.set()
    submitter.join(WAIT)
    if stop:
        ender.join(WAIT)

    assert [("accepted", [1])] == before
    assert [("accepted", [1]), ("ended", [1], "cancelled")] == observer.heard
    assert called.is_set()
    assert (1, 0, 1) == counts(pool)


@pytest.mark.parametrize("way", ["submit", "later"])
def test_a_task_cancelled_and_then_refused_stays_cancelled_and_is_not_heard_of(
    make, call, observer, way
):
    pool = make(1)
    observer.hold()
    submitter = Submitter(WAYS[way][1], pool, call)
    observer.await_entered()
    task = pool.find(1)
    assert task.cancel()
    waiter = Submitter(task.wait)
    observer.go_on.set()
    submitter.join(WAIT)
    waiter.join(WAIT)

    assert isinstance(submitter.error, OSError)
    assert [("accepted", [1])] == observer.heard
    assert (1, 0, 1) == counts(pool)


def test_what_a_ledger_calls_left_stays_left_though_it_is_refused_then(make, call, observer):
    pool = make(1)
    observer.hold()
    submitter = Submitter(pool.submit, call())
    observer.await_entered()
    ledger = pool.shutdown(0)
    observer.go_on.set()
    submitter.join(WAIT)

    assert isinstance(submitter.error, OSError)
    assert [1] == [fate.number for fate in ledger.left]
    assert ledger.balanced
    assert (1, 0, 0) == counts(pool)


def test_a_pool_is_watched_as_long_as_there_is_a_reason(make, call, observer):
    observer.error = None
    pool = make(1)
    state = state_of(pool)
    watch_every(state, True, "journal")
    watch_every(state, False)
    pool.submit(call())
    watch_every(state, False, "journal")
    pool.submit(call())

    assert [[1]] == [one[1] for one in observer.heard if one[0] == "accepted"]
