"""What objects that carry out commands need from the screen whose keys trigger them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from textual.app import App
from textual.geometry import Size

from chasqui.console.panes.pane import Pane
from chasqui.console.session import Session


class CommandingScreen(Protocol):
    """A screen that can show the answer to a command; `ActingScreen` is one."""

    session: Session
    is_asking: bool

    @property
    def app(self) -> App[Any]:
        """The application."""
        ...

    @property
    def pane(self) -> Pane:
        """The pane in use."""
        ...

    @property
    def size(self) -> Size:
        """Its size."""
        ...

    def tick(self) -> None:
        """Start a reading of the port, whose changes are then shown."""
        ...

    def open_task(self, *, log: bool = False) -> None:
        """Show the selected task with its details, or its log."""
        ...

    async def run_act(self, id: str) -> None:
        """Carry out an action as its key would: only if it may be carried out now."""
        ...

    def redraw(self) -> None:
        """Draw the screen again."""
        ...

    def refocus(self) -> None:
        """Give the focus to the list on screen, and read its rows."""
        ...

    async def read(self) -> None:
        """Read the port and show what has changed."""
        ...

    async def read_for_keys(self) -> None:
        """Read the port, but wait a moment at most: keys wait meanwhile."""
        ...

    def read_once_drawn(self) -> None:
        """Read the rows that the panes have room for, once they have their places."""
        ...

    def say(self, text: str, role: str = "title", shorter: Sequence[str] = ()) -> None:
        """Show the answer to a command."""
        ...

    def run_worker(self, work: Any, *, group: str, exit_on_error: bool) -> Any:
        """Run a coroutine on the loop of the application."""
        ...
