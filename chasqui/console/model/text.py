"""Text to read, laid out for a width: styled lines that wrap between words, and pairs of facts.

A long line goes on under its own text, by its hanging indent. A word is broken only where it is
longer than a line. Two facts stand beside each other where both have room, else one below the
other.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from rich.cells import cell_len, chop_cells

from chasqui.console.model.line import MOST_SIGNS, Span, broken, is_wider

GAP: Final = 2  # cells between two facts
COLUMN: Final = 48  # where the second of two facts begins at most
SMALL: Final = 4  # cells of an indent


class Styled(NamedTuple):
    """A line in parts, wrapped between words; its further lines are indented by ``hang``."""

    parts: tuple[Span, ...]
    hang: int = 0
    is_whole: bool = False
    """Whether each part is kept on a line, and the line is wrapped between parts only."""


class Pair(NamedTuple):
    """Two facts: beside each other if each fits in half of the width."""

    left: Styled
    right: Styled


Text = Span | Styled | Pair
Drawn = tuple[Span, ...]
"""The parts of a line on screen."""


def laid_out(text: Text, width: int) -> Iterator[Drawn]:
    """Lay out a text as lines of at most this many cells."""
    if isinstance(text, Span):
        if text.hang is None:
            first, *more = broken(text.text, width)
            yield (text._replace(text=first),)
            yield from ((text._replace(text=part.removeprefix(" ")),) for part in more)
            return
        text = Styled((text,), text.hang)
    if isinstance(text, Styled):
        yield from _wrapped(text, width)
        return
    column = min(width // 2, COLUMN)
    left, right = text
    if _width(left) <= column - GAP and _width(right) <= width - column:
        padding = Span(" " * (column - _width(left)))
        yield (*left.parts, padding, *right.parts)
    else:
        yield from _wrapped(left, width)
        yield from _wrapped(right, width)


def said(text: Text) -> str:
    """Return what a text says, as one line."""
    if isinstance(text, Span):
        return text.text
    if isinstance(text, Styled):
        return "".join(part.text for part in text.parts)
    return f"{said(text.left)}  {said(text.right)}"


def hung(
    text: str, width: int, hang: int, stops: Sequence[int] | None = None
) -> list[tuple[int, int]]:
    """Return where the lines of a text begin and end; blanks at a break belong to no line.

    All lines but the first leave room for their indent. With ``stops``, a line ends at one of them
    if it can.
    """
    room, indent = max(2, width), indent_of(width, hang)
    rest = max(2, width - indent)
    slices, start = [], 0
    while is_wider(text, start, room):
        end = start + len(chop_cells(text[start : start + MOST_SIGNS * room], room)[0])
        before = [stop for stop in stops or () if start < stop <= end]
        if before:
            end = before[-1]
        elif text[end : end + 1] != " ":
            end = _break(text, start, end, rest)
        slices.append((start, end))
        start = end + len(text[end:]) - len(text[end:].lstrip(" "))
        room = rest
    return [*slices, (start, len(text))]


def indent_of(width: int, hang: int) -> int:
    """Return the indent of further lines: a small one where the full one leaves too little."""
    if 2 * hang > width:
        hang = min(hang, SMALL)
    return hang if 2 * hang <= width and width - hang >= 2 else 0


def _break(text: str, start: int, end: int, room: int) -> int:
    """Return where to break a line that ends within a word: before that word, if it fits below."""
    blank = text.rfind(" ", start, end)
    if blank < 0 or not text[start:blank].strip(" "):
        return end
    last = text.find(" ", end)
    word = text[blank + 1 : last if last >= 0 else len(text)]
    return blank if len(word) <= MOST_SIGNS * room and cell_len(word) <= room else end


def _wrapped(line: Styled, width: int) -> Iterator[Drawn]:
    text = said(line)
    indent = Span(" " * indent_of(width, line.hang))
    stops, at = [], 0
    for part in line.parts:
        stops.append(at)
        at += len(part.text)
    slices = hung(text, width, line.hang, stops[1:] if line.is_whole else None)
    for number, (start, end) in enumerate(slices):
        parts = tuple(_cut(line.parts, start, end))
        yield (indent, *parts) if number and indent.text else parts or (Span(""),)


def _cut(parts: Sequence[Span], start: int, end: int) -> Iterator[Span]:
    """Yield what lies between two places of a line."""
    at = 0
    for part in parts:
        first, last = max(start - at, 0), min(end - at, len(part.text))
        if first < last:
            yield part._replace(text=part.text[first:last])
        at += len(part.text)


def _width(line: Styled) -> int:
    return sum(cell_len(part.text) for part in line.parts)
