"""Rate: how many tasks may start in a time, and the bucket that enforces it.

The bucket is kept as one number, the theoretical arrival time of the generic cell rate algorithm
(ITU-T I.371): in any window of T seconds no more than ``burst + T / interval`` starts are let
through, however they bunch.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Final

from chasqui import numbers
from chasqui.keywords import hinting

DIGITS: Final = 20  # of a burst that are read: as many are too many
UNITS: Final = {"s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
SHORTEST: Final = 1e-9  # seconds between two starts: less is no limit, and has no room in a float
SLACK: Final = 0.1  # seconds of a rate that may start at once: a worker that comes late catches up

# `re` compiles and keeps it when the first rate is read: that takes 1 ms.
_TEXT = r"([0-9]+(?:\.[0-9]+)?)/([0-9]+(?:\.[0-9]+)?)?([smhd])(?: burst ([0-9]+))?"


@hinting
@dataclass(frozen=True, slots=True)
class Rate:
    """So many starts in so many seconds, and at most ``burst`` of them at once.

    Raises:
        ValueError: a value makes no sense; the text says which.

    Example: `chasqui-tui help limits`.

    >>> Rate.of("100/m") == Rate(100, 60)
    True
    """

    count: float
    seconds: float = 1.0
    burst: int = 0
    """0: as many as a tenth of a second brings, at least 1."""

    def __post_init__(self) -> None:
        count = numbers.finite("a rate's count", self.count)
        if count <= 0:
            raise ValueError(f"a rate's count must be more than 0, got {self.count}")
        seconds = numbers.period("a rate's seconds", self.seconds)
        burst = numbers.count("a rate's burst", self.burst, 0)
        if not SHORTEST <= seconds / count <= numbers.LONGEST:
            raise ValueError(
                f"a rate must be at most {1 / SHORTEST:,.0f} starts a second and at least one in "
                f"100 years, got {count:g} in {seconds:g} s"
            )
        for name, value in (("count", count), ("seconds", seconds), ("burst", burst)):
            object.__setattr__(self, name, value)

    @classmethod
    def of(cls, text: Rate | str) -> Rate:
        """Read ``10/s``, ``100/m``, ``1/5s`` or ``10/s burst 20``; a rate is one already.

        Raises:
            ValueError: it says none.
        """
        if isinstance(text, Rate):
            return text
        found = re.fullmatch(_TEXT, " ".join(text.split())) if isinstance(text, str) else None
        if found is None:
            got = numbers.shown(text)
            raise ValueError(f"a rate is written as 10/s, 100/m or 10/s burst 20, got {got}")
        count, many, unit, burst = found.groups()
        if burst is not None and not burst.strip("0"):
            raise ValueError(f"a rate's burst must be at least 1, got {numbers.shown(text)}")
        return cls(float(count), float(many or 1) * UNITS[unit], int((burst or "0")[:DIGITS]))

    @property
    def interval(self) -> float:
        """Seconds between two starts, in the long run."""
        return self.seconds / self.count

    @property
    def room(self) -> int:
        """How many may start at once."""
        return self.burst or max(1, int(SLACK / self.interval))

    def __str__(self) -> str:
        unit = next((unit for unit, size in UNITS.items() if size == self.seconds), "")
        span = unit or f"{self.seconds:g}s"
        return f"{self.count:g}/{span}" + (f" burst {self.burst}" if self.burst else "")


class Bucket:
    """Lets starts through at a rate; its user holds a lock."""

    __slots__ = ("_arrival", "_interval", "_tolerance")

    def __init__(self, rate: Rate) -> None:
        self._arrival = -math.inf
        self._keep(rate)

    def change(self, rate: Rate, now: float) -> None:
        """Go on at another rate: what was let through and still counts is as many starts in it."""
        if self._arrival > now:
            self._arrival = now + (self._arrival - now) * (rate.interval / self._interval)
        self._keep(rate)

    def _keep(self, rate: Rate) -> None:
        self._interval = rate.interval
        self._tolerance = (rate.room - 1) * rate.interval

    @property
    def opens_at(self) -> float:
        """When the next start is let through, on the clock that `take` is given."""
        return self._arrival - self._tolerance

    @property
    def idle_at(self) -> float:
        """From when nothing that it let through counts any more."""
        return self._arrival

    def take(self, now: float) -> bool:
        """Let one start through now, if it may."""
        if now < self._arrival - self._tolerance:
            return False
        self._arrival = max(self._arrival, now) + self._interval
        return True

    def put_back(self) -> None:
        """Take the last start back, which was none."""
        self._arrival -= self._interval
