"""The keys that work now, made from the table of actions; each can be clicked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from chasqui.console.actions.action import Action
from chasqui.console.model.line import Span
from chasqui.console.widgets.one_line import OneLine


class KeyBar(OneLine):
    """A line of keys; the least used are dropped when it is narrow."""

    def show_actions(self, actions: Iterable[Action], labels: Mapping[str, str]) -> None:
        """Show these actions; ``labels`` renames some, and an empty label hides one."""
        spans = []
        for action in actions:
            label = labels.get(action.id, action.label)
            if label:
                text = f"{action.key} {label}".lstrip()
                spans.append(Span(text, "key", action.call, action.priority, lead=len(action.key)))
        self.show(spans)
