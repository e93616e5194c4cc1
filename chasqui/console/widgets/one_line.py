"""A single-line widget made of spans: drawn without layout; spans with an action are clickable.

The status line, the tab strip, the detail line and the key bar are such lines.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from textual import events
from textual.message import Message
from textual.strip import Strip

from chasqui.console.model.line import Span, fit
from chasqui.console.widgets.drawn import Drawn

MARGIN = " "


class OneLine(Drawn):
    """A line of spans; the least important are dropped when it is narrow."""

    GAP = "  "

    DEFAULT_CSS = """
    OneLine { height: 1; width: 1fr; }
    """

    @dataclass
    class Clicked(Message):
        """A span with an action was clicked."""

        action: str

    spans: tuple[Span, ...] = ()

    def show(self, spans: Sequence[Span]) -> None:
        """Show these spans; nothing is repainted when they are shown already."""
        self.spans = tuple(spans)
        self.repaint((self.spans,))

    def fitted(self) -> tuple[Span, ...]:
        """Return the spans that fit the present width."""
        return fit(self.spans, self.size.width - 2 * len(MARGIN), len(self.GAP))

    def render_line(self, y: int) -> Strip:
        """Draw the line."""
        width = self.size.width
        if y or not self.spans:
            return Strip.blank(width, self.rich_style)
        inner = max(0, width - len(MARGIN))
        line = self.strip_of(self.fitted(), inner, gap=self.GAP)
        return Strip.join([Strip.blank(len(MARGIN), self.rich_style), line])

    def on_click(self, event: events.Click) -> None:
        """Post the action of the span under the pointer."""
        at = len(MARGIN)
        for span in self.fitted():
            end = at + cell_len(span.text)
            if at <= event.x < end and span.action:
                self.post_message(self.Clicked(span.action))
                return
            at = end + len(self.GAP)
