"""How far back charts look."""

from __future__ import annotations

from typing import Final, Literal

WINDOWS: Final[tuple[Literal[1, 10, 60], ...]] = (1, 10, 60)
"""Seconds between the rows of the past: ten minutes, two hours, a day."""


class Past:
    """The chosen past, from the shortest on."""

    def __init__(self) -> None:
        self._at = 0

    @property
    def seconds(self) -> Literal[1, 10, 60]:
        """The distance between the rows that are asked for."""
        return WINDOWS[self._at]

    def move(self, by: int) -> bool:
        """Choose a longer or shorter one; tell whether there is one."""
        at = self._at + by
        if not 0 <= at < len(WINDOWS):
            return False
        self._at = at
        return True

    def no_more(self, by: int) -> str:
        """Say why the past on screen stays: no longer or shorter past is kept."""
        return "no longer past is kept" if by > 0 else "this is the shortest past"
