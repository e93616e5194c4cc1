"""What is known of the turns that a schedule has left out."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Consecutive turns of a schedule that were left out."""

    name: str
    type: str
    turns: int
    """How many turns since the last one taken; if none, how many before that one."""
    first_ago: float
    """Seconds since the first of them was due."""
    last_ago: float
    """Seconds since the last of them was left out."""
    reason: str
    """Why the last of them was left out."""
    ongoing: bool
    """Whether no turn has been taken since."""
