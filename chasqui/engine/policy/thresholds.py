"""The thresholds of a circuit breaker: which failures stop a type, and for how long."""

from __future__ import annotations

from dataclasses import dataclass

from chasqui import numbers
from chasqui.durations import duration
from chasqui.keywords import hinting


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

    def __str__(self) -> str:
        when = f"{self.failures:,} failures within {duration(self.seconds)}"
        return f"stopped for {duration(self.cooldown)} after {when}"

    def __post_init__(self) -> None:
        for name in ("failures", "probes"):
            object.__setattr__(self, name, numbers.count(name, getattr(self, name)))
        for name in ("seconds", "cooldown"):
            object.__setattr__(self, name, numbers.period(name, getattr(self, name)))
