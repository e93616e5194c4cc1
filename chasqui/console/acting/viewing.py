"""Freezing what is on screen, and how often it is read; the engine is left alone."""

from __future__ import annotations

from collections.abc import Mapping

from chasqui.console.acting.acts import Act
from chasqui.console.beat import Beat
from chasqui.console.freezing import Freezing
from chasqui.console.model.settings import OWN
from chasqui.console.screens.commanding import CommandingScreen


class ViewingActions:
    """What keys do to the view as a whole."""

    def __init__(self, screen: CommandingScreen, freezing: Freezing, beat: Beat) -> None:
        self._screen = screen
        self._freezing = freezing
        self._beat = beat

    def acts(self) -> Mapping[str, Act]:
        """Return the code of each action."""
        return {
            "view.freeze": self.freeze,
            "view.faster": lambda: self.change_rate(self._beat.cadence.faster()),
            "view.slower": lambda: self.change_rate(self._beat.cadence.slower()),
        }

    async def freeze(self) -> None:
        """Keep what is on screen as it is, or let it go on."""
        if self._freezing.frozen is not None:
            self._freezing.thaw()
            self._screen.tick()
        elif not await self._freezing.freeze():
            self._screen.say("the engine has not answered, so nothing is frozen", "warn")

    @property
    def rate(self) -> float:
        """How many readings a second are wanted."""
        return self._beat.cadence.wanted

    def read_at(self, rate: float) -> None:
        """Read so many times a second."""
        self._beat.cadence.want(rate)
        self.change_rate(True)

    def change_rate(self, has_changed: bool) -> None:
        """Read at the rate that is wanted now, and say which it is."""
        rate = f"{self._beat.cadence.wanted:g} a second"
        if has_changed:
            self._beat.start()
            self._screen.say(f"readings: {rate}, {OWN}", "ok")
        else:
            self._screen.say(f"readings: {rate}; no other rate is beyond it", "warn")
