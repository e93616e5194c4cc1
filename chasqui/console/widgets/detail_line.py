"""The detail line: what the last command did, else what the cursor is on."""

from __future__ import annotations

import time
from collections.abc import Sequence

from chasqui.console.model.line import Span
from chasqui.console.widgets.one_line import OneLine

SAID_SECONDS = 8.0  # long enough to look up from something else and read a sentence


class DetailLine(OneLine):
    """Facts about the selected row, replaced by an answer for some seconds."""

    _until = 0.0
    _facts: tuple[Span, ...] = ()
    _is_dim = False  # what was said last

    def say(
        self, text: str, role: str = "title", shorter: Sequence[str] = (), action: str = ""
    ) -> None:
        """Show the answer to a command; ``shorter`` has forms for less room.

        A click on it carries out the action. A dim text is not the answer yet: an empty one, once
        that has come, takes it back.
        """
        if not text:
            if self._is_dim:
                self.quiet()
                self.show_facts(self._facts)
            return
        self._is_dim = role == "dim"
        self._until = time.monotonic() + SAID_SECONDS
        forms = tuple(map(self.plain, shorter))
        self.show((Span(self.plain(text), role, action, shorter=forms),))

    def quiet(self) -> None:
        """Drop an answer: the operator has moved on."""
        self._until = 0.0

    def show_facts(self, facts: Sequence[Span]) -> None:
        """Describe the selected row, once an answer has been shown for long enough."""
        self._facts = tuple(facts)
        if time.monotonic() >= self._until:
            self.show(self._facts)
