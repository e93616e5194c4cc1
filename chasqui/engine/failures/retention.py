"""Retention: how much is kept of what has happened."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from chasqui import numbers
from chasqui.keywords import hinting

if TYPE_CHECKING:
    from chasqui.engine.config.bounds import AtLeastOne, FailureBytes, MoreDays

DAY: Final = 86_400.0


@hinting
@dataclass(frozen=True, slots=True)
class Retention:
    """How many failures or finished tasks are kept, for how long, and in how many bytes.

    Also the tables [failures] and [history] of a config. Example: `chasqui-tui help failures`.

    Raises:
        ValueError: with these bounds nothing could be kept.
    """

    keep: AtLeastOne = 10_000
    keep_days: MoreDays = 7.0
    keep_bytes: FailureBytes = 64 * 1024 * 1024

    def __post_init__(self) -> None:
        exact = {
            "keep": numbers.count("keep", self.keep),
            "keep_days": days("keep_days", self.keep_days),
            "keep_bytes": numbers.count("keep_bytes", self.keep_bytes, numbers.SMALLEST_LOG),
        }
        for name, value in exact.items():
            object.__setattr__(self, name, value)


def days(name: str, value: object) -> float:
    """Return a number of days; raises ValueError, which names the argument."""
    found = numbers.within(name, value, 0, numbers.LONGEST_DAYS)
    if not found:
        raise ValueError(f"{name} must be more than 0 days, got {numbers.shown(value)}")
    return found


def retention(name: str, keep: int | Retention | None) -> Retention:
    """Return bounds given as such, as a number to keep, or not at all; raises ValueError."""
    if keep is None:
        return Retention()
    return keep if isinstance(keep, Retention) else Retention(numbers.count(name, keep))
