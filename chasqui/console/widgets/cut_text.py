"""A text over as many lines as it needs, up to a few; if it needs more, it says so."""

from __future__ import annotations

from textual import events
from textual.content import Content
from textual.widgets import Static

from chasqui.console.model.format import glyphs_of, plain
from chasqui.console.model.line import broken
from chasqui.console.widgets.drawn import fit_cells


class CutText(Static):
    """A text over lines of the full width, wrapped between words where possible."""

    SHORT, TALL = 2, 5
    """Lines at most, in a terminal of up to this height and in a taller one."""
    TALL_FROM = 36

    _whole = ""

    def show(self, text: str) -> None:
        """Show this text."""
        self._whole = text
        self._cut()

    def on_resize(self, event: events.Resize) -> None:
        """Cut the text to the new size."""
        self._cut()

    def _cut(self) -> None:
        width = self.size.width
        if not width:
            return
        glyphs = glyphs_of(self.app)
        most = self.TALL if self.screen.size.height >= self.TALL_FROM else self.SHORT
        lines = broken(plain(self._whole, glyphs, cap=(most + 1) * width), width)
        if len(lines) > most:
            rest = "".join(lines[most - 1 :])
            lines = [*lines[: most - 1], fit_cells(rest, width, glyphs.ellipsis)]
        self.update(Content("\n".join(lines)))
