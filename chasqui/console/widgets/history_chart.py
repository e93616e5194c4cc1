"""A chart of the past; see `chasqui.console.model.charts`."""

from __future__ import annotations

from textual.strip import Strip

from chasqui.console.model.charts import Line, Plot, lines_of, values_for
from chasqui.console.model.line import fit
from chasqui.console.widgets.drawn import Drawn


class HistoryChart(Drawn):
    """A line of words, and bars with a scale below it."""

    DEFAULT_CSS = """
    HistoryChart { height: 1fr; width: 1fr; min-height: 2; }
    """
    GAP = "  "

    def __init__(self, plot: Plot, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.plot = plot
        self._lines: tuple[Line, ...] = ()

    @property
    def room(self) -> int:
        """How many values it can show."""
        return values_for(self.size.width - 2, self.glyphs)

    def show(self, plot: Plot) -> None:
        """Show this."""
        if plot != self.plot:
            self.plot = plot
            self.repaint(self._lines_now())

    def on_resize(self) -> None:
        """Draw the bars anew, also those that were drawn in the new size from the old lines."""
        self._lines_now()
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Draw the words, or a line of bars."""
        if y >= len(self._lines):
            self._lines_now()
        line = self._lines[y] if y < len(self._lines) else ()
        width = self.size.width
        margin = Strip.blank(1, self.rich_style)
        if y:
            return Strip.join([margin, self.strip_of(line, width - 1)])
        spans = fit(line, width - 2, len(self.GAP))
        return Strip.join([margin, self.strip_of(spans, width - 1, gap=self.GAP)])

    def _lines_now(self) -> tuple[Line, ...]:
        """Work out all lines at once."""
        width, height = self.size
        self._lines = tuple(lines_of(self.plot, max(1, width - 2), height, self.glyphs))
        return self._lines
