"""The memory of kept failures: texts and origins that they share are stored and counted once.

It belongs to a failure log, whose lock guards it.
"""

from __future__ import annotations

import sys
from typing import Final

from chasqui.engine.failures.failure import Failure
from chasqui.engine.failures.fingerprint import Origin

ENTRY: Final = 100  # bytes of a place in a dict, about
RECORD: Final = 480  # bytes of a failure without its texts, and of its places in the log, about


class SharedTexts:
    """Stores equal texts once, and knows the total size."""

    __slots__ = ("_holders", "_known", "_origins", "size")

    def __init__(self) -> None:
        self._known: dict[str, str] = {}
        self._holders: dict[str, int] = {}  # further holders of texts with more than one
        self._origins: dict[int, int] = {}  # how many hold each, by identity
        self.size = 0
        """Approximate, in bytes."""

    def same(self, text: str) -> str:
        """Return an equal text that is held already, else the text; needs no lock."""
        return self._known.get(text, text)

    def hold(self, failure: Failure) -> None:
        """Add the memory of a failure."""
        self.size += _own(failure)
        for text in (failure.error, failure.text):
            if text is not None:
                self._take(text)
        self._hold_origin(failure.origin, 1)

    def release(self, failure: Failure) -> None:
        """Subtract the memory of a failure that was added before."""
        self.size -= _own(failure)
        for text in (failure.error, failure.text):
            if text is not None:
                self._drop(text)
        self._hold_origin(failure.origin, -1)

    def _hold_origin(self, origin: Origin, more: int) -> None:
        before = self._origins.pop(id(origin), 0)
        if before + more:
            self._origins[id(origin)] = before + more
        self.size += origin.size * (bool(before + more) - bool(before))

    def _take(self, text: str) -> None:
        if text in self._known:
            self._holders[text] = self._holders.get(text, 0) + 1
        else:
            self._known[text] = text
            self.size += sys.getsizeof(text) + ENTRY

    def _drop(self, text: str) -> None:
        others = self._holders.get(text, 0)
        if others > 1:
            self._holders[text] = others - 1
        elif others:
            del self._holders[text]
        else:
            del self._known[text]
            self.size -= sys.getsizeof(text) + ENTRY


def _own(failure: Failure) -> int:
    return RECORD + sys.getsizeof(failure.params) + sys.getsizeof(failure.given)
