"""A chart of a value per second: from zero, the newest at the right, with the number beside it.

A column is a whole number of seconds, so that the bars do not flicker as time moves on.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from textual.strip import Strip

from chasqui.console.model.format import Glyphs, number
from chasqui.console.model.line import Span
from chasqui.console.widgets.drawn import Drawn
from chasqui.durations import age


def columns_of(values: Sequence[float], width: int) -> tuple[tuple[float, ...], int]:
    """Return at most ``width`` values, each a mean over some seconds, and how many seconds."""
    if width <= 0 or not values:
        return (), 1
    each = max(1, math.ceil(len(values) / width))
    # Cut at whole groups from the newest on, so that the oldest group may be short.
    first = len(values) % each
    groups = [values[:first]] if first else []
    groups.extend(values[at : at + each] for at in range(first, len(values), each))
    return tuple(sum(group) / len(group) for group in groups)[-width:], each


def rows_of(values: Sequence[float], height: int, glyphs: Glyphs) -> list[str]:
    """Draw values as bars of ``height`` lines, the top line first."""
    steps = len(glyphs.blocks) - 1
    highest = max(values, default=0.0)
    if highest <= 0:
        return [" " * len(values)] * height
    levels = [max(round(value / highest * height * steps), value > 0) for value in values]
    return [
        "".join(glyphs.blocks[max(0, min(steps, level - line * steps))] for level in levels)
        for line in reversed(range(height))
    ]


Line = tuple[Span, ...]


class HistoryChart(Drawn):
    """A titled chart with the present and the highest value as numbers."""

    DEFAULT_CSS = """
    HistoryChart { height: 1fr; width: 1fr; min-height: 2; }
    """

    def __init__(self, title: str, unit: str = "", *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.title = title
        self.unit = unit
        self.values: tuple[float, ...] = ()
        self._lines: tuple[Line, ...] = ()

    def show(self, values: Sequence[float]) -> None:
        """Show these values, one for each second, the newest last."""
        if (now := tuple(values)) != self.values:
            self.values = now
            self.repaint(self._lines_now())

    def on_resize(self) -> None:
        """Draw the bars anew, also those that were drawn in the new size from the old lines."""
        self._lines_now()
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Draw the title with its numbers, or a line of bars."""
        if y >= len(self._lines):
            self._lines_now()
        line = self._lines[y] if y < len(self._lines) else ()
        return self.strip_of(line, self.size.width, gap="  ")

    def _lines_now(self) -> tuple[Line, ...]:
        """Work out all lines at once."""
        width, height = self.size
        shown, each = columns_of(self.values, width - 2)
        bars = rows_of(shown, height - 1, self.glyphs) if height > 1 else []
        room = max(0, width - 2)
        lines = [(Span(f" {text:>{room}}", "active"),) for text in bars]
        self._lines = (tuple(self._words(shown, each)), *lines)
        return self._lines

    def _words(self, shown: Sequence[float], each: int) -> list[Span]:
        title = Span(f" {self.title}", "title")
        if not self.values:
            return [title, Span("nothing measured yet", "dim")]
        now = Span(f"now {number(self.values[-1])}{self.unit}")
        most = Span(f"most {number(max(self.values))}{self.unit}")
        return [title, now, most, Span(f"last {age(len(shown) * each)}", "dim")]
