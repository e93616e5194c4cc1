"""A strike: a value of a parameter whose tasks do not start."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Strike:
    """A value of a parameter that is struck: the waiting tasks of the type with it do not start.

    Example: `chasqui-tui help limits`.
    """

    type: str
    parameter: str
    value: Any
    """As the pool compares it: a text, a number, yes or no, or None."""
    at: float = 0.0
    """When it was struck, in seconds since the epoch."""
    shown: str = field(default="", compare=False)
    """The value as people read it."""

    def __str__(self) -> str:
        return f"{self.type} {self.parameter}={self.shown}"
