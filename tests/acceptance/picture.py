"""A terminal emulator's screen as a picture."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pyte

WIDTH, HEIGHT = 9.03, 19  # pixels of a cell; the font is set 15 pixels high
FONTS = "DejaVu Sans Mono, ui-monospace, Menlo, monospace"  # some programs know the first alone
INK, PAPER = "d0d0d0", "121212"
NAMED = {
    "black": "000000",
    "red": "cd3131",
    "green": "0dbc79",
    "brown": "e5e510",
    "blue": "2472c8",
    "magenta": "bc3fbc",
    "cyan": "11a8cd",
    "white": "e5e5e5",
    "brightblack": "666666",
}


def save_png(screen: pyte.Screen, path: Path) -> None:
    """Write a screen as a PNG; needs the package cairosvg, which the tests do not."""
    import cairosvg

    cairosvg.svg2png(bytestring=to_svg(screen).encode(), write_to=str(path))


def to_svg(screen: pyte.Screen) -> str:
    """Draw a screen: the grounds of its cells, then its text, each where it stands."""
    width, height = screen.columns * WIDTH, screen.lines * HEIGHT
    grounds: list[str] = []
    words: list[str] = []
    for row in range(screen.lines):
        cells = [screen.buffer[row][column] for column in range(screen.columns)]
        for column, count, paper in runs([colours(char)[1] for char in cells]):
            if paper != PAPER:
                grounds.append(ground(row, column, count, paper))
        for column, count, _ in runs([style(char, at) for at, char in enumerate(cells)]):
            text = "".join(char.data for char in cells[column : column + count])
            if text.strip():
                words.append(drawn(row, column, text, cells[column]))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height}" '
        f'width="{width:.0f}" height="{height}" font-family="{FONTS}" font-size="15" '
        f'xml:space="preserve">'
        f'<rect width="100%" height="100%" fill="#{PAPER}"/>\n'
        + "\n".join([*grounds, *words])
        + "\n</svg>\n"
    )


def runs(values: Sequence[object]) -> Iterator[tuple[int, int, Any]]:
    """Yield where each run of equal values begins, how long it is, and the value."""
    at = 0
    for value, run in groupby(values):
        count = len(list(run))
        yield at, count, value
        at += count


def style(char: pyte.screens.Char, at: int) -> tuple[object, ...]:
    """Return what the cells of a run have in common; a sign that may be wide stands alone."""
    alone = -1 if char.data.isascii() else at
    return (colours(char)[0], char.bold, alone)


def colours(char: pyte.screens.Char) -> tuple[str, str]:
    """Return the colours of a cell: its ink and its paper."""
    ink, paper = colour(char.fg, INK), colour(char.bg, PAPER)
    return (paper, ink) if char.reverse else (ink, paper)


def ground(row: int, column: int, count: int, paper: str) -> str:
    """Draw the ground of some cells, a little wider so that no gap shows."""
    x, width = column * WIDTH, count * WIDTH + 0.3
    return (
        f'<rect x="{x:.2f}" y="{row * HEIGHT}" width="{width:.2f}" height="{HEIGHT}" '
        f'fill="#{paper}"/>'
    )


def drawn(row: int, column: int, text: str, char: pyte.screens.Char) -> str:
    """Draw the text of some cells, as wide as these are in whatever font there is."""
    column += len(text) - len(text.lstrip())
    text = text.strip()
    weight = ' font-weight="bold"' if char.bold else ""
    length = f' textLength="{len(text) * WIDTH:.2f}"' if len(text) > 1 else ""
    return (
        f'<text x="{column * WIDTH:.2f}" y="{row * HEIGHT + 15}"{length} '
        f'fill="#{colours(char)[0]}"{weight}>{escape(text)}</text>'
    )


def colour(name: str, default: str) -> str:
    """Return a colour of the emulator as six hexadecimal digits."""
    if name == "default":
        return default
    return NAMED.get(name, name if len(name) == 6 else default)
