"""A line of text in parts, and how it is fitted to a width.

Parts are dropped whole, the least important first, so that what is left is never misread.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

KEEP = 0  # the priority of what is never dropped


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a line: its text, its role (which decides the colour), and what a click does."""

    text: str
    role: str = ""
    action: str = ""
    priority: int = KEEP
    """The higher, the sooner it is dropped."""
    hang: int | None = None
    """Where its further lines begin in a text to read, broken between words; None: it is cut."""


def fit(spans: Sequence[Span], width: int, gap: int = 2) -> tuple[Span, ...]:
    """Drop the least important spans until the rest, with a gap between, fits the width."""
    kept = list(spans)
    while _width(kept, gap) > width:
        # Of equals, the rightmost goes.
        least = max(range(len(kept)), key=lambda at: (kept[at].priority, at), default=None)
        if least is None or kept[least].priority == KEEP:
            break
        del kept[least]
    return tuple(kept)


def wrapped(text: str, width: int, hang: int = 0) -> list[str]:
    """Break a sentence between words into lines of at most so many characters.

    All but the first are indented by ``hang``, where that leaves them half of the width.
    """
    indent = " " * (hang if 2 * hang <= width else 0)
    lines = textwrap.wrap(text, max(1, width), subsequent_indent=indent, break_on_hyphens=False)
    return lines or [""]


def _width(spans: Sequence[Span], gap: int) -> int:
    return sum(len(span.text) for span in spans) + gap * max(0, len(spans) - 1)
