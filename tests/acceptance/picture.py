"""A terminal emulator's screen as a picture."""

from __future__ import annotations

from pathlib import Path
from xml.sax.saxutils import escape

import pyte

WIDTH, HEIGHT = 9.03, 19  # pixels of a cell; the font is set 15 pixels high
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
    """Draw each cell of a screen where it stands."""
    cells = [
        cell(screen.buffer[row][column], row, column)
        for row in range(screen.lines)
        for column in range(screen.columns)
    ]
    width, height = screen.columns * WIDTH, screen.lines * HEIGHT
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height}" '
        f'font-family="DejaVu Sans Mono" font-size="15">'
        f'<rect width="100%" height="100%" fill="#{PAPER}"/>{"".join(cells)}</svg>'
    )


def cell(char: pyte.screens.Char, row: int, column: int) -> str:
    """Draw a cell: its ground if it has one of its own, then its sign."""
    ink, paper = colour(char.fg, INK), colour(char.bg, PAPER)
    if char.reverse:
        ink, paper = paper, ink
    x, y = column * WIDTH, row * HEIGHT
    drawn = ""
    if paper != PAPER:
        drawn = (
            f'<rect x="{x:.2f}" y="{y}" width="{WIDTH + 0.3}" height="{HEIGHT}" fill="#{paper}"/>'
        )
    if char.data.strip():
        weight = ' font-weight="bold"' if char.bold else ""
        sign = escape(char.data)
        drawn += f'<text x="{x:.2f}" y="{y + 15}" fill="#{ink}"{weight}>{sign}</text>'
    return drawn


def colour(name: str, default: str) -> str:
    """Return a colour of the emulator as six hexadecimal digits."""
    if name == "default":
        return default
    return NAMED.get(name, name if len(name) == 6 else default)
