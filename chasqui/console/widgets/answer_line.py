"""The bottom line of a form: what is wrong, what is still needed, or the outcome."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Static

from chasqui.console.model.format import glyphs_of, plain


class AnswerLine(Static):
    """A sentence in a role: ``error``, ``ok`` or ``dim``."""

    stands = False
    """Whether it shows an answer, which stays until the form changes."""

    def say(self, text: str, role: str, *, stands: bool = False) -> None:
        """Show a sentence."""
        for one in ("error", "ok", "dim"):
            self.set_class(one == role, one)
        glyphs = glyphs_of(self.app)
        sign = f"{glyphs.cross} " if role == "error" else ""
        self.update(Content(plain(sign + text, glyphs)))
        self.stands = stands
