"""What is wrong with a form: said beside its fields, and in one line at the bottom.

Only the port judges the parameters. Before the first attempt to submit, an empty field is no
problem. What the form calls wrong is sent only when that is asked for twice; it may be right by
then, as where a file was missing, and the port judges it anew.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from chasqui.console.form_uses import FormUse
from chasqui.console.model import form, options
from chasqui.console.screens.field import FormField, values_of
from chasqui.console.widgets.answer_line import AnswerLine
from chasqui.control.option_texts import read_options
from chasqui.control.port import CommandOutcome, SubmitOptions

Texts = Mapping[str, str]


class FormProblems:
    """The problems of one form.

    Args:
        use: what the form is for.
        fields: those of the parameters.
        options: those of the options.
        answer: the line at the bottom.
    """

    def __init__(
        self,
        use: FormUse,
        fields: Sequence[FormField],
        options: Sequence[FormField],
        answer: AnswerLine,
    ) -> None:
        self._use = use
        self._fields = fields
        self._options = options
        self._answer = answer
        self._found = CommandOutcome(ok=True)
        self._judged: Texts | None = None  # the values that were found so
        self._asked: tuple[Texts, Texts] | None = None  # values and options told to be wrong
        self._hints: dict[str, str] = {}
        self.attempted = False
        """Whether the user has tried to submit it: then an empty field is a problem."""

    def changed(self) -> None:
        """Let the next check have its say: the values have changed."""
        self._answer.stands = False

    def judged(self, found: tuple[Texts, CommandOutcome]) -> None:
        """Take values and what was found of them, unless a change of them is still on its way."""
        values, outcome = found
        if values == values_of(self._fields):
            self._judged = values
            self.show(outcome)

    def hint(self, name: str, said: str) -> None:
        """Say of a field what its text can be completed to, besides what was found of it."""
        self._hints[name] = said
        if said:
            self.show()

    def show(self, outcome: CommandOutcome | None = None) -> None:
        """Show what is wrong, as it was found last or now; for empty fields after an attempt."""
        if outcome is not None:
            self._found = outcome
        outcome = self._found
        needed, wrong = self._needed(), self._wrong_values()
        if not self.attempted:
            wrong = {name: why for name, why in wrong.items() if name not in needed}
        notes = {name: str(note) for name, note in outcome.notes}
        _, wrong_options = self.options()
        for field in self._fields:
            name = field.info.name
            said = (notes.get(name), self._hints.get(name))
            field.say(wrong.get(name, ""), "; ".join(filter(None, said)))
        for field in self._options:
            field.say(wrong_options.get(field.info.name, ""))
        wrong.update((options.title(name), why) for name, why in wrong_options.items())
        if self._answer.stands:
            return
        if wrong:
            self._answer.say(form.problems_line(wrong), "error")
        elif not outcome.ok and not outcome.problems:
            self._answer.say(outcome.reason or "the engine did not say why", "error")
        elif needed:
            self._answer.say(f"still needed: {', '.join(needed)}", "dim")
        else:
            self._answer.say("nothing is wrong", "dim")

    def options(self) -> tuple[SubmitOptions, dict[str, str]]:
        """Return the options as they are filled in, and what is wrong with the others."""
        return read_options(values_of(self._options))

    def asks_again(self, key: str) -> bool:
        """Tell whether the values are known to be wrong, and say so, once for the same values.

        Args:
            key: what submits them all the same.
        """
        values = values_of(self._fields)
        wrong = self._wrong_values()
        if self._judged != values or not wrong:
            return False
        asked = (values, values_of(self._options))
        if self._asked == asked:
            return False
        self._asked = asked
        self.show()
        self._answer.say(form.asks_again(wrong, key), "error", stands=True)
        return True

    def first(self) -> FormField | None:
        """Return the first field with a problem."""
        return next((one for one in (*self._fields, *self._options) if one.problem), None)

    def _wrong_values(self) -> dict[str, str]:
        """Return what is wrong with parameters, without those whose value stays as it was."""
        kept = self._kept()
        return {name: str(why) for name, why in self._found.problems if name not in kept}

    def _needed(self) -> list[str]:
        values = {**values_of(self._fields), **dict.fromkeys(self._kept(), "")}
        return form.still_needed([field.info for field in self._fields], values)

    def _kept(self) -> list[str]:
        values = values_of(self._fields)
        return [name for name in self._use.kept if not values.get(name)]
