"""Dialogs above the main screen: modal, kept up to date, closed by Esc."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from textual import events
from textual.app import App, ComposeResult
from textual.await_complete import AwaitComplete
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen, ScreenResultType
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from chasqui.console.model.format import Glyphs, glyphs_of, plain
from chasqui.console.poller import Poller
from chasqui.console.screens.styled_once import StyledOnce
from chasqui.console.widgets.status_bar import old_spans
from chasqui.console.widgets.too_small import too_small
from chasqui.control.port import Snapshot


class Dialog(StyledOnce, ModalScreen[ScreenResultType]):
    """A modal screen that gets every reading."""

    BINDINGS: ClassVar = [Binding("escape", "close", show=False)]

    IS_QUESTION: ClassVar = False
    """Whether it asks before something is done to tasks."""

    _is_closed = False
    _old = ""
    """How old the reading is, and why; empty while it is not."""

    def dismiss(self, result: ScreenResultType | None = None) -> AwaitComplete:
        """Close with a result, once: keys that come in a burst may ask for it again."""
        if self._is_closed or not self.is_current:
            return AwaitComplete()
        self._is_closed = True
        return super().dismiss(result)

    def on_key(self, event: events.Key) -> None:
        """Pass a character that came before its field had the focus on to that field."""
        chain = self.focus_chain
        if self.focused is None and event.is_printable and chain and isinstance(chain[0], Input):
            event.stop()
            self.set_focus(chain[0])
            chain[0].insert_text_at_cursor(event.character or "")

    def on_resize(self) -> None:
        """Say in its frame that the terminal is too small; what it asks can be answered still."""
        self._show_frame()

    def show_age(self, poller: Poller) -> None:
        """Say in its frame that the reading is old: it may cover the line that says so."""
        old = "  ".join(span.text for span in old_spans(poller, self.glyphs))
        if old != self._old:
            self._old = old
            self._show_frame()

    def _show_frame(self) -> None:
        said = self._old or too_small(self.app.size)
        for frame in self.query(".dialog, .page"):
            frame.border_title = self.text(said)
            frame.set_class(bool(self._old), "-stale")

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Take a new reading; most dialogs need none."""

    def forget_numbers(self) -> None:
        """Do nothing to tasks that are known by their numbers: others have those from now on."""
        if self.IS_QUESTION:
            self.dismiss(None)

    @property
    def glyphs(self) -> Glyphs:
        """The characters that this terminal can show."""
        return glyphs_of(self.app)

    def text(self, line: str) -> Content:
        """Return a line that is harmless to show."""
        return Content(plain(line, self.glyphs))

    def action_close(self) -> None:
        """Close without a result."""
        self.dismiss(None)


def dialogs_of(app: App[Any]) -> tuple[Dialog[Any], ...]:
    """Return the dialogs that are open, the lowest first."""
    return tuple(screen for screen in app.screen_stack if isinstance(screen, Dialog))


class ChoiceDialog(Dialog[str]):
    """A question with a few answers; the first, which is harmless, has the focus.

    Each answer also has its own key, shown before it.
    """

    def __init__(
        self, title: str, words: Sequence[str], answers: Sequence[tuple[str, str, str]]
    ) -> None:
        """Take answers as (key, result, label)."""
        super().__init__()
        self._heading = title
        self._words = words
        self._answers = answers

    def compose(self) -> ComposeResult:
        """Make the question and its answers."""
        with Vertical(classes="dialog"):
            yield Static(self.text(self._heading), classes="title")
            yield Static(Content("\n").join(self.text(w) for w in self._words), classes="words")
            yield OptionList(
                *(
                    Option(self.text(f"{key}  {label}"), id=result)
                    for key, result, label in self._answers
                ),
                compact=True,
            )

    def on_mount(self) -> None:
        """Put the focus on the first answer."""
        answers = self.query_one(OptionList)
        answers.highlighted = 0
        answers.focus()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Answer."""
        self.dismiss(event.option.id)

    def key_answer(self, key: str) -> bool:
        """Answer by key; tell whether the key belongs to an answer."""
        for answer, result, _ in self._answers:
            if answer == key:
                self.dismiss(result)
                return True
        return False
