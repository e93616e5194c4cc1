"""How much slower this machine is now than the one that a limit was set on.

A limit in milliseconds means nothing on a machine that is slower, or that others use. So a row with
one measures a fixed piece of work before and after itself: the limit grows by what that work takes
longer, and never shrinks.
"""

from __future__ import annotations

from collections.abc import Callable


class Yardstick:
    """How slow the machine is around a block.

    Args:
        measure: returns what the work takes now, in the unit of `usual`.
        usual: what it takes where the limit was set.
    """

    def __init__(self, measure: Callable[[], float], usual: float) -> None:
        self._measure = measure
        self._usual = usual
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
        return max(1.0, min(self._took) / self._usual)
