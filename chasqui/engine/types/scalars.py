"""Scalars: values that are what they are, with no conversion and no part that could be wrong.

Of most parameters the value is one, of the very type of the annotation and within its bounds.
msgspec looks at an annotation anew for each conversion, which with bounds takes 5 us.
"""

from __future__ import annotations

import math
from typing import Any, Final, NamedTuple

from msgspec import inspect as shapes

JSON_SCALARS: Final = frozenset((str, float, int, bool, type(None)))
"""Types whose values JSON holds as they are, or as a mark of `chasqui.engine.values.marks`."""
LARGEST: Final = 2**63 - 1
_OF_NUMBERS: Final = ("gt", "lt", "multiple_of")
_OF_TEXTS: Final = ("min_length", "max_length", "pattern")


class Scalar(NamedTuple):
    """A type whose values fit as they are, within bounds if it is one of numbers."""

    kind: type
    least: float | None = None
    most: float = math.inf

    def takes(self, value: Any) -> bool:
        """Tell whether a value fits as it is; if not, it may still be converted."""
        found: Any = value  # or mypy takes it for an object from here on
        if type(value) is not self.kind:
            return False
        return self.least is None or bool(self.least <= found <= self.most)


def scalar_of(shape: Any) -> Scalar | None:
    """Return what fits a shape as it is; None: that has to be asked of msgspec."""
    if isinstance(shape, shapes.BoolType):
        return Scalar(bool)
    if isinstance(shape, shapes.StrType):
        return Scalar(str) if _is_free_of(shape, _OF_TEXTS) else None
    if isinstance(shape, shapes.FloatType | shapes.IntType) and _is_free_of(shape, _OF_NUMBERS):
        most = math.inf if isinstance(shape, shapes.FloatType) else LARGEST
        least = -most if shape.ge is None else max(-most, shape.ge)
        kind = float if isinstance(shape, shapes.FloatType) else int
        return Scalar(kind, least, most if shape.le is None else min(most, shape.le))
    return None


def _is_free_of(shape: Any, constraints: tuple[str, ...]) -> bool:
    return all(getattr(shape, name) is None for name in constraints)
