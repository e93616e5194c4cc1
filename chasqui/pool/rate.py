"""Rate: how many tasks may start in a time, and the bucket that sees to it.

The bucket is kept as one number, the theoretical arrival time of the generic cell rate algorithm
(ITU-T I.371): in any window of T seconds no more than ``burst + T / interval`` starts are let
through, however they bunch.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Final

UNITS: Final = {"s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
SLACK: Final = 0.1  # seconds of a rate that may start at once: a worker that comes late catches up

_TEXT = re.compile(r"(\d+(?:\.\d+)?)/(\d+(?:\.\d+)?)?([smhd])(?: burst (\d+))?")


@dataclass(frozen=True, slots=True)
class Rate:
    """So many starts in so many seconds, and at most ``burst`` of them at once.

    Raises:
        ValueError: a value makes no sense; the text says which.
    """

    count: float
    seconds: float = 1.0
    burst: int = 0
    """0: as many as a tenth of a second brings, at least 1."""

    def __post_init__(self) -> None:
        for name in ("count", "seconds"):
            if not 0 < getattr(self, name) < math.inf:
                raise ValueError(f"a rate's {name} must be more than 0, got {getattr(self, name)}")
        if self.burst < 0:
            raise ValueError(f"a rate's burst must be at least 1, got {self.burst}")

    @classmethod
    def of(cls, text: Rate | str) -> Rate:
        """Read ``10/s``, ``100/m``, ``1/5s`` or ``10/s burst 20``; a rate is one already.

        Raises:
            ValueError: it says none.
        """
        if isinstance(text, Rate):
            return text
        if not isinstance(text, str):
            raise ValueError(f"a rate is written as 10/s, 100/m or 10/s burst 20, got {text!r}")
        found = _TEXT.fullmatch(" ".join(text.split()))
        if found is None:
            raise ValueError(f"a rate is written as 10/s, 100/m or 10/s burst 20, got {text!r}")
        count, many, unit, burst = found.groups()
        if burst is not None and int(burst) < 1:
            raise ValueError(f"a rate's burst must be at least 1, got {text!r}")
        return cls(float(count), float(many or 1) * UNITS[unit], int(burst or 0))

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
    """Lets starts through at a rate; whoever uses it holds a lock."""

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

    def take(self, now: float) -> bool:
        """Let one start through now, if it may."""
        if now < self._arrival - self._tolerance:
            return False
        self._arrival = max(self._arrival, now) + self._interval
        return True

    def put_back(self) -> None:
        """Take the last start back, which was none."""
        self._arrival -= self._interval
