"""What keys do in the metrics pane: to the selected type, the types at rest, and the charts."""

from __future__ import annotations

from collections.abc import Mapping

from chasqui.console.acting.acts import Act
from chasqui.console.acting.steering import Steering
from chasqui.console.acting.type_commands import TypeCommands
from chasqui.console.panes.metrics import MetricsPane
from chasqui.console.screens.commanding import CommandingScreen


class TypeActions:
    """The actions of the metrics pane."""

    def __init__(self, screen: CommandingScreen, steering: Steering, pane: MetricsPane) -> None:
        self._screen = screen
        self._pane = pane
        self._commands = TypeCommands(screen, steering, lambda: pane.selected_type)

    def acts(self) -> Mapping[str, Act]:
        """Return the code of each action."""
        return {
            **self._commands.acts(),
            "type.pause": self.pause_or_resume,
            "type.open": self.open,
            "metrics.shorter": lambda: self.look_back(-1),
            "metrics.longer": lambda: self.look_back(+1),
        }

    def pause_or_resume(self) -> None:
        """Pause the selected type, or resume it: at once, so only one that was seen there."""
        before, row = self._pane.table.slid, self._pane.selected_type
        if before is None or row is None:
            self._commands.pause_or_resume()
            return
        key = self._screen.session.keys.key("type.pause")
        self._pane.table.pinned.accept()
        self._screen.say(
            f"{row.name} is in the place of {before} now: {key} again acts on it", "warn"
        )

    async def open(self) -> None:
        """Open the selected type; on the row of the types at rest, show or fold them."""
        from chasqui.console.screens.type_page import TypePage

        if self._pane.is_on_fold:
            self._pane.fold()
            await self._screen.read_for_keys()
            return
        row = self._pane.selected_type
        if row is None:
            self._screen.say("no type is selected", "warn")
        else:
            self._screen.app.push_screen(TypePage(self._screen.session, row.name))

    async def look_back(self, by: int) -> None:
        """Show charts of a longer or shorter past."""
        if self._pane.past.move(by):
            await self._screen.read_for_keys()
        else:
            self._screen.say(self._pane.past.no_more(by))
