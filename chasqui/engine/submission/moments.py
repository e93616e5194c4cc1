"""Moments: when a submission may start, as the seconds until then."""

from __future__ import annotations

from datetime import datetime

from chasqui import numbers
from chasqui.pool.clock import Clock


def delay_of(clock: Clock, delay: float | None, at: datetime | None) -> float | None:
    """Return the delay that a submission says, itself or by a moment; None: it says none."""
    if at is None:
        return None if delay is None else numbers.duration("delay", delay)
    if delay is not None:
        raise ValueError("give delay= or at=, not both")
    left = numbers.moment("at", at) - clock.time()
    if left > numbers.LONGEST:
        raise ValueError(f"at must come within 100 years, got {numbers.shown(at)}")
    return max(0.0, left)
