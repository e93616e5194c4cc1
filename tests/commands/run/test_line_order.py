"""The order of the lines: what waits, for what, and how much of it."""

from __future__ import annotations

import threading
from typing import Any, cast

from chasqui.commands.run.line_keys import LineKey
from chasqui.commands.run.line_order import LineOrder
from chasqui.pool.task import Task
from tests.waiting import until

TASK = cast("Task[Any]", None)  # an order looks at lines only


class Given:
    """What an order has given out."""

    def __init__(self) -> None:
        self.lines: list[int] = []

    def __call__(self, key: LineKey, text: bytes, said: str) -> None:
        self.lines.append(key.number)


def order_of(*lines: int, rows: int = 100, size: int = 1 << 20) -> LineOrder:
    """Return an order that expects these lines, for a run that is not stopped."""
    order = LineOrder(lambda: False, rows, size)
    for line in lines:
        order.accepted(LineKey(line), TASK)
    return order


def end(order: LineOrder, given: Given, *lines: int) -> None:
    for line in lines:
        order.hold(LineKey(line), b"x", "")
        order.give(given)


def test_what_ends_early_waits_for_the_lines_before_it():
    order, given = order_of(1, 2, 3), Given()

    end(order, given, 3, 2)
    assert [] == given.lines
    end(order, given, 1)
    assert [1, 2, 3] == given.lines


def test_lines_without_a_row_leave_no_gap():
    order, given = order_of(2, 7), Given()
    order.refused(LineKey(9), {})

    end(order, given, 9, 7, 2)
    assert [2, 7, 9] == given.lines


def test_at_the_end_what_waits_is_given_in_order_past_lines_that_never_ended():
    order, given = order_of(1, 2, 3, 4), Given()
    end(order, given, 4, 2)

    order.end()
    order.give(given)
    assert [2, 4] == given.lines


def waits(order: LineOrder, line: int) -> threading.Thread:
    """Read one more line, in a thread, which waits for room."""
    thread = threading.Thread(target=order.accepted, args=(LineKey(line), TASK), daemon=True)
    thread.start()
    until(lambda: len(order._changed._waiters) == 1)  # type: ignore[attr-defined]
    return thread


def test_no_line_is_read_while_a_slow_one_holds_back_as_many_as_may_wait():
    order, given = order_of(1, 2, 3, rows=2), Given()
    end(order, given, 3, 2)
    thread = waits(order, 4)

    end(order, given, 1)
    thread.join(10)
    assert not thread.is_alive()


def test_what_waits_is_bounded_in_bytes_as_well():
    order, given = order_of(1, 2, size=1000), Given()
    order.hold(LineKey(2), b"x" * 1000, "")
    thread = waits(order, 3)

    end(order, given, 1)
    thread.join(10)
    assert not thread.is_alive()


def test_a_run_that_is_stopped_reads_on_to_its_end_whatever_is_held_back():
    order = LineOrder(lambda: True, 1)
    for line in (1, 2):
        order.accepted(LineKey(line), TASK)
    order.hold(LineKey(2), b"", "")

    order.accepted(LineKey(3), TASK)  # returns


def test_one_thread_gives_out_and_the_others_leave_it_theirs():
    order, given = order_of(1, 2, 3), Given()
    entered, goes_on = threading.Event(), threading.Event()

    def slow(key: LineKey, text: bytes, said: str) -> None:
        given(key, text, said)
        entered.set()
        assert goes_on.wait(10)

    order.hold(LineKey(1), b"", "")
    thread = threading.Thread(target=order.give, args=(slow,), daemon=True)
    thread.start()
    assert entered.wait(10)
    end(order, given, 3, 2)
    assert [1] == given.lines

    goes_on.set()
    thread.join(10)
    assert [1, 2, 3] == given.lines


def test_a_row_that_cannot_be_given_out_does_not_hold_back_those_after_it():
    order, given = order_of(1, 2), Given()

    def broken(key: LineKey, text: bytes, said: str) -> None:
        raise MemoryError

    order.hold(LineKey(1), b"", "")
    try:
        order.give(broken)
    except MemoryError:
        end(order, given, 2)
    assert [2] == given.lines
