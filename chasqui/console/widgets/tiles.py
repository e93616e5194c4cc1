"""What holds the panes: it gives those on screen their places.

Which are on screen is a matter of styles; `chasqui.console.model.tiles` says where they go.
"""

from __future__ import annotations

from typing import cast

from textual.containers import Container
from textual.geometry import NULL_OFFSET, NULL_SPACING, Region, Size
from textual.layout import ArrangeResult, Layout, WidgetPlacement
from textual.widget import Widget

from chasqui.console.actions.action import Pane
from chasqui.console.model.tiles import Box, NeededRows, place


class TileLayout(Layout):
    """Arranges panes as the model says."""

    name = "tiles"

    def arrange(
        self, parent: Widget, children: list[Widget], size: Size, greedy: bool = True
    ) -> ArrangeResult:
        """Return the places of the panes on screen."""
        assert isinstance(parent, Tiles)
        boxes = parent.boxes(children, size)
        return [
            WidgetPlacement(Region(*box), NULL_OFFSET, NULL_SPACING, child)
            for child, box in zip(children, boxes, strict=True)
        ]


class Tiles(Container):
    """The panes that are on screen, side by side."""

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._tiling = TileLayout()
        self._wanted = NeededRows()

    @property
    def layout(self) -> Layout:
        """How the panes are arranged."""
        return self._tiling

    def boxes(self, panes: list[Widget], size: Size) -> list[Box]:
        """Return where these go in an area."""
        kinds = [cast("Pane", pane.id) for pane in panes]
        places = place(kinds, size.width, size.height, self._wanted.rows)
        return [places[kind] for kind in kinds]

    def want(self, rows: dict[Pane, int], now: float) -> None:
        """Note how many rows the panes on screen want, and move their borders when that helps."""
        shown = [child for child in self.children if child.display]
        before = self.boxes(shown, self.size)
        for pane, wanted in rows.items():
            self._wanted.note(pane, wanted, now)
        if self.boxes(shown, self.size) != before:
            shown[0].refresh(layout=True)  # of a child: a widget keeps its own arrangement
