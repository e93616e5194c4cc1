"""Editing keys in the order in which they were typed.

Textual gives a character to the widget in focus, but looks up other keys only after a round trip to
the app. In a burst, as over a slow line, a backspace would then come after the letters typed behind
it, and delete one of them. Here the widget acts itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from textual import events
from textual.binding import Binding, BindingType
from textual.widget import Widget


def actions_of(bindings: Iterable[BindingType]) -> Mapping[str, str]:
    """Return the action of each key."""
    return {one.key: one.action for one in Binding.make_bindings(bindings)}


async def act_at_once(widget: Widget, actions: Mapping[str, str], event: events.Key) -> None:
    """Carry out the action of a key now, if it is among these and the widget has it."""
    action = actions.get(event.key)
    if action is not None and await widget.app.run_action(action, widget):
        event.stop()
        event.prevent_default()
