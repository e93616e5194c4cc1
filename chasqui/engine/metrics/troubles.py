"""What is wrong with the workers of a pool, as records of a reading."""

from __future__ import annotations

from dataclasses import dataclass

from chasqui.datarecord import listed


@dataclass(frozen=True, slots=True)
class Shortage:
    """The workers that a pool lacks: they could not start, or their processes died in a row."""

    missing: int
    wanted: int
    """How many workers it should have."""
    because: str = ""
    """What the last of them was lost to, in a line."""


@dataclass(frozen=True, slots=True)
class UnstoppedTask:
    """A task that was asked to stop, and still runs."""

    number: int
    type: str
    worker: str
    asked_for: float
    """Seconds since it was first asked."""


@listed("times")
@dataclass(frozen=True, slots=True)
class SlowTask:
    """A task that has run far longer than others of its type, and was not asked to stop."""

    number: int
    type: str
    worker: str
    running_for: float
    """Seconds since its attempt began."""
    usual: float
    """The 95th percentile of how long attempts of its type have run."""

    @property
    def times(self) -> float:
        """How many times as long as that it has run."""
        return self.running_for / self.usual
