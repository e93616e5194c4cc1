"""An action: something a key does, with all that bindings, key bar and help say of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

Pane = Literal["workers", "backlog", "finished", "failures", "metrics", "events"]
Place = Literal["main", "list", Pane, "detail", "form", "batch"]
PANES: tuple[Pane, ...] = get_args(Pane)
OF_THE_SCREEN: frozenset[Place] = frozenset({"main", *PANES})
"""The places whose actions the main screen carries out; widgets carry out those of the others."""


@dataclass(frozen=True, slots=True)
class Action:
    """Something a key does."""

    id: str
    keys: tuple[str, ...]
    label: str
    """A word for the key bar; empty: only in the help."""
    help: str
    where: tuple[Place, ...] = ("main",)
    dangerous: bool = False
    shown: str = ""
    """The key as people read it; empty: the first of the keys."""
    priority: int = 5
    """A narrow key bar drops the highest numbers first."""
    filtered: int = 0
    """The priority while the list is filtered, for acting on what was found; 0: the same."""
    shorter: str = ""
    """A shorter label, where the bar is narrow; empty: there is none."""

    @property
    def key(self) -> str:
        """The key as people read it."""
        return self.shown or (self.keys[0] if self.keys else "")

    @property
    def call(self) -> str:
        """The Textual action: of the main screen, or of the widget that has the keys."""
        if set(self.where) & OF_THE_SCREEN:
            return f"act({self.id!r})"
        return self.id.replace(".", "_")
