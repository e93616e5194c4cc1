"""Rows between the workers that make them and the thread that prints them."""

from __future__ import annotations

import threading

import pytest

from chasqui.commands.run import row_queue
from chasqui.commands.run.row_queue import AHEAD_BYTES, AHEAD_ROWS, LARGE, RowQueue
from tests.waiting import until

WAIT = 10.0


@pytest.fixture
def queue():
    return RowQueue(lambda: True)


def held_back(queue, *rows):
    """Put rows on a thread of its own, and return that once it waits for room."""
    thread = threading.Thread(target=lambda: [queue.put(row, None) for row in rows], daemon=True)
    thread.start()
    until(lambda: queue._waiting)
    return thread


def test_rows_come_in_order_with_what_belongs_to_them(queue):
    for number in range(3):
        queue.put(b"%d" % number, number)

    assert [(b"0", 0), (b"1", 1), (b"2", 2)] == queue.take(WAIT)


def test_no_row_comes_in_time_and_the_end_is_something_else(queue):
    assert [] == queue.take(0.001)
    queue.close()
    assert queue.take(WAIT) is None


def test_what_was_put_before_the_end_is_still_taken(queue):
    queue.put(b"a", None)
    queue.close()

    assert [(b"a", None)] == queue.take(WAIT)
    assert queue.take(WAIT) is None


def test_a_thread_that_sleeps_is_woken_by_a_row(queue):
    taken = []
    thread = threading.Thread(target=lambda: taken.extend(queue.take(None)), daemon=True)
    thread.start()
    until(lambda: queue._sleeps)
    queue.put(b"a", None)
    thread.join(WAIT)

    assert [(b"a", None)] == taken


def test_a_full_queue_holds_workers_back_until_rows_are_taken(queue):
    for _ in range(AHEAD_ROWS):
        queue.put(b"a", None)
    thread = held_back(queue, b"b")

    assert AHEAD_ROWS == len(queue.take(WAIT))
    assert [(b"b", None)] == queue.take(WAIT)
    thread.join(WAIT)


def test_large_rows_are_held_back_by_their_bytes(queue):
    large = b"x" * (AHEAD_BYTES // 2 + 1)
    queue.put(large, None)
    queue.put(large, None)
    thread = held_back(queue, b"y" * (LARGE + 1))

    assert 2 == len(queue.take(WAIT))
    assert 1 == len(queue.take(WAIT))
    thread.join(WAIT)
    assert 0 == queue._large


def test_the_end_lets_all_go_that_wait_for_room(queue):
    for _ in range(AHEAD_ROWS):
        queue.put(b"a", None)
    thread = held_back(queue, b"b")
    queue.close()
    thread.join(WAIT)

    assert AHEAD_ROWS + 1 == len(queue.take(WAIT))


@pytest.fixture
def patient(monkeypatch):
    """A queue that takes rows together for long, by a clock that stands still, and its time."""
    monkeypatch.setattr(row_queue, "TOGETHER_SECONDS", 1000.0)
    now = [0.0]
    return RowQueue(lambda: True, lambda: now[0]), now


def taking(queue):
    """Take rows on a thread of its own, which waits for more to come; return both."""
    taken = []
    thread = threading.Thread(target=lambda: taken.append(queue.take(None)), daemon=True)
    thread.start()
    until(lambda: queue._came._waiters)
    return thread, taken


def test_rows_that_come_soon_after_others_are_taken_together(patient):
    queue, _ = patient
    queue.put(b"a", None)
    first = queue.take(None)

    thread, taken = taking(queue)
    assert not queue._sleeps  # so no row wakes it
    queue.put(b"b", None)
    queue.put(b"c", None)
    queue.close()
    thread.join(WAIT)

    assert ([(b"a", None)], [[(b"b", None), (b"c", None)]]) == (first, taken)


def test_a_row_that_comes_later_is_taken_at_once(patient):
    queue, now = patient
    queue.put(b"a", None)
    queue.take(None)
    now[0] += 1000
    queue.put(b"b", None)
    taken = []
    thread = threading.Thread(target=lambda: taken.append(queue.take(None)), daemon=True)
    thread.start()
    until(lambda: taken)

    assert [[(b"b", None)]] == taken


def test_a_worker_that_waits_for_room_has_rows_taken_at_once(patient):
    queue, _ = patient
    queue.put(b"a", None)
    queue.take(None)
    thread, taken = taking(queue)

    large = b"x" * (AHEAD_BYTES + 1)
    held = threading.Thread(target=lambda: [queue.put(large, n) for n in range(2)], daemon=True)
    held.start()
    thread.join(WAIT)
    queue.close()
    held.join(WAIT)

    assert [[(large, 0)]] == taken
    assert [(large, 1)] == queue.take(None)
