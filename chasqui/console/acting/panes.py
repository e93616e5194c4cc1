"""Moving between the panes, and looking at the one in use: its whole screen, its filter, its view.

Keys that follow at once find the list that a key has brought up.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from chasqui.console.acting.acts import Act
from chasqui.console.panes.failures import FailuresPane
from chasqui.console.screens.commanding import CommandingScreen
from chasqui.console.screens.panes import Panes


class PaneActions:
    """What keys do to the panes.

    Args:
        screen: the main screen.
        panes: its panes.
        activate: uses the pane of an index, and says so on the screen.
        focus_list: gives the keys to the list of the pane in use, at once.
    """

    def __init__(
        self,
        screen: CommandingScreen,
        panes: Panes,
        *,
        activate: Callable[[int], None],
        focus_list: Callable[[], None],
    ) -> None:
        self._screen = screen
        self._panes = panes
        self._activate = activate
        self._focus_list = focus_list

    def acts(self) -> Mapping[str, Act]:
        """Return the code of each action."""
        acts: dict[str, Act] = {
            f"pane.focus({index})": partial(self.go_to, index) for index in range(len(self._panes))
        }
        acts["pane.next"] = lambda: self.go_to((self._panes.active + 1) % len(self._panes))
        acts["pane.previous"] = lambda: self.go_to((self._panes.active - 1) % len(self._panes))
        acts["view.zoom"] = self.zoom
        acts["failures.view"] = self.switch_view
        acts["list.filter"] = self.type_filter
        acts["list.clear"] = self.clear
        return acts

    async def go_to(self, index: int) -> None:
        """Go to a pane; its rows are read unless they are on screen already."""
        was_shown = self._panes[index].display
        self._activate(index)
        self._focus_list()
        if self._panes.in_use.needs_rows or not was_shown:
            await self._screen.read_for_keys()

    def zoom(self) -> None:
        """Give the pane in use the whole screen, or give the others their places again."""
        if not self._panes.zoom():
            self._screen.say(f"{self._panes.in_use.TITLE} has the whole screen already")
            return
        self._screen.read_once_drawn()

    async def switch_view(self) -> None:
        """Switch between kinds of failure and single failures."""
        pane = self._panes.in_use
        if isinstance(pane, FailuresPane):
            pane.switch_view()
            self._focus_list()
            await self._screen.read_for_keys()

    def type_filter(self) -> None:
        """Type a filter."""
        pane = self._panes.in_use
        if pane.prompt is not None:
            pane.prompt.saved = self._screen.session.remembered.filters(pane.KIND)
        pane.type_filter(self._screen.session.vocabulary())

    async def clear(self) -> None:
        """Drop the filter, else the marks; else leave the zoom, else go back to the kinds."""
        pane = self._panes.in_use
        if pane.drop_filter():
            self._focus_list()
            await self._screen.read_for_keys()
        elif pane.table.marks.clear():
            pane.table.repaint_lines()
            self._screen.tick()
        elif self._panes.is_zoomed:
            self.zoom()
        elif pane.go_back():
            self._focus_list()
            await self._screen.read_for_keys()
