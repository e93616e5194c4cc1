"""Opening the settings, whose rows change what the keys of other screens change as well."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from chasqui.console.acting.acts import Act
from chasqui.console.acting.viewing import ViewingActions
from chasqui.console.screens.commanding import CommandingScreen

if TYPE_CHECKING:
    from chasqui.console.model.settings import LookNow


class SettingsActions:
    """The action that opens the settings.

    Args:
        set_theme: changes the theme, and remembers it.
        viewing: reads at another rate.
    """

    def __init__(
        self,
        screen: CommandingScreen,
        set_theme: Callable[[str], None],
        viewing: ViewingActions,
    ) -> None:
        self._screen = screen
        self._set_theme = set_theme
        self._viewing = viewing
        self._first_rate = viewing.rate

    def acts(self) -> Mapping[str, Act]:
        """Return the code of each action."""
        return {"view.settings": self.open}

    def open(self) -> None:
        """Show the settings."""
        from chasqui.console.screens.settings import SettingsScreen

        session = self._screen.session
        page = SettingsScreen(session, self.look, self._set_theme, self._viewing.read_at)
        self._screen.app.push_screen(page)

    def look(self) -> LookNow:
        """Return how this console looks, and how it would without a change."""
        from chasqui.console.model.settings import LookNow

        return LookNow(
            theme=self._screen.app.theme,
            config_theme=self._screen.session.config_theme,
            rate=self._viewing.rate,
            config_rate=self._first_rate,
        )
