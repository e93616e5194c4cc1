"""A form made from the parameters of a task type.

The port is the one judge of the values: what it finds wrong stands beside each field, and the form
stays as it was. An empty field is left out, so that the parameter keeps its default.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical, VerticalScroll
from textual.widgets import Input, Select, Static

from chasqui.console.model.command_line import run_command
from chasqui.console.screens.dialog import Dialog
from chasqui.console.screens.field import Field, PriorityField
from chasqui.console.session import Session
from chasqui.control.port import Outcome, SubmitOptions, TaskTypeInfo


class SubmitScreen(Dialog[str]):
    """One labelled control for each parameter; closes with what there is to tell."""

    BINDINGS: ClassVar = [
        Binding("ctrl+s", "submit", show=False, priority=True),
        Binding("f5", "submit_and_stay", show=False, priority=True),
    ]

    def __init__(self, session: Session, info: TaskTypeInfo) -> None:
        super().__init__()
        self._session = session
        self._info = info
        self._busy = False

    def compose(self) -> ComposeResult:
        """Make the fields."""
        with Vertical(classes="page"):
            yield Static(self.text(f"Submit {self._info.name}"), classes="title")
            if self._info.help:
                yield Static(self.text(self._info.help), classes="hint")
            with VerticalScroll(id="fields", can_focus=False):
                for parameter in self._info.parameters:
                    yield Field(parameter)
                yield PriorityField()
            yield Static(classes="answer", id="answer")
            yield Static(id="preview")
            yield Static(
                self.text("ctrl+s submit   F5 submit and keep open   Tab next field   Esc close"),
                classes="hint",
            )

    def on_mount(self) -> None:
        """Begin in the first field."""
        if self._info.parameters:
            self.query(Field).first().control.focus()
        self._preview()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Keep the preview true."""
        self._preview()

    def on_select_changed(self, event: Select.Changed) -> None:
        """Keep the preview true."""
        self._preview()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Go to the next field."""
        self.focus_next()

    def values(self) -> dict[str, str]:
        """Return what is filled in, by parameter."""
        return {
            field.parameter.name: field.value for field in self.query(Field) if field.value != ""
        }

    def action_submit(self) -> None:
        """Submit and close."""
        self._submit(stay=False)

    def action_submit_and_stay(self) -> None:
        """Submit and keep the form for another."""
        self._submit(stay=True)

    def _submit(self, *, stay: bool) -> None:
        priority = self.query_one(PriorityField).priority
        if self._busy:
            return
        if priority is None:
            self._answer("the priority must be a whole number", good=False)
            return
        self._busy = True
        self._answer("submitting", good=True)
        work = self._ask(self.values(), SubmitOptions(priority=priority), stay=stay)
        self.run_worker(work, group="commands", exit_on_error=False)

    async def _ask(self, values: Mapping[str, str], options: SubmitOptions, *, stay: bool) -> None:
        outcome = await self._session.submit(self._info.name, values, options)
        self._busy = False
        if not self.is_attached:
            return
        self._show_problems(outcome)
        if not outcome.ok:
            self._answer(outcome.reason or "the engine did not say why", good=False)
            return
        told = "submitted task " + ", ".join(str(number) for number in outcome.numbers)
        if stay:
            self._answer(told, good=True)
        else:
            self.dismiss(told)

    def _show_problems(self, outcome: Outcome) -> None:
        problems = {name: str(why) for name, why in outcome.problems}
        wrong = [
            field
            for field in self.query(Field)
            if field.show_problem(problems.get(field.parameter.name, ""))
        ]
        if wrong:
            wrong[0].control.focus()

    def _answer(self, text: str, *, good: bool) -> None:
        answer = self.query_one("#answer", Static)
        answer.set_class(not good, "error")
        answer.update(self.text(text))

    def _preview(self) -> None:
        line = run_command(self._info.name, self.values())
        self.query_one("#preview", Static).update(self.text(line))
