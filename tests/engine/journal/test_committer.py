"""Commits in groups: who makes them, who shares them, and what an exception leaves."""

from __future__ import annotations

import signal
import sys
import threading
from functools import partial
from types import FrameType

import pytest

from chasqui.engine.journal.schema import CANCELLED, COMPLETED, QUEUED
from chasqui.pool import deadlock
from tests.engine.journal.disk import Submitting, update_row
from tests.pool.interrupt import Interrupter
from tests.waiting import WAIT, until


def test_a_thread_commits_its_own_submission_and_the_main_thread_has_it_committed(opened, disk):
    submitting = Submitting(opened, 1)
    assert submitting.ended() is None
    opened.accept(2)

    assert [submitting.name, "chasqui-journal"] == disk.leaders
    assert {1: QUEUED, 2: QUEUED} == opened.states()


def test_all_that_come_while_a_commit_is_written_share_the_next(opened, disk):
    under_way, goes_on = threading.Event(), threading.Event()

    def slow(number: int) -> None:
        if number == 1:
            under_way.set()
            assert goes_on.wait(WAIT)

    disk.before = slow
    first = Submitting(opened, 1)
    assert under_way.wait(WAIT)
    others = [Submitting(opened, number) for number in range(2, 10)]
    until(lambda: len(opened.committer._rows.waiting) == 9)
    goes_on.set()

    assert [None] * 9 == [one.ended() for one in (first, *others)]
    assert 2 == disk.commits
    assert 9 == len(opened.states())


def test_ends_are_written_within_a_moment_without_anybody_waiting(opened, disk):
    opened.accept(1, 2)
    opened.committer.update(update_row(1))
    until(lambda: opened.states() == {1: COMPLETED, 2: QUEUED})


def test_a_flush_returns_when_all_ends_before_it_are_on_disk(opened):
    opened.accept(*range(1, 6001))
    for number in range(1, 6001):
        opened.committer.update(update_row(number))
    opened.committer.flush()
    assert {COMPLETED} == set(opened.states().values())


def test_an_end_that_a_worker_waits_for_is_on_disk_when_that_returns(opened):
    opened.accept(1)
    seen = []

    def work() -> None:
        deadlock.enter(opened, object())  # type: ignore[arg-type]
        opened.committer.update(update_row(1), waits=True)
        seen.append(opened.states())

    worker = threading.Thread(target=work)
    worker.start()
    worker.join(WAIT)
    assert [{1: COMPLETED}] == seen


def test_of_values_kept_under_one_name_the_last_wins_also_within_one_commit(opened):
    keep = opened.committer.keep
    keep("a", "1", wait=False)
    keep("b", "2", wait=False)
    keep("b", None, wait=False)
    keep("a", "3", wait=False)
    keep("c", "[]")
    assert {"a": "3", "c": "[]"} == opened.store.kept()


def test_a_submission_from_a_signal_handler_anywhere_in_another_returns(opened):
    for at in range(1, 200):
        own, handlers = 2 * at, 2 * at + 1
        interrupter = Interrupter(at, lambda n=handlers: opened.accept(n), "chasqui.engine.journal")
        interrupter.run(lambda n=own: opened.accept(n))
        if interrupter.points < at:
            break
        assert {own, handlers} <= set(opened.states())
    assert at > 10


def test_an_interrupted_submission_is_not_open_on_disk_once_it_was_cancelled(opened):
    """The pool cancels it at once, perhaps before its acceptance is written."""

    def interrupt() -> None:
        raise KeyboardInterrupt

    refused = []
    for at in range(1, 200):
        try:
            interrupter = Interrupter(at, interrupt, "chasqui.engine.journal")
            interrupter.run(lambda n=at: opened.accept(n))
            break
        except KeyboardInterrupt:
            refused.append(at)
            opened.committer.update(update_row(at, CANCELLED, 0))
    assert len(refused) > 3
    until(lambda: [] == [n for n in refused if opened.states().get(n, CANCELLED) != CANCELLED])


@pytest.mark.parametrize("error", [MemoryError, RecursionError])
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_leader_cut_short_leaves_nothing_held_and_what_others_wait_for_lands(
    opened, disk, error, when
):
    under_way, goes_on = threading.Event(), threading.Event()

    def cut(number: int) -> None:
        if number == 1:
            under_way.set()
            assert goes_on.wait(WAIT)
            raise error

    setattr(disk, when, cut)
    leader = Submitting(opened, 1)
    assert under_way.wait(WAIT)
    follower = Submitting(opened, 2)
    until(lambda: len(opened.committer._rows.waiting) == 2)
    goes_on.set()

    assert type(leader.ended()) is error
    assert follower.ended() is None
    opened.committer.flush()
    opened.committer.flush()  # what has landed without its submitter is cancelled by now
    assert ({1: CANCELLED, 2: QUEUED} if when == "after" else {2: QUEUED}) == opened.states()


def deep(levels: int, call) -> object:
    """Call something so many frames further down."""
    return call() if levels == 0 else deep(levels - 1, call)


def test_submissions_at_the_recursion_limit_are_accepted_whole_or_not_at_all(opened):
    accepted, refused = [], []

    def submit() -> None:
        limit, depth = sys.getrecursionlimit(), 0
        frame: FrameType | None = sys._getframe()
        while frame is not None:
            frame, depth = frame.f_back, depth + 1
        for number, levels in enumerate(range(limit - depth - 60, limit - depth), 1):
            try:
                deep(levels, lambda number=number: opened.accept(number))
                accepted.append(number)
            except RecursionError:
                refused.append(number)

    thread = threading.Thread(target=submit, daemon=True)
    thread.start()
    thread.join(WAIT)
    assert not thread.is_alive()
    assert accepted
    assert refused
    opened.accept(1000)
    until(lambda: [] == [n for n in refused if opened.states().get(n, CANCELLED) != CANCELLED])
    assert {*accepted, 1000} == {n for n, state in opened.states().items() if state == QUEUED}


def test_an_interrupt_while_the_commit_is_awaited_is_returned_once_it_has_landed(opened, disk):
    under_way, goes_on = threading.Event(), threading.Event()

    def slow(number: int) -> None:
        if number == 1:
            under_way.set()
            assert goes_on.wait(WAIT)

    disk.before = slow
    came: list[KeyboardInterrupt] = []

    def interrupt(*_: object) -> None:
        came.append(KeyboardInterrupt())
        raise came[-1]

    main = threading.get_ident()

    def interrupt_twice() -> None:
        assert under_way.wait(WAIT)
        pause = threading.Event()

        def has_come(count: int) -> bool:
            # One that comes just before a lock is waited for is seen when that ends, or with the
            # next.
            if len(came) < count:
                signal.pthread_kill(main, signal.SIGUSR1)
                pause.wait(0.1)
            return len(came) >= count

        for count in (1, 2):
            until(partial(has_come, count))
        goes_on.set()

    before = signal.signal(signal.SIGUSR1, interrupt)
    helper = threading.Thread(target=interrupt_twice)
    helper.start()
    try:
        returned = opened.accept(1)
        helper.join(WAIT)
    finally:
        signal.signal(signal.SIGUSR1, before)
    assert returned is came[0]
    assert {1: QUEUED} == opened.states()
