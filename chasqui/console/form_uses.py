"""What a form is for: a new task, the same task again, or the edited retry of a failed one.

A use knows the texts that the form begins with, and what is done with its values.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import msgspec

from chasqui.console.model.form import is_shown_whole
from chasqui.console.session import Session
from chasqui.control.port import (
    CommandOutcome,
    FilledForm,
    RetryEdited,
    SubmitOptions,
    TaskTypeInfo,
)
from chasqui.control.safe_text import SafeText

Texts = Mapping[str, str | None]


class FormUse(Protocol):
    """What a form is for."""

    has_options: bool
    """Whether the options of a submission apply."""
    labels: Mapping[str, str]
    """What the key bar says in place of the actions' own labels."""
    kept: frozenset[str]
    """The parameters whose value stays as it was, unless something is typed in."""

    @property
    def title(self) -> str:
        """The title of the form."""
        ...

    @property
    def first(self) -> Texts:
        """The texts that a reset fills in; the fields that are not among them get defaults."""
        ...

    @property
    def left(self) -> Texts:
        """The texts that the form begins with."""
        ...

    @property
    def hint(self) -> str:
        """What is said of the texts that it begins with; empty: the help of the type."""
        ...

    def keep(self, texts: Texts) -> None:
        """Keep the texts of a form that is closed."""
        ...

    def begin(self, values: Mapping[str, str]) -> None:
        """Take the values of the form as those that nothing was changed of."""
        ...

    async def send(self, values: Mapping[str, str], options: SubmitOptions) -> CommandOutcome:
        """Do with the values what the form is for."""
        ...

    def told(self, outcome: CommandOutcome) -> str:
        """Say what was done."""
        ...


class NewTask:
    """A form that submits a task.

    Args:
        form: the parameters of a task to submit again; None: the form is as it was left.
    """

    has_options = True
    labels: Mapping[str, str] = {}
    kept: frozenset[str] = frozenset()

    def __init__(self, session: Session, info: TaskTypeInfo, form: FilledForm | None = None):
        self._session = session
        self._info = info
        self._form = form
        self._key = ""  # of the last submission

    @property
    def title(self) -> str:
        """The title of the form."""
        return f"Submit {self._info.name}{' again' if self._form else ''}"

    @property
    def first(self) -> Texts:
        """The texts that a reset fills in."""
        return _shown_whole(self._form) if self._form else {}

    @property
    def left(self) -> Texts:
        """The texts that the form begins with."""
        return self.first if self._form else self._session.left.get(self._info.name, {})

    @property
    def hint(self) -> str:
        """What is said of the texts that it begins with."""
        if self._form is not None:
            missing = _untold(self._form)
            also = f"; type in again: {', '.join(sorted(missing))}" if missing else ""
            return f"filled in with the parameters of the task{also}"
        resets = self._session.keys.named("form.reset")
        return f"filled in as you left it; {resets} fills in the defaults" if self.left else ""

    def keep(self, texts: Texts) -> None:
        """Keep the texts of a form that is closed."""
        self._session.left[self._info.name] = dict(texts)

    def begin(self, values: Mapping[str, str]) -> None:
        """Take no note of the values: all of them are sent."""

    async def send(self, values: Mapping[str, str], options: SubmitOptions) -> CommandOutcome:
        """Submit a task."""
        self._key = options.key or ""
        return await self._session.submit(self._info.name, values, options)

    def told(self, outcome: CommandOutcome) -> str:
        """Say what was done; of a key, only that its task is this one: it may have been there."""
        numbers = ", ".join(str(number) for number in outcome.numbers)
        stands = f", which stands for the key {self._key}" if self._key else ""
        return f"submitted task {numbers}{stands}"


class EditedRetry:
    """A form that retries a failed task with other parameters. Only what was changed is sent."""

    has_options = False
    labels: Mapping[str, str] = {"form.submit": "Retry", "form.stay": "", "form.reset": "As it was"}

    def __init__(self, session: Session, info: TaskTypeInfo, number: int, form: FilledForm) -> None:
        self._session = session
        self._info = info
        self._number = number
        self._form = form
        self._begun: Mapping[str, str] = {}
        self.kept = _untold(form)

    @property
    def title(self) -> str:
        """The title of the form."""
        return f"Edit and retry task {self._number}, {self._info.name}"

    @property
    def first(self) -> Texts:
        """The texts that a reset fills in."""
        return _shown_whole(self._form)

    @property
    def left(self) -> Texts:
        """The texts that the form begins with."""
        return self.first

    @property
    def hint(self) -> str:
        """What is said of the texts that it begins with."""
        resets = self._session.keys.named("form.reset")
        return f"filled in with the parameters of the failed task; {resets} fills them in again"

    def keep(self, texts: Texts) -> None:
        """Keep nothing: the next failed task has parameters of its own."""

    def begin(self, values: Mapping[str, str]) -> None:
        """Take the values of the form as those that nothing was changed of."""
        self._begun = dict(values)

    async def send(self, values: Mapping[str, str], options: SubmitOptions) -> CommandOutcome:
        """Retry the task with what was changed."""
        begun = self._begun
        changed = tuple(pair for pair in values.items() if begun.get(pair[0]) != pair[1])
        number, type = self._number, self._info.name
        outcome = await self._session.apply(
            lambda: RetryEdited(
                number=number,
                type=type,
                texts=changed,
                defaults=tuple(name for name in begun if name not in values),
            )
        )
        if outcome.ok or outcome.reason or not outcome.skipped:
            return outcome
        why = SafeText(f"task {self._number} {outcome.skipped[0][1]}")
        return msgspec.structs.replace(outcome, reason=why)

    def told(self, outcome: CommandOutcome) -> str:
        """Say what was done."""
        new = ", ".join(str(number) for number in outcome.numbers)
        undo = self._session.keys.key("engine.undo")
        return f"retried {self._number} as task {new}; {undo} undoes it within 30 seconds"


def _untold(form: FilledForm) -> frozenset[str]:
    """Return the parameters that no field can show."""
    hidden = [name for name, text in form.texts if not is_shown_whole(text)]
    return frozenset((*form.untold, *hidden))


def _shown_whole(form: FilledForm) -> Texts:
    return {name: text for name, text in form.texts if is_shown_whole(text)}
