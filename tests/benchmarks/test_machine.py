"""Limits in milliseconds: they grow on a slower machine, and never shrink."""

from __future__ import annotations

from itertools import count

import pytest

from tests.benchmarks.consoles import _row
from tests.benchmarks.machine import SECONDS, TIMES, Yardstick, seconds


@pytest.mark.parametrize(
    ("before", "after", "slowness"),
    [(2.3, 2.5, 2.3), (2.5, 2.3, 2.3), (0.5, 0.4, 1.0), (3.0, 1.0, 1.0)],
)
def test_of_before_and_after_the_better_says_how_slow_the_machine_is(before, after, slowness):
    took = iter((before * SECONDS, after * SECONDS))
    with Yardstick(lambda: next(took)) as yardstick:
        pass

    assert slowness == pytest.approx(yardstick.slowness)


def test_the_best_of_several_times_counts():
    # Each piece of work reads the clock twice; the last one takes the least.
    ticks = count()
    clock = iter([at for turn in range(TIMES) for at in (10.0 * turn, 10.0 * turn + TIMES - turn)])
    assert 1.0 == seconds(lambda: (next(ticks), next(clock))[1])
    assert 2 * TIMES == next(ticks)


def test_a_limit_grows_with_the_machine_and_says_by_how_much():
    slow = _row("console.tick", 10, [12.9, 14.0], "ms", "4 Hz, attached", 2.3)
    assert (23.0, True) == (slow.aim, slow.holds)
    assert "10 ms x 2.30, the machine now" in slow.peer

    usual = _row("console.tick", 10, [12.9], "ms", "4 Hz, attached")
    assert (10, False, "4 Hz, attached") == (usual.aim, usual.holds, usual.peer)
