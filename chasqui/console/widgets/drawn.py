"""What all drawn widgets share: styles by role, text cut to cells, repainting of changed lines.

A drawn widget never parses markup and never measures its children: it turns text into segments.
`Drawn.show_lines` compares with what is on screen and repaints only the lines that differ.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any, Final

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from chasqui.console.model.format import Glyphs, glyphs_of, plain
from chasqui.console.model.line import Span

NO_STYLE = Style()

# The roles are styled once, at the app: each widget would add ten more nodes to be styled.
ROLES: Final = {
    "role--ok",
    "role--warn",
    "role--error",
    "role--alarm",
    "role--active",
    "role--dim",
    "role--title",
    "role--key",
    "role--header",
    "role--match",
    "role--cursor",
}


def fit_cells(text: str, width: int, ellipsis: str = "…", *, right: bool = False) -> str:
    """Cut or pad a line of text to exactly this many cells."""
    length = len(text) if text.isascii() else cell_len(text)
    if length > width:
        kept = max(0, width - len(ellipsis))
        return set_cell_size(set_cell_size(text, kept) + ellipsis, width)
    padding = " " * (width - length)
    return padding + text if right else text + padding


class Drawn(Widget):
    """A widget that draws whole lines."""

    ALLOW_SELECT = False
    _keys: tuple[Hashable, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._role_styles: dict[tuple[str, ...], Style] = {}

    @property
    def glyphs(self) -> Glyphs:
        """The characters that this terminal can show."""
        return glyphs_of(self.app)

    def plain(self, text: str) -> str:
        """Return text that is harmless to draw here."""
        return plain(text, self.glyphs)

    def style_of(self, *roles: str) -> Style:
        """Return the full style of text in these roles; the last role wins."""
        style = self._role_styles.get(roles)
        if style is None:
            style = self._role_styles[roles] = self._blend(roles)
        return style

    def _blend(self, roles: Sequence[str]) -> Style:
        """Blend the styles of the roles here, since a terminal knows no transparency."""
        style = self.rich_style
        _, ground = self.background_colors
        ink = self.colors[3]
        for role in filter(None, roles):
            styles = self.app.get_component_styles(f"role--{role}")
            if styles.has_rule("background"):
                ground += styles.background
            if styles.has_rule("color"):
                ink = styles.color
            style += styles.text_style
        return style + Style.from_color((ground + ink).rich_color, ground.rich_color)

    def notify_style_update(self) -> None:
        """Redraw everything: the theme has changed."""
        super().notify_style_update()
        self._role_styles.clear()

    def strip_of(self, spans: Sequence[Span], width: int, *roles: str, gap: str = "") -> Strip:
        """Draw spans on a line of exactly this width; spans have no line breaks."""
        segments: list[Segment] = []
        left = width
        pieces: list[tuple[str, str]] = []
        for number, span in enumerate(spans):
            if number and gap:
                pieces.append((gap, ""))
            pieces.extend(span.pieces)
        for text, role in pieces:
            length = len(text) if text.isascii() else cell_len(text)
            if length > left:
                text = fit_cells(text, left, self.glyphs.ellipsis)
                length = left
            if text:
                style = self.style_of(*roles, role) if role else self.style_of(*roles)
                segments.append(Segment(text, style))
            left -= length
            if left <= 0:
                break
        if left > 0:
            segments.append(Segment(" " * left, self.style_of(*roles)))
        return Strip(segments, width)

    def repaint(self, keys: Sequence[Hashable]) -> None:
        """Repaint the lines whose key differs from the last one drawn there."""
        before, now = self._keys, tuple(keys)
        if before == now:
            return
        self._keys = now
        width = self.size.width
        changed = [y for y, key in enumerate(now) if y >= len(before) or before[y] != key]
        changed.extend(range(len(now), len(before)))
        if len(changed) >= max(1, self.size.height):
            self.refresh()
        else:
            self.refresh(*(Region(0, y, width, 1) for y in changed))
