"""The task that a key is meant for: a worker goes on to another while a finger is on its way.

The cursor stays on the worker. What is done to its task is meant for the task that was there when
the cursor came, or that has been on screen for long enough to be read since.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

READ_SECONDS = 2.0  # on screen, until a person has seen that a row is about another task


@dataclass(slots=True)
class Pinned:
    """The task of the selected worker, as the person at the keys knows it."""

    number: int | None = None
    """The task that a key is meant for."""
    now: int | None = None
    """The task that the worker runs."""
    _worker: Hashable = None
    _left: float = 0.0  # when the row was first seen with another task than `number`

    @property
    def has_changed(self) -> bool:
        """Whether the worker has gone on from the task that a key is meant for."""
        return self.number is not None and self.number != self.now

    def follow(self, worker: Hashable, number: int | None, at: float) -> None:
        """Look at the selected row, at each reading and whenever the cursor has moved."""
        was, self.now = self.now, number
        if worker != self._worker or self.number is None:
            self._worker, self.number = worker, number
        elif self.number != number:
            if was == self.number:
                self._left = at
            if at - self._left >= READ_SECONDS:
                self.number = number

    def accept(self) -> None:
        """Mean the present task from now on: its number has been said."""
        self.number = self.now
