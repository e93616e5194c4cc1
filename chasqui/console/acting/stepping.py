"""Going through a list from the page of one of its tasks, without going back to the list."""

from __future__ import annotations

from chasqui.console.panes.pane import Pane
from chasqui.console.screens.commanding import CommandingScreen

MOST = 100  # rows without a task that are passed over, such as idle workers


class Stepping:
    """Moves the cursor of a pane, and says which task it comes to."""

    def __init__(self, screen: CommandingScreen, pane: Pane) -> None:
        self._screen = screen
        self._pane = pane

    async def step(self, by: int) -> int | None:
        """Select the next task, or the one before; None at the end of the list."""
        pane, before = self._pane, self._pane.selected_number
        for _ in range(MOST):
            table = pane.table
            at = table.selection.index
            if by > 0:
                table.action_list_down()
            else:
                table.action_list_up()
            if pane.needs_rows:
                await self._screen.read_for_keys()
            number = pane.selected_number
            if number is not None and number != before:
                return number
            if table.selection.index == at:
                return None
        return None
