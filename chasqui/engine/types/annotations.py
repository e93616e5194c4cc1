"""What an `Annotated` parameter may have: a help text and bounds.

Constraints are read by attribute name (``ge gt le lt multiple_of min_length max_length pattern``,
and ``description``), so `Between`, `msgspec.Meta` and the annotated_types package all work, and
none of them needs to be imported to read them.
"""

from __future__ import annotations

from dataclasses import dataclass

from chasqui import numbers
from chasqui.keywords import hinting


@hinting
@dataclass(frozen=True, slots=True)
class Help:
    """A sentence shown next to a parameter.

    Example: `chasqui-tui help authors`.
    """

    description: str

    def __post_init__(self) -> None:
        if not isinstance(self.description, str):
            raise TypeError(f"Help takes a text, got {numbers.shown(self.description)}")


@hinting
@dataclass(frozen=True, slots=True)
class Between:
    """Bounds of a number, both included; either may be left out.

    Example: `chasqui-tui help authors`.
    """

    ge: float | None = None
    le: float | None = None

    def __post_init__(self) -> None:
        given = [one for one in (self.ge, self.le) if one is not None]
        if not given:
            raise ValueError("Between needs a bound: Between(0), Between(le=9) or Between(0, 9)")
        for bound in given:
            numbers.finite("a bound of Between", bound)
        if self.ge is not None and self.le is not None and self.ge > self.le:
            raise ValueError(
                f"no number is between {self.ge} and {self.le}; the lower bound comes first"
            )
