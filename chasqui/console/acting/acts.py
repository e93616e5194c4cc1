"""Which code carries out an action: by its id, and by the pane in use where panes differ."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from chasqui.console.actions.action import Pane

Act = Callable[[], object]
"""Carries out an action; what it returns is awaited where that can be."""


class Acts:
    """The code of all actions of the main screen."""

    def __init__(self) -> None:
        self._of: dict[tuple[Pane | None, str], Act] = {}

    def add(self, acts: Mapping[str, Act], pane: Pane | None = None) -> None:
        """Add the code of some actions, for one pane or for all of them.

        Raises:
            ValueError: an action has code already.
        """
        for id, act in acts.items():
            if (pane, id) in self._of:
                raise ValueError(f"the action {id} has code already")
            self._of[pane, id] = act

    def find(self, id: str, pane: Pane) -> Act | None:
        """Return the code of an action for the pane in use; None when it has none there."""
        return self._of.get((pane, id)) or self._of.get((None, id))
