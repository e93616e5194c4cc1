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

    def show(self, values: Sequence[float]) -> None:
        """Show these values, one for each second, the newest last."""
        self.values = tuple(values)
        self.repaint((self.values,) * max(1, self.size.height))

    def render_line(self, y: int) -> Strip:
        """Draw the title with its numbers, or a line of bars."""
        width = self.size.width
        shown, each = columns_of(self.values, width - 2)
        if y == 0:
            return self.strip_of(self._words(shown, each), width, gap="  ")
        height = self.size.height - 1
        lines = rows_of(shown, height, self.glyphs) if height > 0 else []
        text = lines[y - 1] if y - 1 < len(lines) else ""
        return self.strip_of((Span(f" {text:>{max(0, width - 2)}}", "active"),), width)

    def _words(self, shown: Sequence[float], each: int) -> list[Span]:
        title = Span(f" {self.title}", "title")
        if not self.values:
            return [title, Span("nothing measured yet", "dim")]
        now = Span(f"now {number(self.values[-1])}{self.unit}")
        most = Span(f"most {number(max(self.values))}{self.unit}")
        return [title, now, most, Span(f"last {age(len(shown) * each)}", "dim")]
