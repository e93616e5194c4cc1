"""The filter of a list: a line that says what it selects, and the prompt in which it is typed.

The line is on screen while there is a filter, and the prompt while it is typed. The list shows what
the text selects so far, and what is not understood of it is said, so nothing typed is an error.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message

from chasqui.console.model.filters import filter_line
from chasqui.console.model.format import glyphs_of
from chasqui.console.model.keymap import keys_of
from chasqui.console.widgets.filter_prompt import FilterPrompt
from chasqui.console.widgets.one_line import OneLine
from chasqui.control.port import Page

NO_WORDS: Mapping[str, Sequence[str]] = MappingProxyType({})


class ListFilter(Vertical):
    """The filter of one list.

    Args:
        fields: what its list can be filtered by.
        example: a filter to try.
        words: known values by field that never change, such as states.
    """

    DEFAULT_CSS = """
    ListFilter { height: auto; }
    """

    @dataclass
    class Changed(Message):
        """The list is to show what another text selects."""

    @dataclass
    class KeysBack(Message):
        """A key has closed the prompt: the keys go back to the list."""

    def __init__(
        self, fields: Sequence[str], example: str, words: Mapping[str, Sequence[str]] = NO_WORDS
    ) -> None:
        super().__init__()
        self._words = words
        self.text = ""
        """The filter; empty: all rows are listed."""
        self.prompt = FilterPrompt(fields, example)
        self.prompt.display = False
        self._line = OneLine()
        self._line.display = False

    def compose(self) -> ComposeResult:
        """Make the line and the prompt."""
        yield self._line
        yield self.prompt

    def edit(self, vocabulary: Mapping[str, Sequence[str]]) -> None:
        """Open the prompt; the vocabulary is the known values by field."""
        self.prompt.edit(self.text, {**vocabulary, **self._words})

    def clear(self) -> bool:
        """List all rows again; tell whether there was a filter."""
        had = bool(self.text)
        self.select("")
        return had

    def select(self, text: str) -> None:
        """List what a filter selects."""
        if text == self.text:
            return
        self.text = text
        self.show(None)
        self.post_message(self.Changed())

    def show(self, page: Page[Any] | None) -> None:
        """Say what is selected, and what was not understood; None: it is being looked for."""
        is_wanted = bool(self.text or (page is not None and page.note))
        if is_wanted != self._line.display:
            self._line.display = is_wanted
        self._line.show(filter_line(self.text, page, glyphs_of(self.app), keys_of(self.app)))

    def on_filter_prompt_edited(self, event: FilterPrompt.Edited) -> None:
        """List what the text selects so far."""
        event.stop()
        self.select(event.text)

    def on_filter_prompt_ended(self, event: FilterPrompt.Ended) -> None:
        """List what the text selects, and give the keys back to the list."""
        event.stop()
        self.select(event.text)
        if event.by_key:
            self.post_message(self.KeysBack())
