"""The form of a type's limits and strikes, which says until when they hold."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from chasqui.console.acting.steering import ASKING, why_not
from chasqui.console.model.format import plain
from chasqui.console.model.limits_form import (
    Wrong,
    commands_of,
    done_words,
    field_of,
    fields_of,
    notes_of,
    texts_of,
    with_limits,
)
from chasqui.console.screens.dialog import Dialog
from chasqui.console.session import Session
from chasqui.console.widgets.answer_line import AnswerLine
from chasqui.console.widgets.field_input import FieldInput
from chasqui.control.port import (
    ChartQuery,
    Command,
    LiftStrike,
    Limit,
    StrikeValue,
    TypeView,
)

AROUND = 9  # lines of the dialog besides the fields
KEYS = "Enter sets   ctrl+r its policy's   Tab next   Esc back"


class LimitsScreen(Dialog[str]):
    """A form for the limits of a type; its result is what was done, in words."""

    BINDINGS: ClassVar = [
        Binding("ctrl+s", "set", show=False),
        Binding("ctrl+r", "reset", show=False),
        # Before the next key is given to a field: those of a burst came to the one before else.
        Binding("tab", "app.focus_next", show=False, priority=True),
        Binding("shift+tab", "app.focus_previous", show=False, priority=True),
    ]
    DEFAULT_CSS = """
    #limit-fields { height: auto; }
    LimitsScreen .limit { height: 2; }
    LimitsScreen .limit Static { width: 11; height: 1; }
    LimitsScreen .limit Vertical { width: 1fr; height: 2; }
    LimitsScreen .limit FieldInput { background: $panel; }
    LimitsScreen .limit FieldInput:focus { background: $primary 25%; }
    LimitsScreen .limit .hint { width: 1fr; }
    LimitsScreen AnswerLine { height: auto; max-height: 3; }
    """

    def __init__(self, session: Session, name: str) -> None:
        super().__init__()
        self._session = session
        self._type = name
        self._view: TypeView | None = None
        self._inputs: dict[str, FieldInput] = {}
        self._is_sending = False
        self._done: list[Command] = []

    def compose(self) -> ComposeResult:
        """Make the title and the lines around the fields, which come with the limits."""
        with Vertical(classes="dialog"):
            yield Static(self.text(f"Limits of {self._type}"), classes="title")
            yield VerticalScroll(id="limit-fields", can_focus=False)
            yield Static(classes="words")
            yield AnswerLine()
            yield Static(self.text(KEYS), classes="hint")

    async def on_mount(self) -> None:
        """Read the limits, and show them."""
        self.query_one(AnswerLine).say("reading its limits", "dim")
        self.run_worker(self._open(), exit_on_error=False)

    def on_resize(self) -> None:
        """Leave room for the lines around the fields, which scroll where that is needed."""
        self.query_one("#limit-fields").styles.max_height = max(2, self.size.height - AROUND)

    async def _open(self) -> None:
        try:
            view = await self._session.type_view(ChartQuery(type=self._type, values=1))
        except Exception as error:  # no answer: the form says so, and can be closed
            self._session.poller.note(error)
            view = None
        if view is None:
            why = self._session.poller.error or f"there is no type {self._type} any more"
            self.query_one(AnswerLine).say(why, "error")
            return
        self._view = view
        first = texts_of(view.limits)
        rows = []
        for field in fields_of(view):
            entry = FieldInput(plain(first.get(field.name, "")))
            self._inputs[field.name] = entry
            help = Static(self.text(field.help), classes="hint")
            title = Static(self.text(field.title))
            rows.append(Horizontal(title, Vertical(entry, help), classes="limit"))
        await self.query_one("#limit-fields").mount_all(rows)
        notes = [Content(plain(note, self.glyphs)) for note in notes_of(view)]
        self.query_one(".words", Static).update(Content("\n").join(notes))
        self.query_one(AnswerLine).say("", "dim")
        if self.is_current:
            self._inputs["concurrency"].focus()

    async def on_input_submitted(self, event: FieldInput.Submitted) -> None:
        """Set; by the field's own event, which comes after the keys that were typed before it."""
        await self.action_set()

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Scroll to the field in use at once: keys that are typed meanwhile are seen."""
        event.widget.scroll_visible(animate=False, immediate=True)

    def on_field_input_told(self, event: FieldInput.Told) -> None:
        """Say why a text was refused."""
        self.query_one(AnswerLine).say(event.reason, "error")

    def action_reset(self) -> None:
        """Fill in what the policy has."""
        if self._view is not None:
            for name, text in texts_of(self._view.policy).items():
                self._inputs[name].value = text

    def action_close(self) -> None:
        """Close, and say what was done before something was refused."""
        self.dismiss(self._said if self._done else None)

    async def action_set(self) -> None:
        """Carry out what was changed, and close; say what is wrong and stay open otherwise."""
        view, answer = self._view, self.query_one(AnswerLine)
        if view is None or self._is_sending:
            return
        found = commands_of(view, {name: entry.value for name, entry in self._inputs.items()})
        if isinstance(found, Wrong):
            self._refuse(found)
        elif not found:
            self.dismiss(
                self._said if self._done else f"the limits of {view.row.name} are as they were"
            )
        else:
            self._is_sending = True
            answer.say(ASKING, "dim")
            self.run_worker(self._send(found), group="commands", exit_on_error=False)

    def _refuse(self, wrong: Wrong) -> None:
        self.query_one(AnswerLine).say(wrong.why, "error")
        self._inputs[wrong.field].focus()

    async def _send(self, commands: list[Command]) -> None:
        """Carry out one after the other, unless a value is wrong; a refusal ends it.

        The limits come first: the engine sets all of them or none.
        """
        wrong = await self._wrong_value(commands)
        if wrong is not None:
            self._refuse(wrong)
        elif await self._carry_out(commands):
            self.dismiss(self._said)
        self._is_sending = False

    async def _wrong_value(self, commands: list[Command]) -> Wrong | None:
        """Have the values of strikes judged, before anything is set."""
        for command in commands:
            if isinstance(command, StrikeValue | LiftStrike):
                given = {command.parameter: command.value}
                judged = await self._session.check(command.type, given)
                problem = dict(judged.problems).get(command.parameter)
                if problem is not None:
                    return Wrong(field_of(command), f"{command.parameter} {problem}")
        return None

    async def _carry_out(self, commands: list[Command]) -> bool:
        for command in commands:
            outcome = await self._session.apply(lambda command=command: command)  # type: ignore[misc]
            if not outcome.ok:
                self.query_one(AnswerLine).say(why_not(outcome), "error")
                return False
            self._note(command)
        return True

    def _note(self, command: Command) -> None:
        """Remember what was done: it is said if the next is refused, and not done again."""
        self._done.append(command)
        self.query_one(".words", Static).update(self.text(self._said))
        if isinstance(command, Limit) and self._view is not None:
            self._view = with_limits(self._view, command)
        elif isinstance(command, StrikeValue | LiftStrike):
            self._inputs[field_of(command)].value = ""

    @property
    def _said(self) -> str:
        return done_words(self._done, self._view.lasts if self._view else "")
