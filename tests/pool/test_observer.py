"""The observer of a pool: what it hears, in which order, and what it may not change."""

from __future__ import annotations

import threading

import pytest

from chasqui import BacklogFull
from chasqui.pool.ledger import Ledger
from chasqui.pool.particulars import Particulars
from chasqui.pool.reporting import JOURNAL, watch_every
from chasqui.pool.state import state_of
from chasqui.pool.submission import Submission, accept
from chasqui.testing import FakeClock
from tests.pool.observing import Recorder
from tests.waiting import until

WAIT = 10.0


@pytest.fixture
def clock():
    """Return a clock that stands still."""
    return FakeClock()


@pytest.fixture
def heard():
    """Return an observer that keeps what it hears."""
    return Recorder()


def fails(ctx):
    raise ValueError("no")


def followed(pool):
    """Have the observer of a pool hear of every step."""
    watch_every(state_of(pool), True)
    return pool


def test_each_step_of_a_task_is_heard_in_its_order(make_pool, call, heard, clock):
    pool = followed(make_pool(1, observer=heard, clock=clock))
    assert pool.submit(call()).wait(WAIT)
    later = pool.submit_later(call(), 5)
    clock.advance(5)
    assert later.wait(WAIT)

    assert [
        ("accepted", [1]), ("started", [1], 1), ("ended", [1], "completed"),
        ("accepted", [2]), ("started", [2], 1), ("ended", [2], "completed"),
    ] == heard.heard  # fmt: skip


def test_unless_every_step_is_wanted_only_failures_and_cancels_are_heard(make_pool, call, heard):
    pool = make_pool(1, observer=heard)
    assert pool.submit(call()).wait(WAIT)
    failed = pool.submit(call(fails))
    assert failed.wait(WAIT)
    pool.pause()
    cancelled = pool.submit(call())
    cancelled.cancel()

    assert [("ended", [2], "failed"), ("ended", [3], "cancelled")] == heard.heard


def test_an_attempt_that_is_followed_by_another_is_retried_and_the_last_ended(
    make_pool, call, heard
):
    pool = make_pool(1, observer=heard, retry=lambda task: 0.0 if task.attempts < 3 else None)
    assert pool.submit(call(fails)).wait(WAIT)

    assert [("retried", [1], 0.0), ("retried", [1], 0.0), ("ended", [1], "failed")] == heard.heard


def test_a_batch_is_reported_in_one_call_before_any_of_it_can_start(make_pool, call):
    entered, go_on, started = threading.Event(), threading.Event(), threading.Event()

    def meanwhile(name, tasks):
        if name == "accepted":
            entered.set()
            go_on.wait(WAIT)
        if name == "started":
            started.set()

    heard = Recorder(meanwhile)
    pool = followed(make_pool(2, observer=heard))
    submitter = threading.Thread(target=pool.submit_batch, args=([call(), call(), call()],))
    submitter.start()
    assert entered.wait(WAIT)
    assert not started.wait(0.05)  # the workers sleep, and nothing wakes them
    before = pool.metrics()
    go_on.set()
    submitter.join(WAIT)
    until(lambda: pool.metrics().completed == 3)

    assert (3, 3, 0, True) == (before.accepted, before.queued, before.running, before.balanced)
    assert 3 == sum(lane.queued for lane in before.lanes)
    assert ("accepted", [1, 2, 3]) == heard.heard[0]


def test_what_is_being_reported_can_be_found_and_cancelled_and_never_starts(make_pool, call):
    seen = []

    def meanwhile(name, tasks):
        if name == "accepted":
            (task,) = tasks
            seen.append((pool.find(task.number) is task, task.state, task.cancel(), task.state))

    pool = followed(make_pool(1, observer=Recorder(meanwhile)))
    for submit in (lambda: pool.submit(call()), lambda: pool.submit_later(call(), 0)):
        task = submit()
        assert ("cancelled", 0) == (task.state, task.attempts)

    assert [(True, "queued", True, "cancelled"), (True, "scheduled", True, "cancelled")] == seen
    assert (2, True) == (pool.metrics().cancelled, pool.metrics().balanced)


@pytest.mark.parametrize("delay", [None, 0.0])
def test_an_observer_that_refuses_an_acceptance_has_the_task_taken_back(make_pool, call, delay):
    def meanwhile(name, tasks):
        if name == "accepted":
            raise OSError("the disk is full")

    pool = followed(make_pool(1, observer=Recorder(meanwhile)))
    submission = Submission(
        [call(), call()][: 2 if delay is None else 1], [Particulars()] * 2, delay=delay
    )
    with pytest.raises(OSError, match="the disk is full"):
        accept(state_of(pool), submission)

    reading = pool.metrics()
    assert (0, 0, True) == (reading.queued, reading.scheduled, reading.balanced)
    assert (0, 0) == (reading.accepted, reading.cancelled)
    assert reading.rejected == len(submission.works)


def test_a_drain_waits_for_what_is_being_reported(make_pool, call):
    entered, go_on = threading.Event(), threading.Event()

    def meanwhile(name, tasks):
        if name == "accepted":
            entered.set()
            go_on.wait(WAIT)

    pool = followed(make_pool(1, observer=Recorder(meanwhile)))
    submitter = threading.Thread(target=pool.submit, args=(call(),))
    submitter.start()
    assert entered.wait(WAIT)
    ledgers = []
    ender = threading.Thread(target=lambda: ledgers.append(pool.shutdown()))
    ender.start()
    until(lambda: pool.state == "stopping")
    ender.join(0.1)  # it must not end yet, and would soon
    assert [] == ledgers
    go_on.set()
    ender.join(WAIT)
    submitter.join(WAIT)

    assert [(1, 1)] == [(ledger.accepted, ledger.completed) for ledger in ledgers]


def test_a_shutdown_in_the_middle_of_a_report_ends_though_the_report_waits_for_it(make_pool, call):
    ledgers = []

    def meanwhile(name, tasks):
        if name == "accepted":  # as a signal handler may, which has come in the middle
            ledgers.append(pool.shutdown())

    pool = followed(make_pool(1, observer=Recorder(meanwhile)))
    task = pool.submit(call())

    assert "completed" == task.state
    assert [(1, 1, True)] == [(one.accepted, one.completed, one.clean) for one in ledgers]


@pytest.mark.parametrize("delay", [None, 0.0])
def test_a_shutdown_in_the_middle_of_a_report_to_a_journal_leaves_what_may_not_be_written_yet(
    make_pool, call, delay
):
    ledgers: list[Ledger] = []

    def meanwhile(name, tasks):
        if name == "accepted":  # as a signal handler may, which has come in the middle
            ledgers.append(pool.shutdown())

    heard = Recorder(meanwhile)
    pool = make_pool(1, observer=heard)
    watch_every(state_of(pool), True, JOURNAL)
    task = pool.submit(call()) if delay is None else pool.submit_later(call(), delay)

    assert not task.done
    assert [[1]] == [[fate.number for fate in ledger.left] for ledger in ledgers]
    assert [("accepted", [1]), ("left", [1])] == heard.heard


def test_an_exception_that_the_observer_returns_is_raised_once_the_tasks_are_in(make_pool, call):
    class Interrupted(Recorder):
        def accepted(self, tasks):
            return KeyboardInterrupt()

    pool = followed(make_pool(1, observer=Interrupted()))
    with pytest.raises(KeyboardInterrupt):
        pool.submit(call())
    with pytest.raises(KeyboardInterrupt):
        pool.submit_later(call(), 0.0)
    until(lambda: pool.metrics().completed == 2)

    assert (2, 0) == (pool.metrics().accepted, pool.metrics().rejected)


def test_an_interrupt_in_the_observer_does_not_keep_it_from_hearing_of_an_end(make_pool, call):
    class Interrupted(Recorder):
        def ended(self, tasks, state):
            if not self.heard:
                self.heard.append("cut short")
                raise KeyboardInterrupt
            super().ended(tasks, state)

    heard = Interrupted()
    pool = make_pool(1, observer=heard, start=False)
    assert pool.submit(call()).cancel()

    assert ["cut short", ("ended", [1], "cancelled")] == heard.heard


def test_what_is_being_reported_takes_its_room(make_pool, call):
    refused: list[bool] = []

    def meanwhile(name, tasks):
        if name == "accepted" and not refused:
            refused.append(True)
            with pytest.raises(BacklogFull):
                pool.try_submit(call())

    pool = make_pool(1, 1, observer=Recorder(meanwhile))
    pool.pause()
    followed(pool).submit(call())

    assert [True] == refused
    assert 1 == pool.metrics().queued


def test_a_shutdown_that_leaves_tasks_reports_them_once(make_pool, call, gate, heard):
    pool = make_pool(1, observer=heard)
    pool.submit(call(gate))
    gate.await_entered()
    pool.submit_batch([call(), call()])
    pool.submit_later(call(), 60)
    pool.shutdown(0)
    pool.shutdown(0)
    gate.release.set()

    assert [("left", [2, 3, 4])] == [one for one in heard.heard if one[0] == "left"]


def test_what_an_observer_raises_is_logged_and_changes_nothing(make_pool, call, caplog):
    def meanwhile(name, tasks):
        if name != "accepted":
            raise ValueError(f"at {name}")

    pool = followed(make_pool(1, observer=Recorder(meanwhile)))
    assert "completed" == (lambda task: task.wait(WAIT) and task.state)(pool.submit(call()))

    assert "task 1: its observer raised" in caplog.text
    assert "at started" in caplog.text and "at ended" in caplog.text
