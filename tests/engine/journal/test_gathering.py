"""Gathering what the next commit writes, while other threads bring more."""

from __future__ import annotations

import threading

import pytest

from chasqui.engine.journal.gathering import BATCH_ROWS, Gathering


@pytest.mark.usefixtures("frantic_switching")
def test_rows_are_taken_while_others_append():
    rows, over = Gathering(), threading.Event()

    def append():
        for _ in range(5000):  # endlessly, they would bring more than one thread takes
            if over.is_set():
                return
            if len(rows.updates) > 50 * BATCH_ROWS:
                rows.updates.rotate()  # a change too, but copying takes no longer for it
                continue
            rows.updates.append("[1]")
            rows.failures.append("[2]")
            rows.kept.append(("name", "[3]"))

    others = [threading.Thread(target=append) for _ in range(3)]
    for other in others:
        other.start()
    try:
        for turn in range(300):
            taken = rows.take(turn)
            if taken is not None:
                rows.settle(taken)
    finally:
        over.set()
        for other in others:
            other.join()


def test_a_commit_takes_a_bounded_number_of_changes():
    rows = Gathering()
    rows.updates.extend(["[1]"] * (BATCH_ROWS + 5))
    taken = rows.take(1)
    assert taken is not None
    rows.settle(taken)
    assert BATCH_ROWS == len(taken.group.updates)
    assert 5 == len(rows.updates)
