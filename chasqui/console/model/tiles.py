"""Where the panes go on a screen that has room for several, and how they share its rows.

A wide screen has two columns of two boxes. A box holds one pane, or two of which one is in front.
A less wide one has the workers above the pane in use, each as wide as the screen, so that no pane
shows less than it does at 80 columns. A box takes the rows that it needs, and gives the rest to its
neighbour.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from chasqui.console.actions.action import Pane

TALL = 36  # lines from which on several panes are on screen
STACKED = 110  # columns from which on two are, one above the other
SIDE_BY_SIDE = 150  # columns from which on there are two columns
LEFT: tuple[tuple[Pane, ...], ...] = (("workers",), ("finished", "failures"))
RIGHT: tuple[tuple[Pane, ...], ...] = (("backlog", "events"), ("metrics",))
BOXES = (*LEFT, *RIGHT)
FIRST_BESIDE: Pane = "backlog"
"""What is below the workers until another pane has been in use."""
LEAST = 6  # rows of a box: its frame, a header, and some rows
KEEP_SECONDS = 10.0  # for which a box keeps rows that it no longer needs: the screen stays calm


class Box(NamedTuple):
    """The place of a pane."""

    x: int
    y: int
    width: int
    height: int


def box_of(pane: Pane) -> tuple[Pane, ...]:
    """Return the panes of a pane's box, itself among them, in the order of their digits."""
    return next(box for box in BOXES if pane in box)


def place(
    panes: Sequence[Pane], width: int, height: int, wanted: Mapping[Pane, int]
) -> dict[Pane, Box]:
    """Return where these panes go, at most one of each box; ``wanted`` are rows with the frame."""
    left = [pane for pane in panes if box_of(pane) in LEFT]
    right = [pane for pane in panes if box_of(pane) in RIGHT]
    if width < SIDE_BY_SIDE or not left or not right:
        return _column(panes, 0, width, height, wanted)
    half = width // 2
    return {
        **_column(left, 0, half, height, wanted),
        **_column(right, half, width - half, height, wanted),
    }


def _column(
    panes: Sequence[Pane], x: int, width: int, height: int, wanted: Mapping[Pane, int]
) -> dict[Pane, Box]:
    if len(panes) != 2:  # there is no column of three
        return {pane: Box(x, 0, width, height) for pane in panes}
    upper, lower = panes
    rows = divide(height, wanted.get(upper, height), wanted.get(lower, height))
    return {upper: Box(x, 0, width, rows), lower: Box(x, rows, width, height - rows)}


def divide(height: int, upper: int, lower: int) -> int:
    """Return the rows of the upper of two boxes that want so many.

    A box that wants no more than half gets what it wants. What neither needs goes to the lower one.
    """
    rows = min(upper, max(height // 2, height - lower))
    return max(min(LEAST, height // 2), min(rows, height - LEAST))


class NeededRows:
    """How many rows each pane wants: more at once, fewer only after some seconds."""

    def __init__(self) -> None:
        self.rows: dict[Pane, int] = {}
        self._since: dict[Pane, float] = {}

    def note(self, pane: Pane, rows: int, now: float) -> None:
        """Note what a pane wants now."""
        kept = self.rows.get(pane, 0)
        if rows >= kept or now - self._since[pane] >= KEEP_SECONDS:
            self.rows[pane] = rows
            self._since[pane] = now
