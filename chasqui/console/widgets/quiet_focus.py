"""A list whose focus is drawn at its cursor: a focus that comes or goes repaints one line.

Textual would repaint all of the widget, and look up the styles of everything around it.
"""

from __future__ import annotations

from abc import abstractmethod

from textual import events

from chasqui.console.widgets.scroller import Scroller


class QuietFocus(Scroller):
    """A scroller that can have the focus."""

    @abstractmethod
    def repaint_lines(self) -> None:
        """Repaint the lines that have changed."""

    def on_focus(self, event: events.Focus) -> None:
        """Draw the cursor in the style of the focused pane; the other lines stay as they are."""
        self._set_focused(event, events.DescendantFocus(self))

    def on_blur(self, event: events.Blur) -> None:
        """Draw the cursor in the style of an unfocused pane."""
        self._set_focused(event, events.DescendantBlur(self))

    def _set_focused(self, event: events.Event, told: events.Event) -> None:
        """Do what Textual does at such an event, but repaint the cursor only."""
        event.prevent_default()
        self.has_focus = isinstance(event, events.Focus)
        self.repaint_lines()
        if self.parent is not None:
            self.parent.post_message(told)

    def watch_has_focus(self, has_focus: bool) -> None:
        """Keep the styles, which do not depend on the focus."""
