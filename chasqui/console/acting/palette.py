"""The palette: its entries are what the table of actions, the types and the themes offer now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from chasqui.console.acting.acts import Act
from chasqui.console.acting.engine import EngineActions
from chasqui.console.acting.keeping import SUBJECT, FilterKeeping
from chasqui.console.acting.looking import LookingActions
from chasqui.console.actions.action import OF_THE_SCREEN
from chasqui.console.model.help import TOPICS
from chasqui.console.model.palette import PaletteEntry
from chasqui.console.refusing import refusal, refusal_of
from chasqui.console.screens.commanding import CommandingScreen

ITSELF = "app.palette"


class PaletteActions:
    """The actions that open the palette, and what is chosen in it."""

    def __init__(
        self,
        screen: CommandingScreen,
        engine: EngineActions,
        looking: LookingActions,
        keeping: FilterKeeping,
    ) -> None:
        self._screen = screen
        self._session = screen.session
        self._engine = engine
        self._looking = looking
        self._keeping = keeping

    def acts(self) -> Mapping[str, Act]:
        """Return the code of each action."""
        return {ITSELF: self.open, "task.go": lambda: self.open("#")}

    def open(self, typed: str = "") -> None:
        """Show the palette; after ``#`` it takes the number of a task."""
        from chasqui.console.screens.palette import PaletteScreen

        named = self._session.named
        palette = PaletteScreen(tuple(self._entries()), typed=typed, named=named)
        self._screen.app.push_screen(palette, self._take)

    async def _take(self, entry: PaletteEntry | None) -> None:
        """Carry out what was chosen."""
        if entry is None:
            return
        subject, _, name = entry.id.partition(":")
        if subject == "act":
            await self._screen.run_act(name)
        elif subject == "task":
            self._looking.open_number(int(name))
        elif subject == "theme":
            self._looking.set_theme(name)
        elif subject == "help":
            self._looking.help(name)
        elif subject == SUBJECT:
            await self._keeping.take(name)
        elif subject == "submit":
            self._engine.fill_in(name)

    def _entries(self) -> Iterator[PaletteEntry]:
        """Return everything that can be done now, in the order to list it."""
        yield from self._actions()
        yield from self._keeping.entries()
        if not refusal(self._session.caps):
            for info in self._session.types:
                yield PaletteEntry(f"submit:{info.name}", f"submit {info.name}", info.help)
        for name in sorted(self._screen.app.available_themes):
            if name != self._screen.app.theme:
                yield PaletteEntry(f"theme:{name}", f"theme {name}")
        for topic in TOPICS:
            yield PaletteEntry(f"help:{topic.key}", f"help: {topic.title}", key=f"? {topic.key}")

    def _actions(self) -> Iterator[PaletteEntry]:
        pane, snapshot = self._screen.pane, self._session.snapshot
        labels = dict(pane.labels(snapshot)) if snapshot else {}
        if snapshot and snapshot.state == "paused":
            labels["engine.pause"] = "Resume"
        for action in self._session.keys.actions:
            label = labels.get(action.id, action.label)
            is_hidden = action.id in labels and not label
            is_here = {"main", pane.KIND} & set(action.where) & OF_THE_SCREEN
            if action.id == ITSELF or is_hidden or not is_here:
                continue
            if not refusal_of(action, self._session.caps):
                name, about = (label, action.help) if label else (action.help, "")
                yield PaletteEntry(f"act:{action.id}", name, about, action.key)
