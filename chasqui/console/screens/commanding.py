"""What objects that carry out commands need from the screen whose keys trigger them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from textual.app import App
from textual.geometry import Size

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
    def size(self) -> Size:
        """Its size."""
        ...

    async def read(self) -> None:
        """Read the port and show what has changed."""
        ...

    async def read_for_keys(self) -> None:
        """Read the port, but wait a moment at most: keys wait meanwhile."""
        ...

    def say(self, text: str, role: str = "title", shorter: Sequence[str] = ()) -> None:
        """Show the answer to a command."""
        ...

    def run_worker(self, work: Any, *, group: str, exit_on_error: bool) -> Any:
        """Run a coroutine on the loop of the application."""
        ...
