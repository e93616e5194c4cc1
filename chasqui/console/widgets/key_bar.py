"""The keys that work now, made from the table of actions; each can be clicked."""

from __future__ import annotations

from collections.abc import Iterable

from chasqui.console.actions import Action
from chasqui.console.model.line import Span
from chasqui.console.widgets.one_line import OneLine


class KeyBar(OneLine):
    """One line of keys, the least used dropped when it is narrow."""

    def show_actions(self, actions: Iterable[Action], *, paused: bool) -> None:
        """Show these actions; pause reads Resume while the engine is paused."""
        spans = []
        for action in actions:
            label = "Resume" if paused and action.id == "engine.pause" else action.label
            text = f"{action.key} {label}"
            spans.append(Span(text, "key", action.method, priority=action.priority))
        self.show(spans)
