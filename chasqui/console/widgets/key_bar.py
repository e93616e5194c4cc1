"""The keys that work now, made from the table of actions; each can be clicked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from chasqui.console.actions.action import Action
from chasqui.console.model.line import Span
from chasqui.console.widgets.one_line import OneLine


class KeyBar(OneLine):
    """A line of keys; the least used are dropped when it is narrow."""

    def show_actions(
        self, actions: Iterable[Action], labels: Mapping[str, str], *, is_filtered: bool = False
    ) -> None:
        """Show these actions; ``labels`` renames some, and an empty label hides one."""
        spans = []
        for action in actions:
            label = labels.get(action.id, action.label)
            if label:
                priority = (action.filtered if is_filtered else 0) or action.priority
                shorter = (action.shorter,) if action.shorter and label == action.label else ()
                text, *forms = (f"{action.key} {one}".lstrip() for one in (label, *shorter))
                lead = len(action.key)
                spans.append(Span(text, "key", action.call, priority, None, tuple(forms), lead))
        self.show(spans)
