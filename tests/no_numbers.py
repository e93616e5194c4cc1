"""What is given as a number and is none, or none that fits; and doors that must refuse it."""

from __future__ import annotations

import math
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, tzinfo
from decimal import Decimal
from fractions import Fraction
from typing import Final, NamedTuple


class Refuses:
    """Has the methods of a number, and they leave the interpreter."""

    def __float__(self) -> float:
        raise SystemExit(3)

    __index__ = __int__ = __bool__ = __repr__ = __lt__ = __gt__ = __float__  # type: ignore


class Lying(float):
    """Is NaN, and says of itself that it is 1."""

    def __float__(self) -> float:
        return 1.0

    def __lt__(self, other: object) -> bool:
        return True

    def __eq__(self, other: object) -> bool:
        return True

    __gt__ = __le__ = __ge__ = __lt__
    __hash__ = float.__hash__


class Nowhere(tzinfo):
    """A zone that answers nothing."""

    def utcoffset(self, when: datetime | None) -> timedelta:
        raise SystemExit(3)

    tzname = dst = utcoffset  # type: ignore


NONE_AT_ALL: Final = (
    math.nan,
    Lying("nan"),
    Decimal("nan"),
    Decimal("snan"),
    True,
    False,
    "",
    "5",
    b"5",
    5j,
    [5],
    timedelta(seconds=5),
    object(),
    Refuses(),
)
TOO_LONG: Final = (math.inf, 1e308, threading.TIMEOUT_MAX + 1, sys.maxsize, 10**400, 10**5000)
TOO_LOW: Final = (-1, -0.5, -math.inf, -(10**400), -sys.maxsize)
NOT_WHOLE: Final = (0.5, 5.0, 1e308, math.inf, -math.inf, Decimal(5), Fraction(5))
TOO_MANY: Final = (sys.maxsize, 2**64, 10**400, 10**5000)
NO_MOMENTS: Final = (
    *NONE_AT_ALL,
    5,
    10**400,
    "2026-01-01",
    datetime(2026, 1, 1, tzinfo=Nowhere()),
)

WRONG: Final[dict[str, tuple[object, ...]]] = {
    "wait": NONE_AT_ALL,
    "sleep": (*NONE_AT_ALL, None),
    "duration": (*NONE_AT_ALL, None, *TOO_LONG, *TOO_LOW),
    "period": (*NONE_AT_ALL, None, *TOO_LONG, *TOO_LOW, 0, 0.0),
    "count": (*NONE_AT_ALL, None, *NOT_WHOLE, *TOO_MANY, *TOO_LOW),
    "some": (*NONE_AT_ALL, None, *NOT_WHOLE, *TOO_MANY, *TOO_LOW, 0),
    "priority": (*NONE_AT_ALL, None, *NOT_WHOLE, *TOO_MANY, -sys.maxsize, -(10**400)),
    "finite": (*NONE_AT_ALL, None, math.inf, -math.inf, 10**400, -(10**400)),
    "amount": (*NONE_AT_ALL, None, math.inf, 10**400, *TOO_LOW),
    "moment": NO_MOMENTS,
}
"""By the kind of a door, what it must refuse."""


class Door(NamedTuple):
    """A place where a number comes in."""

    name: str
    """How its messages call the number."""
    kind: str
    give: Callable[..., object]
    none: bool = False
    """Whether None has a meaning there."""

    def wrong(self) -> Iterator[object]:
        """Give what it must refuse."""
        return (one for one in WRONG[self.kind] if not (self.none and one is None))
