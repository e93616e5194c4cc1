"""Editing keys in the order in which they were typed.

Textual gives a character to the widget in focus, but looks up the other keys only once they have
travelled to the app and back. In a burst, as a slow line delivers it, a backspace then comes after
the letters that were typed behind it, and deletes one of them. Here the widget acts itself.
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
    """Carry out the action of a key now, if it is one of these and the widget can do it."""
    action = actions.get(event.key)
    if action is not None and await widget.app.run_action(action, widget):
        event.stop()
        event.prevent_default()
