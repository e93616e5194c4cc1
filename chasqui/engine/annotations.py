"""What a parameter's `Annotated` may hold: a help text and bounds.

Constraints are read by attribute name (``ge gt le lt multiple_of min_length max_length pattern``,
and ``description``), so `Between`, `msgspec.Meta` and the annotated_types package all work, and
none of them has to be imported to read them.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Help:
    """A sentence shown beside a parameter."""

    description: str


@dataclass(frozen=True, slots=True)
class Between:
    """Bounds of a number, both included."""

    ge: float
    le: float
