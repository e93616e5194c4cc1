"""What a key is meant for: a row comes to be about something else while a finger is on its way.

The cursor stays on a worker, which goes on to another task, or on the first row of a list, which
becomes another. What is done there is meant for what was there when the cursor came, or what has
been on screen for long enough to be read since.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Generic, TypeVar

READ_SECONDS = 2.0  # on screen, until a person has seen that a row is about another task

Meant = TypeVar("Meant", bound=Hashable)


@dataclass(slots=True)
class Pinned(Generic[Meant]):
    """What the selected row is about, as the person at the keys knows it."""

    meant: Meant | None = None
    """What a key is meant for: a task, or a type."""
    now: Meant | None = None
    """What the row is about."""
    _row: Hashable = None
    _left: float = 0.0  # when the row was first seen to be about something else than `meant`

    @property
    def has_changed(self) -> bool:
        """Whether the row is no longer about what a key is meant for."""
        return self.meant is not None and self.meant != self.now

    def is_of(self, row: Hashable) -> bool:
        """Tell whether what is meant was seen on a row, by its key."""
        return self._row == row

    def follow(self, row: Hashable, now: Meant | None, at: float, *, chosen: bool = True) -> None:
        """Look at the selected row, at each reading and whenever the cursor has moved.

        Args:
            row: its key.
            now: what it is about.
            at: the time of the reading, in seconds.
            chosen: whether the row was chosen; else another may have come into its place.
        """
        was, self.now = self.now, now
        has_moved = chosen and row != self._row
        self._row = row
        if has_moved or self.meant is None:
            self.meant = now
        elif self.meant != now:
            if was == self.meant:
                self._left = at
            if at - self._left >= READ_SECONDS:
                self.meant = now

    def accept(self) -> None:
        """Mean what the row is about from now on: that has been said."""
        self.meant = self.now
