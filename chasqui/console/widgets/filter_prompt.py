"""The prompt for a filter: the list shows what it selects while it is typed.

While it is open it gets all keys. Tab completes what is before the cursor, and pressed again offers
the next completion. Ctrl+S saves the filter under a name, and ``@name`` then stands for it. Only
Enter, Esc and a click elsewhere close the prompt; it stays open while the terminal window loses the
focus.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar, Final

from textual import events
from textual.binding import Binding
from textual.message import Message
from textual.timer import Timer
from textual.widgets import Input

from chasqui.console.model.filters import expanded, is_half_named, with_saved
from chasqui.console.model.line import Span
from chasqui.console.widgets.field_input import FieldInput
from chasqui.console.widgets.key_order import actions_of
from chasqui.control.completing import FAILURE_FIELDS, Completion, complete

PAUSE_SECONDS = 0.15  # longer than between two keys, shorter than a glance at the list
PROMPT_KEYS: Final = tuple(
    Span(f"{key} {label}", "key", action, priority=priority, lead=len(key))
    for priority, (key, label, action) in enumerate(
        (
            ("Enter", "Keep", "submit"),
            ("Esc", "Drop", "drop"),
            ("Tab", "Complete", "complete(1)"),
            ("ctrl+s", "Save", "save"),
        )
    )
)
"""What the key bar shows while a filter is typed: each is an action of the prompt."""
EXAMPLE = "type=demo.* err~timeout age<1h attempt>=3 text"


class FilterPrompt(FieldInput):
    """A filter as it is typed; Enter keeps it, Esc drops it, a click elsewhere keeps it.

    Args:
        fields: those that are completed.
        example: a filter to try, shown while nothing is typed.
    """

    BINDINGS: ClassVar = [
        Binding("escape", "drop", show=False),
        Binding("tab", "complete(1)", show=False),
        Binding("shift+tab", "complete(-1)", show=False),
        Binding("ctrl+s", "save", show=False),
    ]
    _ACTIONS = actions_of([*Input.BINDINGS, *BINDINGS])

    @dataclass
    class Edited(Message):
        """The filter has changed."""

        text: str

    @dataclass
    class Ended(Message):
        """The prompt was closed, by a key or a click elsewhere."""

        text: str
        by_key: bool

    @dataclass
    class Offered(Message):
        """Tab was pressed: the completions, and which of them is in the prompt now."""

        options: tuple[str, ...]
        chosen: int

    @dataclass
    class Saving(Message):
        """The filter is to be saved under a name."""

        text: str

    def __init__(self, fields: Sequence[str] = FAILURE_FIELDS, example: str = EXAMPLE) -> None:
        super().__init__("", placeholder=f"for example: {example}")
        self._fields = fields
        self.saved: Mapping[str, str] = MappingProxyType({})
        """The filters that ``@name`` stands for."""
        self.select_on_focus = False  # typing adds to the text and replaces nothing
        self._timer: Timer | None = None
        self._vocabulary: Mapping[str, Sequence[str]] = {}
        self._offer = Completion(0, 0)
        self._chosen = -1  # the index of the completion in the prompt; -1: the offer is outdated

    def edit(self, text: str, vocabulary: Mapping[str, Sequence[str]]) -> None:
        """Open the prompt with a filter to change, and complete from the vocabulary."""
        self._vocabulary = vocabulary
        self.display = True
        self.value = f"{text} " if text else ""  # what is typed is a term more
        self.cursor_position = len(self.value)
        # At once, not when the screen gets to it: the next key may have arrived already.
        self.screen.set_focus(self)

    def action_complete(self, step: int) -> None:
        """Insert a completion; pressed again, the next one."""
        offer, at = self._offer, self.cursor_position
        stands = offer.options[self._chosen] if self._chosen >= 0 else None
        is_new = len(offer.options) < 2 or self.value[offer.start : at] != stands
        if is_new:
            offer, self._chosen = complete(self.value, at, self._vocabulary, self._fields), -1
            offer = with_saved(offer, self.value[:at], self.saved)
        self._offer = offer
        if not offer.options:
            self.app.bell()
        else:
            begin = 0 if step > 0 else len(offer.options) - 1
            last = self._chosen
            self._chosen = begin if last < 0 else (last + step) % len(offer.options)
            end = at if last >= 0 else offer.end
            self.replace(offer.options[self._chosen], offer.start, end)
            self.cursor_position = offer.start + len(offer.options[self._chosen])
        self.post_message(self.Offered(offer.options, self._chosen))

    def action_save(self) -> None:
        """Ask for a name, and keep the prompt open."""
        self.post_message(self.Saving(expanded(self.value.strip(), self.saved)))

    async def clicked(self, action: str) -> bool:
        """Do what a clicked key of the prompt says, and tell whether it was one; else close it."""
        is_own = action in {span.action for span in PROMPT_KEYS}
        if is_own:
            await self.run_action(action)
        else:
            self.give_up()
        return is_own

    def give_up(self) -> None:
        """Close the prompt, and keep the filter."""
        if self.display:
            self._end(self.value, by_key=False)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Apply the filter once nothing has been typed for a moment."""
        event.stop()
        self._stop()
        if self.display:
            self._timer = self.set_timer(PAUSE_SECONDS, self._edited)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Keep the filter."""
        event.stop()
        self._end(event.value, by_key=True)

    def action_drop(self) -> None:
        """Drop the filter."""
        self._end("", by_key=True)

    def on_blur(self, event: events.Blur) -> None:
        """Keep the filter when the focus goes elsewhere, and stay open when no widget gets it.

        No widget has the focus while the terminal window has lost it, or is too small.
        """
        if self.screen.focused is not None and self.screen.focused is not self:
            self.give_up()

    def _edited(self) -> None:
        self._timer = None
        typed = self.value.strip()
        if not is_half_named(typed, self.saved):
            self.post_message(self.Edited(expanded(typed, self.saved)))

    def _end(self, text: str, *, by_key: bool) -> None:
        self._stop()
        self.display = False
        self.post_message(self.Ended(expanded(text.strip(), self.saved), by_key))

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
