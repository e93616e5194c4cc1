"""A long text to read: wrapped at the width, scrolled by keys, drawn line by line.

Words that were searched for are marked wherever they are on screen.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from textual.strip import Strip

from chasqui.console.actions.table import bindings_for
from chasqui.console.model.format import plain
from chasqui.console.model.line import Span
from chasqui.console.model.text import Drawn, Pair, Styled, Text, laid_out, said
from chasqui.console.widgets.scroller import Scroller
from chasqui.control.safe_text import LINE_CAP

COLUMN_CAP: Final = LINE_CAP + 100  # characters of a line: a safe one, and what is before it


class TextView(Scroller, can_focus=True):
    """Lines of text, each in parts with a role."""

    BINDINGS = bindings_for("list")
    DEFAULT_CSS = """
    TextView { height: 1fr; width: 1fr; }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.lines: tuple[Text, ...] = ()
        self._laid: dict[Text, tuple[Drawn, ...]] = {}  # so that a log is laid out once
        self._laid_for = 0
        self._drawn: list[Drawn] = []
        self._first: list[int] = []  # of each line: where it begins on the screen
        self._sought: re.Pattern[str] | None = None
        self.found: list[int] = []
        """The lines in which the words are that were searched for."""
        self.at_found = -1
        """Which of them was gone to; -1: none yet."""

    @property
    def length(self) -> int:
        """How many lines there are, as wrapped."""
        return len(self._drawn)

    @property
    def at_end(self) -> bool:
        """Whether the last line is on screen."""
        return self.top >= self.length - self.page

    @property
    def texts(self) -> list[str]:
        """The lines as they are drawn."""
        return ["".join(part.text for part in drawn) for drawn in self._drawn]

    def show(self, lines: Sequence[Text], *, follow: bool = False) -> None:
        """Show these lines; the view stays where it is, or follows the end if it was there."""
        if tuple(lines) == self.lines:
            return
        was_at_end = self.at_end
        self.lines = tuple(lines)
        self._wrap()
        self._look()
        if follow and was_at_end:
            self.scroll_lines_to(self.length)

    def start_over(self) -> None:
        """Show nothing, so that the next text is shown from its beginning."""
        self.lines, self.top = (), 0
        self.search("")
        self._wrap()

    def on_resize(self) -> None:
        """Wrap again."""
        self._wrap()

    def _wrap(self) -> None:
        width = max(1, self.size.width - 2)
        before = self._laid if self._laid_for == width else {}
        self._laid, self._laid_for = {}, width
        self._drawn, self._first = [], []
        for line in self.lines:
            laid = before.get(line)
            if laid is None:
                laid = tuple(laid_out(self._harmless(line), width))
            self._laid[line] = laid
            self._first.append(len(self._drawn))
            self._drawn.extend(laid)
        self.top = max(0, min(self.top, self.length - self.page))
        self.refresh()

    def _harmless(self, line: Text) -> Text:
        """Return a line that is harmless to draw, whatever its source."""
        if isinstance(line, Span):
            return line._replace(text=plain(line.text, self.glyphs, cap=COLUMN_CAP))
        if isinstance(line, Styled):
            parts = (part._replace(text=self._clean(part.text)) for part in line.parts)
            return line._replace(parts=tuple(parts))
        left, right = self._harmless(line.left), self._harmless(line.right)
        assert isinstance(left, Styled)
        assert isinstance(right, Styled)
        return Pair(left, right)

    def _clean(self, text: str) -> str:
        return plain(text, self.glyphs, cap=COLUMN_CAP)

    # Searching

    def search(self, words: str) -> None:
        """Mark these words, whatever their case; no words: mark none."""
        self._sought = re.compile(re.escape(words), re.IGNORECASE) if words else None
        self.at_found = -1
        self._look()
        self.refresh()

    def _look(self) -> None:
        sought = self._sought
        self.found = []
        if sought is not None:
            self.found = [at for at, line in enumerate(self.lines) if sought.search(said(line))]
        self.at_found = min(self.at_found, len(self.found) - 1)

    def go_to_found(self, step: int) -> None:
        """Go to the next place where the words are, or the one before; after the last, the first.

        At first that is the next one from the top of the screen on.
        """
        if not self.found:
            return
        if self.at_found < 0:
            here = [at for at, line in enumerate(self.found) if self._first[line] >= self.top]
            self.at_found = here[0] if here else 0
        else:
            self.at_found = (self.at_found + step) % len(self.found)
        self.scroll_lines_to(self._first[self.found[self.at_found]] - self.page // 3)

    # Drawing

    def scrolled(self) -> None:
        """Draw the lines at the new position."""
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Draw one line."""
        at, width = self.top + y, self.size.width
        if at >= self.length:
            return Strip.blank(width, self.rich_style)
        return self.with_bar(self.strip_of([*self._marked(self._drawn[at])], width), y)

    def _marked(self, drawn: Drawn) -> Iterator[Span]:
        """Yield the parts of a line, those apart that were searched for."""
        for part in drawn:
            end = 0
            for match in self._sought.finditer(part.text) if self._sought else ():
                yield part._replace(text=part.text[end : match.start()])
                yield Span(match.group(), "match")
                end = match.end()
            yield part._replace(text=part.text[end:])

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
