"""Limits in milliseconds: they grow on a slower machine, and never shrink."""

from __future__ import annotations

import pytest

from tests.benchmarks.consoles import _row
from tests.benchmarks.machine import Yardstick


@pytest.mark.parametrize(
    ("before", "after", "slowness"),
    [(2.3, 2.5, 2.3), (2.5, 2.3, 2.3), (0.5, 0.4, 1.0), (3.0, 1.0, 1.0)],
)
def test_of_before_and_after_the_better_says_how_slow_the_machine_is(before, after, slowness):
    took = iter((before * 5.0, after * 5.0))
    with Yardstick(lambda: next(took), 5.0) as yardstick:
        pass

    assert slowness == pytest.approx(yardstick.slowness)


def test_a_limit_grows_with_the_machine_and_says_by_how_much():
    slow = _row("console.tick", 10, [12.9, 14.0], "ms", "4 Hz, attached", 2.3)
    assert (23.0, True) == (slow.aim, slow.holds)
    assert "10 ms x 2.30, the machine now" in slow.peer

    usual = _row("console.tick", 10, [12.9], "ms", "4 Hz, attached")
    assert (10, False, "4 Hz, attached") == (usual.aim, usual.holds, usual.peer)
