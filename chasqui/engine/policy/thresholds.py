"""The thresholds of a circuit breaker: which failures stop a type, and for how long."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from chasqui import numbers
from chasqui.durations import duration
from chasqui.keywords import hinting
from chasqui.pool.rate import UNITS

_TIME: Final = r"([0-9]{1,20}(?:\.[0-9]{1,20})?) ?([smhd])"
_TEXT: Final = rf"([0-9]{{1,20}}) in {_TIME} for {_TIME}(?: probes ([0-9]{{1,20}}))?"


@hinting
@dataclass(frozen=True, slots=True)
class Breaker:
    """Stop a type for ``cooldown`` seconds after ``failures`` within ``seconds``.

    Raises:
        ValueError: a value makes no sense; the message says which.

    Example: `chasqui-tui help limits`.
    """

    failures: int = 5
    seconds: float = 60.0
    cooldown: float = 30.0
    probes: int = 1
    """How many tasks must complete before all may start again; each pool lets this many start."""

    @classmethod
    def of(cls, text: Breaker | str) -> Breaker:
        """Read ``5 in 60s for 30s`` or ``5 in 1m for 30s probes 2``; a breaker is one already.

        Raises:
            ValueError: it says none.

        >>> Breaker.of("5 in 1m for 30s") == Breaker(failures=5, seconds=60, cooldown=30)
        True
        """
        if isinstance(text, Breaker):
            return text
        found = re.fullmatch(_TEXT, " ".join(text.split())) if isinstance(text, str) else None
        if found is None:
            got = numbers.shown(text)
            raise ValueError(f"a breaker is written as 5 in 60s for 30s, got {got}")
        failures, within, unit, cooldown, its_unit, probes = found.groups()
        return cls(
            int(failures),
            float(within) * UNITS[unit],
            float(cooldown) * UNITS[its_unit],
            int(probes or 1),
        )

    @property
    def text(self) -> str:
        """What `of` reads."""
        probes = f" probes {self.probes}" if self.probes != 1 else ""
        within, cooldown = _seconds(self.seconds), _seconds(self.cooldown)
        return f"{self.failures} in {within} for {cooldown}{probes}"

    def __str__(self) -> str:
        several = "s" * (self.failures != 1)
        when = f"{self.failures:,} failure{several} within {duration(self.seconds)}"
        return f"stopped for {duration(self.cooldown)} after {when}"

    def __post_init__(self) -> None:
        for name in ("failures", "probes"):
            object.__setattr__(self, name, numbers.count(name, getattr(self, name)))
        for name in ("seconds", "cooldown"):
            object.__setattr__(self, name, numbers.period(name, getattr(self, name)))


def _seconds(seconds: float) -> str:
    return f"{seconds:f}".rstrip("0").rstrip(".") + "s"
