"""How long tasks of a type usually run, for those of them that run now.

A percentile takes some 0.05 ms, so it is worked out once a second for a type, and only when one of
its tasks has run for a second.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from chasqui.engine.metrics.reading import TypeReading

LEAST_SECONDS: Final = 1.0  # of running: a shorter task is never called slow
ENOUGH: Final = 20  # runs, of which one is longer than the 95th percentile


class Usual:
    """The 95th percentile of the runs of each type. Any thread."""

    def __init__(self) -> None:
        # The second they were worked out in, and by type. Replaced whole, since any thread reads.
        self._last: tuple[int, dict[str, float]] = (-1, {})

    def of(self, type: str, types: Mapping[str, TypeReading], ran: float, now: float) -> float:
        """Return the 95th percentile for a task that has run for so long; 0: not known."""
        if ran < LEAST_SECONDS:
            return 0.0
        second, known = self._last
        if second != int(now):
            known = {}
            self._last = (int(now), known)
        if type not in known:
            read = types.get(type)
            enough = read is not None and read.run.count >= ENOUGH
            known[type] = read.run.p95 if read is not None and enough else 0.0
        return known[type]
