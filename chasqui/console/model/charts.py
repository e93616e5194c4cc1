"""Charts as text: bars from zero, a scale beside them, a line where a capacity is.

A chart has a column of the screen for each value, or for two where the terminal has Braille dots.
The number that matters stands in words beside the drawing.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from chasqui.console.model.format import Glyphs, number, plain, short
from chasqui.console.model.line import Span
from chasqui.durations import age, duration

SCALE = 7  # cells at the right, for the numbers of the scale
LEAST_SHARE = 1 / 3  # of a capacity, from which on the scale reaches up to it
RECENT = 15  # seconds of a group that still counts as now
LEFT_DOTS = (0x40, 0x04, 0x02, 0x01)
RIGHT_DOTS = (0x80, 0x20, 0x10, 0x08)
"""The dots of both columns of a Braille sign, from the lowest up."""
BRAILLE = 0x2800
DOTS = 4  # of a sign, one above the other

Line = tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Plot:
    """What a chart shows."""

    title: str
    values: tuple[float, ...] = ()
    seconds: int = 1
    """Between two values."""
    unit: str = ""
    """Written behind a number; ``s`` means that the values are durations."""
    capacity: float = 0.0
    """The most that a value can be; 0: unknown."""
    known: bool = True
    """Whether the past is kept at all."""
    now: float | None = None
    """What it is now; None: the last value. That one is of a group that has only just begun."""


def busy_now(past: Sequence[float], seconds: float, busy: int) -> float:
    """Return how many workers are busy; of short tasks a moment may see none, so also just before.

    Args:
        past: the most in each group, the newest last; that one has only just begun.
        seconds: between two groups.
        busy: how many are at this moment.
    """
    recent = [value for value in past[-2:] if math.isfinite(value)] if seconds <= RECENT else []
    return max([busy, *recent])


def values_for(width: int, glyphs: Glyphs) -> int:
    """Return how many values a chart of this width can show."""
    return max(1, width - SCALE) * (2 if glyphs.braille else 1)


def lines_of(plot: Plot, width: int, height: int, glyphs: Glyphs) -> list[Line]:
    """Draw a chart: a line of words, and bars with a scale below it."""
    room = values_for(width, glyphs)
    shown = tuple(value if math.isfinite(value) else 0.0 for value in plot.values[-room:])
    highest = max(shown, default=0.0)
    top = _top(highest, plot.capacity)
    bars = bars_of(shown, top, height - 1, glyphs)
    line = _capacity_line(plot.capacity, top, height - 1)
    cells = max(1, width - SCALE)
    lines: list[Line] = [tuple(_words(plot, shown, glyphs))]
    for at, text in enumerate(bars):
        row = len(bars) - 1 - at
        marks = {len(bars) - 1: top, 0: 0.0}
        if line is not None:
            marks[line] = plot.capacity
        scale = _figure(marks[row], plot.unit, glyphs) if row in marks and shown else ""
        drawn = f"{text:>{cells}}"
        lines.append(
            (*_with_capacity(drawn, row == line, glyphs), Span(f"{scale:>{SCALE}}", "dim"))
        )
    return lines


def bars_of(values: Sequence[float], top: float, height: int, glyphs: Glyphs) -> list[str]:
    """Draw values as bars of ``height`` lines, the top line first; ``top`` fills all of them."""
    if height <= 0:
        return []
    steps = DOTS if glyphs.braille else len(glyphs.blocks) - 1
    levels = [_level(value, top, height * steps) for value in values]
    rows = reversed(range(height))
    if not glyphs.braille:
        return [
            "".join(glyphs.blocks[max(0, min(steps, level - row * steps))] for level in levels)
            for row in rows
        ]
    if len(levels) % 2:
        levels.insert(0, 0)
    pairs = list(zip(levels[::2], levels[1::2], strict=True))
    return ["".join(_sign(left, right, row) for left, right in pairs) for row in rows]


def sparkline(values: Sequence[float], glyphs: Glyphs) -> str:
    """Draw values in a cell each, the highest as a full block and nothing as the lowest."""
    steps = len(glyphs.blocks) - 1
    highest = max(values, default=0.0)
    return "".join(glyphs.blocks[max(1, _level(value, highest, steps))] for value in values)


def _level(value: float, top: float, steps: int) -> int:
    """Return how many steps a value fills; more than nothing is never none."""
    if value <= 0 or top <= 0:
        return 0
    return max(1, min(steps, round(value / top * steps)))


def _sign(left: int, right: int, row: int) -> str:
    dots = 0
    for level, column in ((left, LEFT_DOTS), (right, RIGHT_DOTS)):
        for dot in column[: max(0, min(DOTS, level - row * DOTS))]:
            dots |= dot
    return chr(BRAILLE + dots) if dots else " "


def _top(highest: float, capacity: float) -> float:
    """Return what the highest line means: the capacity, unless all would be too low to see."""
    return max(highest, capacity) if highest >= LEAST_SHARE * capacity else highest


def _capacity_line(capacity: float, top: float, height: int) -> int | None:
    """Return in which line, from below, the capacity is; None if it is not on the scale."""
    if not 0 < capacity <= top or height <= 0:
        return None
    return min(height - 1, int(capacity / top * height))


def _with_capacity(text: str, is_line: bool, glyphs: Glyphs) -> Iterator[Span]:
    """Draw the line of the capacity where there are no bars."""
    if not is_line:
        yield Span(text, "active")
        return
    free = len(text) - len(text.lstrip(" "))
    drawn = text.replace(" ", glyphs.limit)
    if free:
        yield Span(drawn[:free], "dim")
    if drawn[free:]:
        yield Span(drawn[free:], "active")


def _words(plot: Plot, shown: Sequence[float], glyphs: Glyphs) -> Iterator[Span]:
    yield Span(plot.title, "title")
    if not shown:
        said = "nothing measured yet" if plot.known else "its past is not kept"
        yield Span(said, "dim", priority=1)
        return
    highest = max(*shown, plot.now or 0.0)
    now = shown[-1] if plot.now is None else plot.now
    yield Span(f"now {_figure(now, plot.unit, glyphs)}")
    yield Span(f"most {_figure(highest, plot.unit, glyphs)}", priority=4)
    if plot.capacity:
        yield Span(f"of {_figure(plot.capacity, '', glyphs)}", "dim", priority=3)
    yield Span(f"last {age(len(shown) * plot.seconds)}", "dim", priority=2)


def _figure(value: float, unit: str, glyphs: Glyphs) -> str:
    if not value:
        return "0"
    if unit == "s":
        return plain(duration(value), glyphs)
    return (f"{short(value)}" if value >= 1_000_000 else number(value)) + unit
