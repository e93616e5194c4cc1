"""Opening forms that are filled in with the parameters of a task."""

from __future__ import annotations

from typing import Any, Protocol

from textual.app import App

from chasqui.console.acting.steering import why_not
from chasqui.console.form_uses import EditedRetry, FormUse, NewTask
from chasqui.console.refusing import refusal
from chasqui.console.session import Session
from chasqui.control.port import FilledForm, FillForm, TaskTypeInfo


class AskingScreen(Protocol):
    """A screen that opens forms and shows what came of them."""

    is_asking: bool
    """Whether a dialog is about to open: its keys wait for that."""

    @property
    def app(self) -> App[Any]:
        """The application."""
        ...

    def say(self, text: str, role: str = "title") -> None:
        """Show a message."""
        ...

    def run_worker(self, work: Any, *, group: str, exit_on_error: bool) -> Any:
        """Run a coroutine on the loop of the application."""
        ...


class Filling:
    """Opens a form for a task: to retry it with other parameters, or to submit it again."""

    def __init__(self, screen: AskingScreen, session: Session) -> None:
        self._screen = screen
        self._session = session

    def edit_retry(self, number: int) -> None:
        """Open the form that retries a failed task with other parameters."""
        self._open(number, is_retry=True)

    def submit_again(self, number: int) -> None:
        """Open the form that submits the task again, whatever has become of it."""
        self._open(number, is_retry=False)

    def _open(self, number: int, *, is_retry: bool) -> None:
        if why := refusal(self._session.caps):
            self._screen.say(why, "warn")
            return
        self._screen.is_asking = True
        work = self._ask(number, is_retry=is_retry)
        self._screen.run_worker(work, group="commands", exit_on_error=False)

    async def _ask(self, number: int, *, is_retry: bool) -> None:
        try:
            outcome = await self._session.apply(lambda: FillForm(number=number))
            form = outcome.form
            info = None if form is None else self._find(form) or await self._read(form)
        finally:
            self._screen.is_asking = False
        if form is None:
            self._screen.say(why_not(outcome), "warn")
        elif info is None:
            self._screen.say(f"there is no task type {form.type} any more", "warn")
        elif is_retry:
            self._show(info, EditedRetry(self._session, info, number, form))
        else:
            self._show(info, NewTask(self._session, info, form))

    def _show(self, info: TaskTypeInfo, use: FormUse) -> None:
        # Imported here, as are other screens that a console opens at a key: it starts sooner.
        from chasqui.console.screens.submit import SubmitScreen

        self._screen.app.push_screen(SubmitScreen(self._session, info, self._screen.say, use))

    def _find(self, form: FilledForm) -> TaskTypeInfo | None:
        return next((info for info in self._session.types if info.name == form.type), None)

    async def _read(self, form: FilledForm) -> TaskTypeInfo | None:
        await self._session.read_types()
        return self._find(form)
