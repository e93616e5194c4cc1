"""A few lines of spans that change with every reading, such as the numbers of the metrics pane."""

from __future__ import annotations

from collections.abc import Sequence

from textual.strip import Strip

from chasqui.console.model.line import Span, fit
from chasqui.console.widgets.drawn import Drawn

Line = tuple[Span, ...]


class TextBlock(Drawn):
    """Lines of spans, without scrolling; each is fitted to the width."""

    GAP = "  "
    lines: tuple[Line, ...] = ()

    def show(self, lines: Sequence[Line]) -> None:
        """Show these lines."""
        self.lines = tuple(lines)
        self.repaint(self.lines)

    def render_line(self, y: int) -> Strip:
        """Draw one line."""
        width = self.size.width
        if y >= len(self.lines):
            return Strip.blank(width, self.rich_style)
        spans = fit(self.lines[y], width - 1, len(self.GAP))
        margin = Strip.blank(1, self.rich_style)
        return Strip.join([margin, self.strip_of(spans, width - 1, gap=self.GAP)])
