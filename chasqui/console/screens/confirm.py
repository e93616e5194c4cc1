"""Asking before an action that cannot be undone."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from chasqui.console.screens.dialog import Dialog
from chasqui.console.widgets.field_input import FieldInput


class ConfirmScreen(Dialog[bool]):
    """Yes or no, with no in focus."""

    IS_QUESTION = True

    def __init__(self, title: str, words: Sequence[str], yes: str) -> None:
        super().__init__()
        self._heading = title
        self._words = words
        self._yes = yes

    def compose(self) -> ComposeResult:
        """Make the question and the two answers."""
        with Vertical(classes="dialog"):
            yield Static(self.text(self._heading), classes="title")
            yield Static(Content("\n").join(self.text(w) for w in self._words), classes="words")
            yield OptionList(
                Option(self.text("n  No, go back"), id="no"),
                Option(self.text(f"y  {self._yes}"), id="yes"),
                compact=True,
            )

    def on_mount(self) -> None:
        """Put the focus on no."""
        answers = self.query_one(OptionList)
        answers.highlighted = 0
        answers.focus()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Answer."""
        self.dismiss(event.option.id == "yes")

    def on_key(self, event: events.Key) -> None:
        """Answer by y or n."""
        if event.key in ("y", "n"):
            event.stop()
            self.dismiss(event.key == "y")


class TypedConfirm(Dialog[bool]):
    """A word to type before the most dangerous actions."""

    IS_QUESTION = True

    def __init__(self, title: str, words: Sequence[str], word: str) -> None:
        super().__init__()
        self._heading = title
        self._words = words
        self._word = word

    def compose(self) -> ComposeResult:
        """Make the question and the field."""
        with Vertical(classes="dialog"):
            yield Static(self.text(self._heading), classes="title")
            yield Static(Content("\n").join(self.text(w) for w in self._words), classes="words")
            yield Static(self.text(f"Type {self._word} and press Enter; Esc goes back."))
            yield FieldInput("", placeholder=self._word)
            yield Static(classes="answer error")

    def on_mount(self) -> None:
        """Put the focus on the field."""
        self.query_one(Input).focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Go on when the word is right."""
        if event.value.strip() == self._word:
            self.dismiss(True)
        else:
            self.query_one(".answer", Static).update(self.text(f"that is not {self._word}"))
