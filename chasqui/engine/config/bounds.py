"""Bounds: the rules of `chasqui.numbers` as annotations, for values that msgspec converts.

Records of settings import these for type checkers only, since msgspec takes 12 ms to import and an
engine without a config needs none of it. `chasqui.engine.config.sections` knows them by name.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Annotated, NamedTuple

from msgspec import Meta

from chasqui import numbers
from chasqui.pool.backends import NAMES

AtLeastOne = Annotated[int, Meta(ge=1, le=numbers.MOST)]
Workers = Annotated[int, Meta(ge=1, le=numbers.MOST_WORKERS)]
Waiting = Annotated[int, Meta(ge=0, le=numbers.MOST_WAITING)]
Priority = Annotated[int, Meta(ge=-numbers.MOST_URGENT, le=numbers.MOST_URGENT)]
Seconds = Annotated[float, Meta(ge=0, le=numbers.LONGEST)]
MoreSeconds = Annotated[float, Meta(gt=0, le=numbers.LONGEST)]
NotEmpty = Annotated[str, Meta(min_length=1)]
FailureBytes = Annotated[int, Meta(ge=numbers.SMALLEST_LOG, le=numbers.MOST)]
MoreDays = Annotated[float, Meta(gt=0, le=numbers.LONGEST_DAYS)]


class OneOf(NamedTuple):
    """The words that a text may be, where they are not all known in advance."""

    words: Collection[str]


class Spelled(NamedTuple):
    """How a number or a text is written."""

    pattern: str
    says: str
    """What it is to be, for the one who wrote another."""


WorkersOrShare = Annotated[
    int | str,
    Spelled(
        r"|0*([1-9][0-9]{0,3}|10000)|0*[1-9][0-9]{0,8}%|\+[0-9]{1,4}",
        'a number from 1 to 10,000, or such as "50%" or "+2"',
    ),
]
BackendName = Annotated[str, OneOf(NAMES)]
