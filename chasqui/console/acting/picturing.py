"""Taking pictures of the screen, with the data of tasks or without."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Protocol

from chasqui.console.acting.acts import Act
from chasqui.console.model.line import Span
from chasqui.console.model.redacting import MASK, redacted
from chasqui.console.panes.pane import Pane
from chasqui.console.pictures import FOLDER, Picture, keep, taken
from chasqui.console.screens.commanding import CommandingScreen
from chasqui.console.widgets.list_filter import ListFilter
from chasqui.console.widgets.one_line import OneLine
from chasqui.control import kept
from chasqui.control.port import Snapshot


class DrawingScreen(CommandingScreen, Protocol):
    """A screen that can draw a reading that is none."""

    def draw(self, snapshot: Snapshot) -> None:
        """Draw a reading."""
        ...


class PictureActions:
    """The actions that take a picture."""

    def __init__(self, screen: DrawingScreen) -> None:
        self._screen = screen
        self._session = screen.session

    def acts(self) -> Mapping[str, Act]:
        """Return the code of each action."""
        return {"app.screenshot": self.take, "app.screenshot_redacted": self.take_redacted}

    async def take(self) -> None:
        """Take a picture of what is on screen."""
        if self._session.folder is None:
            self._say("there is no folder for pictures: this console was opened by a script")
            return
        await self._keep(taken(self._screen.app))

    async def take_redacted(self) -> None:
        """Take a picture of the main screen without the data of tasks."""
        app, snapshot = self._screen.app, self._session.snapshot
        if self._session.folder is None or snapshot is None:
            await self.take()
            return
        with app.batch_update():  # so that nothing of it is seen
            self._screen.draw(redacted(snapshot))
            self._mask_filters()
            try:
                picture = taken(app)
            finally:
                self._screen.draw(snapshot)
        await self._keep(picture)

    def _mask_filters(self) -> None:
        """Mask the lines that say what lists are filtered by, until they are drawn again."""
        for line in self._screen.app.screen_stack[0].query(OneLine):
            within = line.ancestors
            lists = [one for one in within if isinstance(one, Pane) and one.KIND != "metrics"]
            if lists or any(isinstance(one, ListFilter) for one in within):
                line.show((Span(MASK),))

    async def _keep(self, picture: Picture) -> None:
        snapshot, folder = self._session.snapshot, self._session.folder
        assert folder is not None
        engine = snapshot.name if snapshot else "chasqui"
        try:
            file = await asyncio.to_thread(keep, picture, folder, engine)
        except OSError as error:
            self._say(f"the picture cannot be written: {error.strerror}: {folder}")
        else:
            # Where it is too long to be said whole, its end is: the name, by which it is found.
            forms = (kept.from_home(file), f"…/{FOLDER}/{file.name}", file.name)
            said, *shorter = (f"picture: {one}.svg and .txt" for one in forms)
            self._say(said, "ok", (*shorter, f"{file.name}.svg"))

    def _say(self, text: str, role: str = "warn", shorter: Sequence[str] = ()) -> None:
        """Say it on the line of messages, or above a dialog that covers it."""
        app = self._screen.app
        if app.screen is app.screen_stack[0]:
            self._screen.say(text, role, shorter)
        else:
            app.notify(text, markup=False)
