"""A ring keeps the newest rows in memory that never grows, and knows a gap from a zero."""

from __future__ import annotations

import math
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chasqui.engine.metrics.rings import RESOLUTIONS, Ring


def shown(values):
    return [None if math.isnan(value) else value for value in values]


def test_a_ring_returns_the_newest_rows_oldest_first():
    ring = Ring(4, 2)
    for number in range(6):
        ring.put(number, (number, -number))

    assert [2, 3, 4, 5] == shown(ring.last(0, 4))
    assert [-4, -5] == shown(ring.last(1, 2))
    assert [2, 3, 4, 5] == shown(ring.last(0, 99))


def test_nothing_is_known_of_a_ring_without_rows():
    assert (-1, []) == (Ring(4, 1).newest, shown(Ring(4, 1).last(0, 4)))


def test_what_nobody_looked_at_is_a_gap_and_not_a_zero():
    ring = Ring(5, 1)
    ring.put(0, [0])
    ring.put(3, [7])

    assert [0, None, None, 7] == shown(ring.last(0, 5))


def test_a_long_gap_leaves_nothing_of_what_was_before_it():
    ring = Ring(3, 1)
    for number in range(3):
        ring.put(number, [1])
    ring.put(1_000_000, [2])

    assert [None, None, 2] == shown(ring.last(0, 3))


def test_a_row_that_is_not_later_is_refused():
    ring = Ring(3, 1)
    ring.put(5, [1])

    with pytest.raises(ValueError, match="row 5 is not later than row 5"):
        ring.put(5, [2])
    assert [1] == shown(ring.last(0, 1))


def test_a_row_of_another_width_is_refused():
    with pytest.raises(ValueError, match="has 2 columns, got 1"):
        Ring(3, 2).put(0, [1])


def test_a_ring_takes_the_same_memory_full_as_empty():
    ring = Ring(600, 15)
    before = sys.getsizeof(ring._cells)
    for number in range(0, 5000, 3):
        ring.put(number, [number] * 15)

    assert before == sys.getsizeof(ring._cells)


def test_the_resolutions_reach_ten_minutes_two_hours_and_a_day():
    assert [600, 7200, 86400] == [one.seconds * one.rows for one in RESOLUTIONS]


@given(st.lists(st.integers(1, 6), max_size=40), st.integers(1, 7), st.integers(0, 9))
def test_a_ring_agrees_with_a_list_that_forgets_nothing(steps, size, count):
    ring, everything, number = Ring(size, 1), {}, -1
    for step in steps:
        number += step
        ring.put(number, [step])
        everything[number] = step
    wanted = [everything.get(at) for at in range(number + 1)]

    assert wanted[max(0, len(wanted) - min(count, size)) :] == shown(ring.last(0, count))
