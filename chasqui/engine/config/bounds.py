"""Bounds: the rules of `chasqui.numbers` as annotations, for values that msgspec converts."""

from __future__ import annotations

from collections.abc import Collection
from typing import Annotated, NamedTuple

from msgspec import Meta

from chasqui import numbers

AtLeastOne = Annotated[int, Meta(ge=1, le=numbers.MOST)]
Workers = Annotated[int, Meta(ge=1, le=numbers.MOST_WORKERS)]
Waiting = Annotated[int, Meta(ge=0, le=numbers.MOST_WAITING)]
Priority = Annotated[int, Meta(ge=-numbers.MOST_URGENT, le=numbers.MOST_URGENT)]
Seconds = Annotated[float, Meta(ge=0, le=numbers.LONGEST)]
MoreSeconds = Annotated[float, Meta(gt=0, le=numbers.LONGEST)]
MoreDays = Annotated[float, Meta(gt=0, le=numbers.LONGEST_DAYS)]


class OneOf(NamedTuple):
    """The words that a text may be, where they are not all known in advance."""

    words: Collection[str]
