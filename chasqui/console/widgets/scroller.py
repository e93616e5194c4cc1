"""Many lines, of which some are on screen, with a scrollbar drawn in the last column.

It has no virtual size, so a change of length causes no layout: a list may grow at every tick, and
costs only its changed lines.
"""

from __future__ import annotations

from abc import abstractmethod

from rich.segment import Segment
from textual import events
from textual.strip import Strip

from chasqui.console.widgets.drawn import Drawn

WHEEL_LINES = 3


class Scroller(Drawn):
    """A window on ``length`` lines, the first of them at ``top``."""

    HEADER = 0
    """Lines at the top of the widget that do not scroll."""

    top: int = 0

    @property
    @abstractmethod
    def length(self) -> int:
        """How many lines there are."""

    @property
    def page(self) -> int:
        """How many lines fit on screen."""
        return max(1, self.size.height - self.HEADER)

    @abstractmethod
    def scrolled(self) -> None:
        """Show that ``top`` has changed."""

    def scroll_lines_to(self, top: int) -> None:
        """Move the window, as far as there are lines."""
        top = max(0, min(top, self.length - self.page))
        if top != self.top:
            self.top = top
            self.scrolled()

    def keep_in_view(self, index: int) -> None:
        """Move the window as little as needed to show a line."""
        if index < self.top:
            self.scroll_lines_to(index)
        elif index >= self.top + self.page:
            self.scroll_lines_to(index - self.page + 1)

    @property
    def bar(self) -> tuple[int, int]:
        """The lines of the window beside which the thumb of the scrollbar is; (0, 0): no bar."""
        length, page = self.length, self.page
        if length <= page:
            return 0, 0
        size = max(1, page * page // length)
        start = round((page - size) * self.top / (length - page))
        return start, start + size

    def bar_mark(self, y: int) -> str:
        """Return what the scrollbar shows beside line ``y`` of the window; empty: no scrollbar."""
        start, end = self.bar
        if not end:
            return ""
        return self.glyphs.thumb if start <= y < end else self.glyphs.track

    def with_bar(self, strip: Strip, y: int) -> Strip:
        """Put the scrollbar on the last cell of a line."""
        mark = self.bar_mark(y)
        if not mark:
            return strip
        width = self.size.width
        bar = Strip([Segment(mark, self.style_of("dim"))], 1)
        return Strip.join([strip.crop(0, width - 1), bar])

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Scroll down by the wheel."""
        event.stop()
        self.scroll_lines_to(self.top + WHEEL_LINES)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Scroll up by the wheel."""
        event.stop()
        self.scroll_lines_to(self.top - WHEEL_LINES)
