"""The settings: each value beside the config's, until when it holds, and a way to change it."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from chasqui.console import themes
from chasqui.console.acting.steering import ASKING, why_not
from chasqui.console.model.settings import (
    RATE,
    THEME,
    LookNow,
    Setting,
    back,
    command_of,
    head,
    hint,
    line,
    rate_of,
    settings,
)
from chasqui.console.refusing import refusal
from chasqui.console.screens.dialog import Dialog
from chasqui.console.session import Session
from chasqui.console.widgets.answer_line import AnswerLine
from chasqui.console.widgets.field_input import FieldInput
from chasqui.control.port import Command, SettingsView, Snapshot

KEYS = "Enter Change   = As the config   Esc Back   * differs from the config"


class SettingsScreen(Dialog[None]):
    """The settings, followed while they are shown.

    Args:
        look: returns how this console looks now.
        set_theme: changes the theme, and remembers it.
        read_at: reads so many times a second.
    """

    BINDINGS: ClassVar = [
        Binding("q,comma", "close", show=False),
        Binding("equals_sign", "back", show=False),
    ]
    DEFAULT_CSS = """
    SettingsScreen OptionList { height: 1fr; }
    SettingsScreen #row-hint { height: 3; }
    SettingsScreen AnswerLine { height: auto; max-height: 2; }
    """

    def __init__(
        self,
        session: Session,
        look: Callable[[], LookNow],
        set_theme: Callable[[str], None],
        read_at: Callable[[float], None],
    ) -> None:
        super().__init__()
        self._session = session
        self._look = look
        self._set_theme = set_theme
        self._read_at = read_at
        self._view: SettingsView | None = None
        self._rows: list[Setting] = []
        self._shown: list[str] = []
        self._editing: Setting | None = None
        self._is_reading = False
        self._was_read = False

    def compose(self) -> ComposeResult:
        """Make the title, the list, the field and the keys."""
        with Vertical(classes="page"):
            yield Static(self.text("Settings"), classes="title")
            yield Static(id="head")
            yield OptionList(compact=True)
            yield Static(id="row-hint")
            yield FieldInput("")
            yield AnswerLine()
            yield Static(self.text(KEYS), classes="hint")

    def on_mount(self) -> None:
        """Read the settings; until then no row is there, which a key could change unseen."""
        self.query_one(FieldInput).display = False
        self.query_one(OptionList).focus()
        self.run_worker(self._read(), exit_on_error=False)

    def on_resize(self) -> None:
        """Draw the rows in the new width."""
        self._shown = []
        if self._was_read:
            self.call_after_refresh(self._show)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Read the settings again, unless a reading is under way."""
        if not self._is_reading:
            self.run_worker(self._read(), exit_on_error=False)

    async def _read(self) -> None:
        self._is_reading = True
        try:
            self._view = await self._session.settings()
        except Exception as error:  # no answer: what is shown is stale, or the console's own only
            self._session.poller.note(error)
        self._is_reading, self._was_read = False, True
        self._show()

    @property
    def _width(self) -> int:
        return max(20, self.query_one(OptionList).size.width - 4)

    def _show(self) -> None:
        """Draw what has changed; the highlight stays on its setting."""
        chosen = self._chosen
        self._rows = settings(self._view, self._session.caps, self._look())
        lines = [line(row, self.glyphs, self._width) for row in self._rows]
        if lines == self._shown:
            return
        self._shown = lines
        options = self.query_one(OptionList)
        options.clear_options()
        options.add_options(
            Option(Content(text).stylize("bold" if row.is_changed else ""))
            for row, text in zip(self._rows, lines, strict=True)
        )
        ids = [row.id for row in self._rows]
        options.highlighted = ids.index(chosen.id) if chosen and chosen.id in ids else 0
        more = self._view.more_types if self._view else 0
        note = f"   and {more:,} more types" if more else ""
        self.query_one("#head", Static).update(Content(head(self._width) + note).stylize("dim"))
        self._say_hint()

    @property
    def _chosen(self) -> Setting | None:
        at = self.query_one(OptionList).highlighted
        return None if at is None or at >= len(self._rows) else self._rows[at]

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Say what Enter does to it."""
        self._say_hint()

    def _say_hint(self) -> None:
        row = self._chosen
        if row is not None:
            self.query_one("#row-hint", Static).update(self.text(hint(row)))

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Change the setting."""
        row = self._chosen
        if row is None or self._is_refused(row):
            return
        if row.kind == THEME:
            self._set_theme(themes.after(row.value))
            self._done(f"theme {self._look().theme}")
        elif row.kind == "type":
            from chasqui.console.screens.limits import LimitsScreen

            self.app.push_screen(LimitsScreen(self._session, row.of), self._told)
        else:
            self._editing = row
            field = self.query_one(FieldInput)
            field.value, field.display = row.text, True
            field.focus()

    def _told(self, said: str | None) -> None:
        if said:
            self._done(said)

    def _is_refused(self, row: Setting) -> bool:
        """Tell whether the engine refuses a change, and say why; what is the console's own goes."""
        why = "" if row.kind in (THEME, RATE) else refusal(self._session.caps)
        if not why and row.kind in ("workers", "queue_size") and not self._session.caps.can_resize:
            why = "this engine cannot be resized"
        if why:
            self.query_one(AnswerLine).say(why, "error")
        return bool(why)

    async def on_input_submitted(self, event: FieldInput.Submitted) -> None:
        """Set what was typed; say what is wrong with it and stay otherwise."""
        row = self._editing
        if row is None:
            return
        if row.kind == RATE:
            rate = rate_of(event.value)
            if rate is None:
                self._wrong(row.expects)
            else:
                self._read_at(rate)
                self._close_field()
                self._done(f"readings: {rate:g} a second")
            return
        command = command_of(row, event.value)
        if isinstance(command, str):
            self._wrong(command)
        else:
            self._close_field()
            self._send(row, command)

    def action_back(self) -> None:
        """Make the setting as the config has it."""
        row = self._chosen
        if row is None or self._is_refused(row):
            return
        if not row.is_changed:
            self.query_one(AnswerLine).say(f"{row.title} is as the config has it", "dim")
        elif row.kind == THEME:
            self._set_theme(row.config)
            self._done(f"theme {row.config}, as the config has it")
        elif row.kind == RATE:
            rate = self._look().config_rate
            self._read_at(rate)
            self._done(f"readings: {row.config}, as the config has it")
        elif self._view is not None:
            command = back(row, self._view)
            if isinstance(command, str):
                self._wrong(command)
            else:
                self._send(row, command)

    def _send(self, row: Setting, command: Command) -> None:
        self.query_one(AnswerLine).say(ASKING, "dim")
        self.run_worker(self._apply(row, command), group="commands", exit_on_error=False)

    async def _apply(self, row: Setting, command: Command) -> None:
        outcome = await self._session.apply(lambda: command)
        await self._read()
        if not self.is_attached:
            return
        now = next((one for one in self._rows if one.id == row.id), None)
        if not outcome.ok:
            self._wrong(why_not(outcome))
        elif outcome.reason:
            self._wrong(f"{row.title}: {outcome.reason}")
        elif now is None or not now.is_changed:
            self._done(f"{row.title} is as the config has it; the change is forgotten")
        else:
            self._done(f"{row.title}: {now.value}, {now.holds}")

    def _done(self, said: str) -> None:
        self._show()
        self.query_one(AnswerLine).say(said, "ok")

    def _wrong(self, why: str) -> None:
        self.query_one(AnswerLine).say(why, "error")

    def on_field_input_told(self, event: FieldInput.Told) -> None:
        """Say why a text was refused."""
        self._wrong(event.reason)

    def _close_field(self) -> None:
        self._editing = None
        self.query_one(FieldInput).display = False
        self.query_one(OptionList).focus()

    def action_close(self) -> None:
        """Close the field, else the screen."""
        if self._editing is not None:
            self._close_field()
        else:
            self.dismiss(None)
