"""A long text to read: wrapped at the width, scrolled by keys, drawn line by line.

Code and data are cut where the width ends; sentences are wrapped between words.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from textual.strip import Strip

from chasqui.console.actions import bindings_for
from chasqui.console.model.format import Glyphs, plain
from chasqui.console.model.line import Span, broken, wrapped
from chasqui.console.widgets.scroller import Scroller

COLUMN_CAP = 1000


class TextView(Scroller, can_focus=True):
    """Lines of text, each with a role."""

    BINDINGS = bindings_for("list")
    DEFAULT_CSS = """
    TextView { height: 1fr; width: 1fr; }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.lines: tuple[Span, ...] = ()
        self._wrapped: tuple[Span, ...] = ()

    @property
    def length(self) -> int:
        """How many lines there are, as wrapped."""
        return len(self._wrapped)

    @property
    def at_end(self) -> bool:
        """Whether the last line is on screen."""
        return self.top >= self.length - self.page

    def show(self, lines: Sequence[Span], *, follow: bool = False) -> None:
        """Show these lines; the view stays where it is, or follows the end if it was there."""
        if tuple(lines) == self.lines:
            return
        was_at_end = self.at_end
        self.lines = tuple(lines)
        self._wrap()
        if follow and was_at_end:
            self.scroll_lines_to(self.length)

    def start_over(self) -> None:
        """Show nothing, so that the next text is shown from its beginning."""
        self.lines, self.top = (), 0
        self._wrap()

    def on_resize(self) -> None:
        """Wrap again."""
        self._wrap()

    def _wrap(self) -> None:
        width = max(1, self.size.width - 2)
        self._wrapped = tuple(_wrapped(self.lines, width, self.glyphs))
        self.top = max(0, min(self.top, self.length - self.page))
        self.refresh()

    def scrolled(self) -> None:
        """Draw the lines at the new position."""
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Draw one line."""
        at, width = self.top + y, self.size.width
        if at >= self.length:
            return Strip.blank(width, self.rich_style)
        return self.with_bar(self.strip_of((self._wrapped[at],), width), y)

    def action_list_up(self) -> None:
        """Scroll up a line."""
        self.scroll_lines_to(self.top - 1)

    def action_list_down(self) -> None:
        """Scroll down a line."""
        self.scroll_lines_to(self.top + 1)

    def action_list_page_up(self) -> None:
        """Scroll up a page."""
        self.scroll_lines_to(self.top - self.page)

    def action_list_page_down(self) -> None:
        """Scroll down a page."""
        self.scroll_lines_to(self.top + self.page)

    def action_list_first(self) -> None:
        """Go to the beginning."""
        self.scroll_lines_to(0)

    def action_list_last(self) -> None:
        """Go to the end."""
        self.scroll_lines_to(self.length)


def _wrapped(lines: Sequence[Span], width: int, glyphs: Glyphs) -> Iterator[Span]:
    for line in lines:
        text = plain(line.text, glyphs, cap=COLUMN_CAP)
        whole = [text] if line.hang is None else wrapped(text, width, line.hang)
        for part in whole:
            first, *more = broken(part, width)
            yield Span(first, line.role)
            yield from (Span(piece.removeprefix(" "), line.role) for piece in more)
