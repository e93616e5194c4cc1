"""Keeping filters under names, for the consoles to come, and recalling them."""

from __future__ import annotations

from collections.abc import Iterator

from chasqui.console.actions.action import PANES
from chasqui.console.model.palette import PaletteEntry
from chasqui.console.panes.pane import Pane
from chasqui.console.screens.commanding import CommandingScreen

SUBJECT = "filters"
"""What the ids of the entries in the palette begin with."""


class FilterKeeping:
    """The saved filters of all panes."""

    def __init__(self, screen: CommandingScreen) -> None:
        self._screen = screen
        self._remembered = screen.session.remembered

    def save(self, text: str) -> None:
        """Ask for the name to keep a filter of the pane in use under."""
        from chasqui.console.screens.name_filter import NameFilterScreen

        pane = self._screen.pane
        if not text:
            self._screen.say("type a filter first; then ctrl+s saves it under a name", "warn")
            return
        dialog = NameFilterScreen(pane.TITLE, text, self._remembered.filters(pane.KIND))
        self._screen.app.push_screen(dialog, lambda name: self._keep(pane, name, text))

    def entries(self) -> Iterator[PaletteEntry]:
        """Yield what the palette can do with filters."""
        pane = self._screen.pane
        if pane.is_filtered:
            said = f"save the filter of {pane.TITLE} under a name"
            yield PaletteEntry(f"{SUBJECT}:save", said, pane.filter_text)
        for kind in PANES:
            for name, text in self._remembered.filters(kind).items():
                said = f"filter {kind.capitalize()}: {name}"
                yield PaletteEntry(f"{SUBJECT}:recall {kind} {name}", said, text)
        for kind in PANES:
            for name, text in self._remembered.filters(kind).items():
                said = f"forget the filter {name} of {kind.capitalize()}"
                yield PaletteEntry(f"{SUBJECT}:forget {kind} {name}", said, text)

    async def take(self, chosen: str) -> None:
        """Carry out what was chosen in the palette."""
        verb, *words = chosen.split(" ")
        if verb == "save":
            self.save(self._screen.pane.filter_text)
        elif verb == "recall":
            await self._recall(*words)
        else:
            self._forget(*words)

    async def _recall(self, kind: str, name: str) -> None:
        text = self._remembered.filters(kind).get(name)
        at = next(at for at, one in enumerate(PANES) if one == kind)
        if self._screen.pane.KIND != kind:
            await self._screen.run_act(f"pane.focus({at})")
        if text is None:
            self._screen.say(f"there is no filter {name} any more", "warn")
        else:
            self._screen.pane.select(text)

    def _forget(self, kind: str, name: str) -> None:
        try:
            self._remembered.drop_filter(kind, name)
        except (OSError, ValueError) as error:
            self._screen.say(f"not forgotten: {error}", "error")
        else:
            self._screen.say(f"forgot the filter {name} of {kind.capitalize()}", "ok")

    def _keep(self, pane: Pane, name: str | None, text: str) -> None:
        if name is None:
            return
        try:
            self._remembered.keep_filter(pane.KIND, name, text)
        except (OSError, ValueError) as error:
            self._screen.say(f"not saved: {error}", "error")
            return
        if pane.prompt is not None:
            pane.prompt.saved = self._remembered.filters(pane.KIND)
        self._screen.say(f"saved: @{name} stands for it in the filter of {pane.TITLE}", "ok")
