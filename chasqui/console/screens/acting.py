"""A screen whose keys act: each action of the table has its code in an acting object."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from inspect import isawaitable

from textual.screen import Screen

from chasqui.console.acting.acts import Acts
from chasqui.console.acting.engine import EngineActions
from chasqui.console.acting.keeping import FilterKeeping
from chasqui.console.acting.looking import LookingActions
from chasqui.console.acting.palette import PaletteActions
from chasqui.console.acting.steering import Steering
from chasqui.console.actions.table import HELD, OF_THE_ROW
from chasqui.console.host_watch import HostWatch
from chasqui.console.panes.pane import Pane
from chasqui.console.screens.styled_once import StyledOnce
from chasqui.console.session import Session


class ActingScreen(StyledOnce, Screen[None]):
    """A screen whose keys steer the engine; the pane says which row they apply to."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.is_asking = False
        """Whether a question is about to open: its failures are being counted."""
        self.steering = Steering(self)
        self.acts = Acts()
        engine = EngineActions(self, self.steering)
        self.acts.add(engine.acts())
        looking = self.looking = LookingActions(self, self.steering)
        self.open_task, self.action_go = looking.open_task, looking.open_number
        self.acts.add(looking.acts())
        self.keeping = FilterKeeping(self)
        self.acts.add(PaletteActions(self, engine, looking, self.keeping).acts())
        self.host = HostWatch(self)

    @property
    @abstractmethod
    def pane(self) -> Pane:
        """The pane in use."""

    @abstractmethod
    def tick(self) -> None:
        """Start a reading of the port, whose changes are then shown."""

    @abstractmethod
    async def read(self) -> None:
        """Read the port and show what has changed."""

    @abstractmethod
    async def read_for_keys(self) -> None:
        """Read the port, but wait a moment at most: keys wait meanwhile."""

    @abstractmethod
    def read_once_drawn(self) -> None:
        """Read the rows that the panes have room for, once they have their places."""

    @abstractmethod
    def refocus(self) -> None:
        """Give the focus to the list on screen, and read its rows."""

    @abstractmethod
    def say(self, text: str, role: str = "title", shorter: Sequence[str] = ()) -> None:
        """Show the answer to a command."""

    def redraw(self) -> None:
        """Draw the screen again."""
        self.refresh(layout=True)

    async def action_act(self, id: str) -> None:
        """Carry out an action of the table, in the pane in use."""
        table = self.pane.table
        if id in HELD:
            table.hold()
        selection = table.selection
        act = self.acts.find(id, self.pane.KIND)
        done = None if act is None else act()
        if id in OF_THE_ROW:
            selection.settle()
        if isawaitable(done):
            await done

    async def run_act(self, id: str) -> None:
        """Carry out an action as its key would: only if it may be carried out now."""
        await self.app.run_action(f"act({id!r})", self)
