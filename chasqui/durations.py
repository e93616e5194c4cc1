"""Durations in words: the one form in which the console, the command and every sentence has them.

A duration has one or two units, and at most six characters: ``52µs``, ``5.21ms``, ``4.1s``,
``12s``, ``4m12s``, ``14m``, ``3h02m``, ``2d03h``. What is compared is then always of one shape, in
a column as in a sentence.
"""

from __future__ import annotations

import math
from typing import Final

MINUTE: Final = 60
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR


def duration(seconds: float) -> str:
    """Write a duration; below a minute with three digits, above in whole units."""
    if not math.isfinite(seconds):
        return f"{seconds}s"
    if seconds <= 0:
        return "0s"
    if round(seconds * 1e6) < 1000:
        return f"{max(1, round(seconds * 1e6))}µs"
    if round(seconds * 1e3) < 1000:
        return f"{max(1.0, seconds * 1e3):.3g}ms"
    if seconds < MINUTE - 0.05:
        return f"{max(1.0, seconds):.3g}s"
    whole = max(MINUTE, int(seconds))
    if whole < 10 * MINUTE:
        return f"{whole // MINUTE}m{whole % MINUTE:02d}s"
    if whole < HOUR:
        return f"{whole // MINUTE}m"
    if whole < 10 * HOUR:
        return f"{whole // HOUR}h{whole % HOUR // MINUTE:02d}m"
    if whole < DAY:
        return f"{whole // HOUR}h"
    return f"{whole // DAY}d" if whole >= 10 * DAY else f"{whole // DAY}d{whole % DAY // HOUR:02d}h"


def age(seconds: float) -> str:
    """Write a duration in whole seconds, so that it changes once a second at most."""
    return duration(int(seconds) if math.isfinite(seconds) else seconds)


def largest_unit(seconds: float) -> str:
    """Write no more than the largest unit of an age, where it stands among much else."""
    for unit, sign in ((DAY, "d"), (HOUR, "h"), (MINUTE, "m")):
        if unit <= seconds < math.inf:
            return f"{int(seconds // unit)}{sign}"
    return age(seconds)


def rounded(seconds: float) -> str:
    """Write a duration without decimals, where it has no more than five cells."""
    if not math.isfinite(seconds) or round(seconds * 1e6) < 1000:
        return duration(seconds)
    millis = round(seconds * 1e3)
    return f"{millis}ms" if millis < 1000 else duration(round(seconds))
