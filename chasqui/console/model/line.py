"""A line of text in parts, and how it is fitted to a width.

Parts are dropped whole, the least important first, so that the rest is never misread. Before a
needed part is dropped, parts that have a shorter form are shortened, the longest first.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import NamedTuple

from rich.cells import cell_len, chop_cells

KEEP = 0  # the priority of parts that are never dropped
MOST_SIGNS = 5  # in a cell: a character with a width, and the marks on it
NEEDED = 2  # up to this priority, a part is dropped only when nothing can be shortened any more


class Span(NamedTuple):
    """A part of a line: its text, its role (which decides the colour), and what a click does."""

    text: str
    role: str = ""
    action: str = ""
    priority: int = KEEP
    """The highest number is dropped first."""
    hang: int | None = None
    """The indent of its further lines when it is wrapped between words; None: it is cut."""
    shorter: tuple[str, ...] = ()
    """Shorter forms, the longest first."""
    lead: int = 0
    """How long the key is that a span of the role ``key`` begins with; 0: its first word."""

    @property
    def pieces(self) -> tuple[tuple[str, str], ...]:
        """Its text in parts of one role each: a key stands out, and what it does is dim."""
        if self.role != "key":
            return ((self.text, self.role),)
        lead = self.lead or len(self.text.split(" ", 1)[0])
        return ((self.text[:lead], "key"), (self.text[lead:], "dim"))


def fit(
    spans: Sequence[Span], width: int, gap: int = 2, *, drop_first: bool = False
) -> tuple[Span, ...]:
    """Drop the least important spans until the rest, with gaps between them, fits the width.

    With ``drop_first``, spans to keep are shortened only when nothing else is left.
    """
    kept = list(spans)
    while _width(kept, gap) > width:
        if not (
            _drop(kept, NEEDED)
            or _shorten(kept, KEEP + 1 if drop_first else KEEP)
            or _drop(kept, KEEP)
            or _shorten(kept, KEEP)
        ):
            break
    return tuple(kept)


def _drop(kept: list[Span], keep: int) -> bool:
    """Drop the least important span, unless it is to be kept; of equals, the rightmost."""
    least = max(range(len(kept)), key=lambda at: (kept[at].priority, at), default=None)
    if least is None or kept[least].priority <= keep:
        return False
    del kept[least]
    return True


def _shorten(kept: list[Span], least: int) -> bool:
    """Shorten the longest span of at least this priority number that has a shorter form."""
    able = [at for at, span in enumerate(kept) if span.shorter and span.priority >= least]
    if not able:
        return False
    at = max(able, key=lambda at: cell_len(kept[at].text))
    text, *rest = kept[at].shorter
    kept[at] = kept[at]._replace(text=text, shorter=tuple(rest))
    return True


def wrapped(text: str, width: int, hang: int = 0) -> list[str]:
    """Wrap a sentence between words into lines of at most ``width`` characters.

    All lines but the first are indented by ``hang``, if that leaves them half of the width.
    """
    indent = " " * (hang if 2 * hang <= width else 0)
    lines = textwrap.wrap(text, max(1, width), subsequent_indent=indent, break_on_hyphens=False)
    return lines or [""]


def broken(text: str, width: int) -> list[str]:
    """Wrap a text into lines of at most ``width`` cells, between words if that leaves half a line.

    Joined, the lines are the text: nothing is left out, and blanks stay as they are.
    """
    lines, start, width = [], 0, max(2, width)  # a sign may have two cells
    while is_wider(text, start, width):
        line = chop_cells(text[start : start + MOST_SIGNS * width], width)[0]
        end = start + len(line)
        blank = -1 if text[end : end + 1] == " " else line.rfind(" ") + 1
        if 2 * blank > len(line):
            line = line[:blank]
        lines.append(line)
        start += len(line)
    return [*lines, text[start:]]


def is_wider(text: str, start: int, width: int) -> bool:
    """Tell whether a text has more than ``width`` cells from a place on.

    Of a long text only its beginning is measured, where that is enough: to lay it out line by line
    takes as long as its length, not the square of it.
    """
    signs = width + 1
    while cell_len(text[start : start + signs]) <= width:
        if start + signs >= len(text):
            return False
        signs *= 8
    return True


def _width(spans: Sequence[Span], gap: int) -> int:
    return sum(cell_len(span.text) for span in spans) + gap * max(0, len(spans) - 1)
