"""A form made from the parameters of a task type, and from the options of a submission.

Only the port checks the values: problems are shown beside each field while the form is filled in,
and counted at the bottom; see `form_problems`. The form closes when the engine has accepted a task,
or by Esc. When it is opened again it is as it was left, except for secrets and options.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.widgets import Input, Select, Static

from chasqui.console.acting.copying import Copying
from chasqui.console.actions.table import ACTIONS, bindings_for
from chasqui.console.checker import Checker
from chasqui.console.form_uses import FormUse, NewTask, Texts
from chasqui.console.model import options
from chasqui.console.model.command_line import run_command
from chasqui.console.path_hints import PathHints
from chasqui.console.screens.editor import EditorScreen
from chasqui.console.screens.field import FormField, bring_into_view, values_of
from chasqui.console.screens.fields_dialog import FieldsDialog
from chasqui.console.screens.form_problems import FormProblems
from chasqui.console.session import Session
from chasqui.console.widgets.answer_line import AnswerLine
from chasqui.console.widgets.cut_text import CutText
from chasqui.console.widgets.field_input import FieldInput
from chasqui.console.widgets.fold import Fold
from chasqui.console.widgets.key_bar import KeyBar
from chasqui.console.widgets.one_line import OneLine
from chasqui.control.option_texts import words_of
from chasqui.control.port import CommandOutcome, SubmitOptions, TaskTypeInfo
from chasqui.secret import MASK

Tell = Callable[[str, str], None]


class SubmitScreen(FieldsDialog):
    """A labelled control for each parameter.

    Args:
        tell: shows the outcome on the main screen, in a role, once the form is closed.
        use: what the form is for.
    """

    BINDINGS: ClassVar = bindings_for("form")

    def __init__(
        self, session: Session, info: TaskTypeInfo, tell: Tell, use: FormUse | None = None
    ) -> None:
        super().__init__()
        self._use = use or NewTask(session, info)
        self._session = session
        self._info = info
        self._tell = tell
        self._fields = [FormField(parameter) for parameter in info.parameters]
        self._options = [
            FormField(info, options.title(info.name), options.empty(info.name))
            for info in options.fields_of(session.pools)
        ]
        self._answer = AnswerLine(id="answer", classes="answer")
        self._problems = FormProblems(self._use, self._fields, self._options, self._answer)
        self._checker = Checker(self, self._ask_check, self._problems.judged)
        self._paths = PathHints(self, session, info.name, self._problems.hint)
        self._copying = Copying(self, session)
        self._copied = ""  # the command that was copied last
        self._busy = False

    def compose(self) -> ComposeResult:
        """Make the fields."""
        with Vertical(classes="page"):
            package = self.text(f"  {self._info.package}")
            yield Static(
                self.text(self._use.title).stylize("bold") + package.stylize("dim"), id="heading"
            )
            yield Static(self.text(self._info.help), id="about", classes="hint")
            with VerticalScroll(id="fields", can_focus=False):
                yield from self._fields
                fold = Fold("options")
                fold.display = self._use.has_options
                yield fold
                with Vertical(id="options"):
                    yield from self._options
            yield self._answer
            yield CutText(id="preview")
            yield KeyBar()

    def on_mount(self) -> None:
        """Fill in the form as it is to begin."""
        self._fill_in(self._use.left)
        self._use.begin(self.values())
        if hint := self._use.hint:
            self.query_one("#about", Static).update(self.text(hint))
        self._changed()

    def _fill_in(self, texts: Texts) -> None:
        for field in self._fields:
            if field.info.name in texts:
                field.fill_in(texts[field.info.name])
            if field.info.name in self._use.kept:
                field.say_kept()

    # The values

    def values(self) -> dict[str, str]:
        """Return the values to send, by parameter; for a secret, at most a reference."""
        return values_of(self._fields)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Update the preview, the problems and what the text can be completed to."""
        self._changed()
        typed = (one for one in self._fields if one.control is event.input)
        self._paths.changed(next(typed, None))

    def action_next_field(self, step: int) -> None:
        """Complete a path, if there is something to add to it; else go to another field."""
        whole = self._paths.completion(self.focused) if step > 0 else None
        if whole is not None and isinstance(self.focused, FieldInput):
            self.focused.value = whole
            self.focused.action_end()
        else:
            super().action_next_field(step)

    def on_select_changed(self, event: Select.Changed) -> None:
        """Update the preview and the problems."""
        self._changed()

    def _changed(self) -> None:
        self._problems.changed()
        texts = values_of(self._options)
        none = options.summary_of_none([field.info for field in self._options])
        self.query_one(Fold).describe(options.summary(texts) or none)
        self.query_one(CutText).show(self._command())
        self._checker.changed()

    def _command(self) -> str:
        given = words_of(values_of(self._options))
        return run_command(self._info.name, self.values(), given)

    # The problems

    async def _ask_check(self) -> tuple[dict[str, str], CommandOutcome]:
        values = self.values()
        return values, await self._session.check(self._info.name, values)

    def _go_to_first_problem(self) -> None:
        field = self._problems.first()
        if field is not None:
            if field in self._options:
                self.query_one(Fold).toggle(True)
            field.control.focus()

    # Submitting

    def action_form_submit(self) -> None:
        """Submit and close."""
        self._submit("form.submit", stay=False)

    def action_form_stay(self) -> None:
        """Submit and keep the form for another."""
        self._submit("form.stay", stay=self._use.has_options)

    def _submit(self, action: str, *, stay: bool) -> None:
        if self._busy:
            return
        problems = self._problems
        problems.attempted = True
        self._answer.stands = False
        chosen, wrong = problems.options()
        if wrong:
            problems.show()
            self._go_to_first_problem()
            self._checker.changed()
            return
        if problems.asks_again(self._session.keys.key(action)):
            self._go_to_first_problem()
            return
        self._busy = True
        self._answer.say("submitting", "dim", stands=True)
        # Run by the app, so that the answer is shown even if the form is closed meanwhile.
        work = self._ask(self.values(), chosen, stay=stay)
        self.app.run_worker(work, group="commands", exit_on_error=False)

    async def _ask(self, values: dict[str, str], chosen: SubmitOptions, *, stay: bool) -> None:
        outcome = await self._use.send(values, chosen)
        told = self._use.told(outcome)
        self._busy = False
        if not self.is_attached:
            role = "ok" if outcome.ok else "error"
            self._tell(told if outcome.ok else f"not submitted: {outcome.reason}", role)
            return
        self._checker.overrule()
        self._answer.stands = False
        self._problems.attempted = not outcome.ok
        self._problems.show(outcome)
        if not outcome.ok:
            self._answer.stands = True
            self._go_to_first_problem()
        elif stay:
            self._answer.say(told, "ok", stands=True)
        else:
            self._tell(told, "ok")
            self.action_close()

    def action_close(self) -> None:
        """Close, and remember what was filled in."""
        self._use.keep({one.info.name: one.text for one in self._fields if one.may_be_kept})
        self.dismiss(None)

    # The other keys

    def action_form_reset(self) -> None:
        """Reset the form to how it was when it was first opened."""
        for field in (*self._fields, *self._options):
            field.reset()
        self._fill_in(self._use.first)
        self.query_one("#about", Static).update(self.text(self._info.help))
        self._problems.attempted = False
        self._changed()

    def action_form_copy(self) -> None:
        """Copy the command, exactly as it is shown; the same once more goes into a file."""
        line, again = self._command(), self._session.keys.key("form.copy")
        masked = MASK in self.values().values()
        said = f"copied, but with {MASK} where it needs a reference to a secret," if masked else ""
        self._copying.line(line, said or "copied the command", again, to_file=line == self._copied)
        self._copied = "" if line == self._copied else line

    def say(self, text: str, role: str = "title") -> None:
        """Show what was done, or why it was not."""
        if self.is_attached:
            self._answer.say(text, role, stands=True)

    def action_form_edit(self) -> None:
        """Say which fields can be edited in several lines; those fields take the key themselves."""
        self._answer.say("only lists and JSON can be edited in several lines", "dim", stands=True)

    def on_field_input_edit_requested(self, event: FieldInput.EditRequested) -> None:
        """Edit a field in several lines."""
        field = next(one for one in self._fields if one.control is event.input)

        def edited(text: str | None) -> None:
            if text is not None:
                field.fill_in(text)

        if not self._busy:
            self.app.push_screen(EditorScreen(field.info, event.input.value), edited)

    def on_field_input_told(self, event: FieldInput.Told) -> None:
        """Say what was refused."""
        self._answer.say(event.reason, "error", stands=True)

    def on_fold_toggled(self, event: Fold.Toggled) -> None:
        """Show or hide the options."""
        self._show_options(event.is_open)

    async def on_one_line_clicked(self, event: OneLine.Clicked) -> None:
        """Carry out the clicked action."""
        await self.run_action(f"screen.{event.action}")

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Show the keys of the field in focus, and all of the field."""
        lined = isinstance(event.widget, FieldInput) and event.widget.lined
        actions = [action for action in ACTIONS if "form" in action.where]
        shown = [action for action in actions if lined or action.id != "form.edit"]
        self.query_one(KeyBar).show_actions(shown, self._use.labels)
        self.call_after_refresh(bring_into_view, event.widget)

    def _show_options(self, is_open: bool) -> None:
        self.query_one("#options").set_class(is_open, "-shown")
        if is_open:
            self.call_after_refresh(self._options[-1].scroll_visible, animate=False)
