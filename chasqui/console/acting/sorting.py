"""Sorting the tasks that wait: by another column, or from the other end."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from chasqui.console.acting.acts import Act
from chasqui.console.model.sorting import beside, inverted, named
from chasqui.console.panes.backlog import BacklogPane
from chasqui.console.screens.commanding import CommandingScreen


class SortingActions:
    """The order of the backlog."""

    def __init__(self, screen: CommandingScreen, pane: BacklogPane) -> None:
        self._screen = screen
        self._pane = pane

    def acts(self) -> Mapping[str, Act]:
        """Return the code of each action."""
        return {
            "list.sort_prev": partial(self.step, -1),
            "list.sort_next": partial(self.step, 1),
            "list.invert": self.invert,
        }

    async def step(self, by: int) -> None:
        """Sort by the next column, or by the one before."""
        await self._sort(beside(self._pane.COLUMNS, self._pane.tasks.order, by))

    async def invert(self) -> None:
        """Sort from the other end."""
        order = self._pane.tasks.order
        if order:
            await self._sort(inverted(order))
        else:
            key = self._screen.session.keys.named("list.sort_next")
            said = f"they are listed as they will start: {key} to sort them by a column"
            self._screen.say(said, "warn")

    async def _sort(self, order: str) -> None:
        if self._pane.lists_types:
            view = self._screen.session.keys.key("backlog.view")
            self._screen.say(f"types have an order of their own: {view} lists the tasks", "warn")
            return
        self._pane.sort(order)
        await self._screen.read_for_keys()
        self._screen.say(named(self._pane.COLUMNS, order))
