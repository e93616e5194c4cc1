"""The line that answers the filter key where a list has no filter: it takes what is typed then.

An operator types a filter without looking. Its letters must not reach the commands of the list, so
this line has the keys until Esc or a click elsewhere, and drops them.
"""

from __future__ import annotations

from textual import events
from textual.message import Message

from chasqui.console.model.line import KEEP, Span
from chasqui.console.widgets.one_line import OneLine


class NoFilter(OneLine, can_focus=True):
    """Says that a list has no filter; only Esc and a click elsewhere close it."""

    class Closed(Message):
        """Esc was pressed: the keys go back to the list."""

    def __init__(self) -> None:
        super().__init__()
        self.display = False

    def tell(self, title: str) -> None:
        """Say so of the pane with this title."""
        self.show(
            (
                Span(f"{title} has no filter, and keys do nothing here", "warn", priority=KEEP),
                Span("Esc closes this line", "key", priority=KEEP, shorter=("Esc closes",)),
                Span("3 and / filter the failures", "dim", priority=2),
            )
        )
        self.display = True
        # At once, and not when the screen gets to it: the next key may have arrived already.
        self.screen.set_focus(self)

    def give_up(self) -> None:
        """Close the line."""
        self.display = False

    def on_key(self, event: events.Key) -> None:
        """Drop the key; close the line on Esc."""
        event.stop()
        event.prevent_default()
        if event.key == "escape":
            self.give_up()
            self.post_message(self.Closed())
        else:
            self.app.bell()

    def on_blur(self, event: events.Blur) -> None:
        """Close when the operator goes elsewhere, not when the terminal loses the focus."""
        if self.screen.focused is not None and self.screen.focused is not self:
            self.give_up()
