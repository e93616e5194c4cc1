"""The card shown when nothing else fits the terminal; pause, leave and shutdown still work."""

from __future__ import annotations

from collections.abc import Sequence

from textual.geometry import Size
from textual.strip import Strip

from chasqui.console.actions.action import Action
from chasqui.console.actions.table import TOO_SMALL
from chasqui.console.model.line import Span
from chasqui.console.widgets.drawn import Drawn

NEEDED = (60, 15)


def too_small(size: Size) -> str:
    """Say that a terminal is too small; empty if it is not."""
    is_small = size.width < NEEDED[0] or size.height < NEEDED[1]
    return f"too small: {size.width}x{size.height}, needs {needed()}" if is_small else ""


def needed() -> str:
    """Return the smallest size."""
    return f"{NEEDED[0]}x{NEEDED[1]}"


class TooSmall(Drawn):
    """The size of the terminal, the size it needs, and the state of the engine."""

    status: tuple[Span, ...] = ()

    def __init__(self, actions: Sequence[Action]) -> None:
        super().__init__()
        self._offered = tuple(
            Span(f"{action.key} {action.label}".lstrip(), "key", lead=len(action.key))
            for action in actions
            if action.id in TOO_SMALL
        )

    def show_status(self, status: tuple[Span, ...]) -> None:
        """Show the most important part of the status line."""
        self.status = status
        self.repaint((status,) * max(1, self.size.height))

    def render_line(self, y: int) -> Strip:
        """Draw a line of the card."""
        width, height = self.size
        lines = [
            (Span("too small", "warn"), Span(f"{self.app.size.width}x{self.app.size.height}")),
            (Span(f"needs {needed()}", "title"),),
            (),
            tuple(span for span in self.status if span.priority == 0),
            (),
            self._offered,
        ]
        at = y - max(0, (height - len(lines)) // 2)
        spans = lines[at] if 0 <= at < len(lines) else ()
        margin = Strip.blank(min(1, width), self.rich_style)
        return Strip.join([margin, self.strip_of(spans, max(0, width - 1), gap="  ")])
