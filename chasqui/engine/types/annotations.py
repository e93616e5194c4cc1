"""What an `Annotated` parameter may have: a help text and bounds.

Constraints are read by attribute name (``ge gt le lt multiple_of min_length max_length pattern``,
and ``description``), so `Between`, `msgspec.Meta` and the annotated_types package all work, and
none of them needs to be imported to read them.
"""

from __future__ import annotations

from dataclasses import dataclass

from chasqui import numbers


@dataclass(frozen=True, slots=True)
class Help:
    """A sentence shown next to a parameter."""

    description: str

    def __post_init__(self) -> None:
        if not isinstance(self.description, str):
            raise TypeError(f"Help takes a text, got {numbers.shown(self.description)}")


@dataclass(frozen=True, slots=True)
class Between:
    """Bounds of a number, both included."""

    ge: float
    le: float

    def __post_init__(self) -> None:
        for name in ("ge", "le"):
            numbers.finite("a bound of Between", getattr(self, name))
        if self.ge > self.le:
            raise ValueError(
                f"no number is between {self.ge} and {self.le}; the lower bound comes first"
            )
