"""What all records of a port have in common: JSON can hold them."""

from __future__ import annotations

from typing import Final

import msgspec

from chasqui.control import sendable


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """A frozen part of what goes through a port, and comes back from JSON as it was.

    Raises:
        ValueError: a number of it is not finite, or a text has a lone surrogate. JSON has neither:
            the one would arrive as null, the other not at all.
    """

    def __post_init__(self) -> None:
        numbers, texts, others = PLANS[type(self)]
        for name in numbers:
            number = getattr(self, name)
            if number - number != 0.0:  # of infinities, and of what is no number
                raise sendable.not_finite(name, number)
        for name in texts:
            text = getattr(self, name)
            if not text.isascii() and not sendable.is_text(text):
                raise sendable.not_text(name, text)
        for name in others:
            value = getattr(self, name)
            if value is not None:
                sendable.check(name, value)


PLANS: Final = sendable.Plans()
