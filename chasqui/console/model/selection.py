"""Which row is selected: a key, never a position.

When a row leaves the list, the selection stays on its key: no other row slides under the cursor,
and the next action says that the row is gone instead of hitting its neighbour.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import NamedTuple


class OfBefore(NamedTuple):
    """The key of a row by a number that means something else by now; no row has it."""

    number: int

    def __str__(self) -> str:
        """Say which row it was."""
        return f"{self.number} of the host before"


@dataclass(slots=True)
class Selection:
    """The selected key and where its row was last seen."""

    key: Hashable | None = None
    index: int = 0
    here: bool = False
    """Whether the row was in the list at the last reading."""
    chosen: bool = False
    """Whether the user chose it, or did something to it; the first row is selected by default."""
    stays_first: bool = False
    """Whether the first row, whichever that is by now, stays selected until the user chooses one.

    For lists in which no key does anything at once to a row that has just become the first.
    """

    def follow(self, keys: Sequence[Hashable], offset: int, total: int) -> None:
        """Find the key again in rows that begin at ``offset``; without a key, take the first."""
        is_free = self.key is None or (self.stays_first and not self.chosen)
        if is_free and keys and offset == 0:
            self.key, self.index = keys[0], 0
        try:
            self.index = offset + keys.index(self.key)
            self.here = self.key is not None
        except ValueError:
            self.here = False
        self.index = max(0, min(self.index, total - 1))

    def move_to(self, index: int, keys: Sequence[Hashable], offset: int, total: int) -> None:
        """Select the row at an index, or the nearest of those that are known."""
        index = max(0, min(index, total - 1))
        if not keys:
            return
        index = max(offset, min(index, offset + len(keys) - 1))
        self.index, self.key, self.here = index, keys[index - offset], True
        self.chosen = True

    def forget_number(self) -> None:
        """Select no row, if the selected one is known by a number: others have those from now on.

        No other row takes its place: a key that is on its way was meant for none of them.
        """
        if isinstance(self.key, int):
            self.key, self.here = OfBefore(self.key), False

    def settle(self) -> None:
        """Keep the selected row from now on: something was done to it."""
        self.chosen = self.chosen or self.here
