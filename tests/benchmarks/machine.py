"""How much slower this machine is now than the one that limits in milliseconds were set on.

Such a limit means nothing on a machine that is slower, or that others use. So a row with one times
a fixed piece of work before and after itself, in CPU time as the row's own figures are: the limit
grows by what that work takes longer, and never shrinks.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import Final

STEPS: Final = 300_000
BY_VERSION: Final = {(3, 11): 0.022, (3, 12): 0.030}
"""Seconds of so many steps on the machine of the limits. Those of 3.12 follow from 3.11's: one
machine takes that much longer for them."""
SECONDS: Final = BY_VERSION.get(sys.version_info[:2], 0.032)
TIMES: Final = 7
"""The best of so many counts: what else the machine does only ever adds."""


def work() -> int:
    """Add up squares, as one number after the other."""
    total = 0
    for number in range(STEPS):
        total += number * number
    return total


def seconds(clock: Callable[[], float] = time.thread_time) -> float:
    """Return the CPU seconds of the work at its best."""
    took = []
    for _ in range(TIMES):
        began = clock()
        work()
        took.append(clock() - began)
    return min(took)


class Yardstick:
    """How slow the machine is around a block.

    Args:
        measure: returns how many seconds the work takes now.
    """

    def __init__(self, measure: Callable[[], float] = seconds) -> None:
        self._measure = measure
        self._took: list[float] = []

    def __enter__(self) -> Yardstick:
        self._took.append(self._measure())
        return self

    def __exit__(self, *_: object) -> None:
        self._took.append(self._measure())

    @property
    def slowness(self) -> float:
        """How many times slower it is; 1 where it is as fast or faster.

        Of before and after the better counts, so that a limit is not excused by a moment.
        """
        return max(1.0, min(self._took) / SECONDS)
